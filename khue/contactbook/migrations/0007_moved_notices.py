"""Notices with new readings are told by the database itself, once a statement."""

from django.db import migrations, models

RECEIPTS = """
create function contactbook_tell_receipts() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into contactbook_movednotice (notice_number) select distinct notice_id from fresh;
  else
    insert into contactbook_movednotice (notice_number)
    select distinct fresh.notice_id from fresh join stale on stale.id = fresh.id
    where (fresh.read_at is null) <> (stale.read_at is null)
      or (fresh.acknowledged_at is null) <> (stale.acknowledged_at is null);
  end if;
  return null;
end $$
"""
NOTICES = """
create function contactbook_tell_notices() returns trigger language plpgsql as $$
begin
  insert into contactbook_movednotice (notice_number)
  select fresh.id from fresh join stale on stale.id = fresh.id where fresh.state <> stale.state;
  return null;
end $$
"""
ON_INSERT = """
create trigger contactbook_new_receipts after insert on contactbook_receipt
  referencing new table as fresh for each statement execute function contactbook_tell_receipts()
"""
ON_UPDATE = """
create trigger contactbook_moved_receipts after update on contactbook_receipt
  referencing old table as stale new table as fresh
  for each statement execute function contactbook_tell_receipts()
"""
ON_NOTICE = """
create trigger contactbook_moved_notices after update on contactbook_notice
  referencing old table as stale new table as fresh
  for each statement execute function contactbook_tell_notices()
"""


class Migration(migrations.Migration):
    dependencies = [("contactbook", "0006_notice_place")]
    operations = [
        migrations.CreateModel(
            name="MovedNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("notice_number", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(
            sql=[RECEIPTS, NOTICES, ON_INSERT, ON_UPDATE, ON_NOTICE],
            reverse_sql=[
                "drop trigger contactbook_new_receipts on contactbook_receipt",
                "drop trigger contactbook_moved_receipts on contactbook_receipt",
                "drop trigger contactbook_moved_notices on contactbook_notice",
                "drop function contactbook_tell_receipts()",
                "drop function contactbook_tell_notices()",
            ],
        ),
    ]
