"""Days whose telephone messages moved are told by the database itself, once a statement."""

from django.db import migrations, models

MOVED = """
create function messaging_tell_moved() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into messaging_movedday (school_id, day)
    select distinct school_id, (created_at at time zone 'Asia/Ho_Chi_Minh')::date
    from fresh where channel = 'sms' and school_id is not null;
  else
    insert into messaging_movedday (school_id, day)
    select distinct fresh.school_id, (fresh.created_at at time zone 'Asia/Ho_Chi_Minh')::date
    from fresh join stale on stale.id = fresh.id
    where fresh.channel = 'sms' and fresh.school_id is not null and fresh.state <> stale.state
      and not (fresh.state in ('waiting', 'claimed') and stale.state in ('waiting', 'claimed'));
  end if;
  return null;
end $$
"""
ON_INSERT = """
create trigger messaging_new after insert on messaging_message
  referencing new table as fresh for each statement execute function messaging_tell_moved()
"""
ON_UPDATE = """
create trigger messaging_moved after update on messaging_message
  referencing old table as stale new table as fresh
  for each statement execute function messaging_tell_moved()
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_sending")]
    operations = [
        migrations.CreateModel(
            name="MovedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_id", models.BigIntegerField()),
                ("day", models.DateField()),
            ],
        ),
        migrations.RunSQL(
            sql=[MOVED, ON_INSERT, ON_UPDATE],
            reverse_sql=[
                "drop trigger messaging_new on messaging_message",
                "drop trigger messaging_moved on messaging_message",
                "drop function messaging_tell_moved()",
            ],
        ),
    ]
