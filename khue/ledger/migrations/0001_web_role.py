"""The role that the product runs as: it reads and writes rows, but owns no table."""

from django.db import migrations

CREATE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'khue_web') then
    create role khue_web nologin;
  end if;
exception when duplicate_object then null;
end $$
"""
# A name in the search path that is not there is passed over, and the tables would come to stand in
# the next schema: that of another installation.
STANDS = """
do $$
declare wanted text := trim(both ' "' from split_part(current_setting('search_path'), ',', 1));
begin
  if wanted not in ('$user', coalesce(current_schema(), '')) then
    raise exception 'Chưa có lược đồ %. Hãy gõ: create schema %', wanted, wanted;
  end if;
end $$
"""


def in_our_schema(act: str) -> str:
    """An act upon the schema in which this installation stands; written there as %I."""
    return f"do $$ begin execute format('{act}', current_schema()); end $$"


BY_DEFAULT = "alter default privileges in schema %I"


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("procrastinate", "0001_initial"), ("contenttypes", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=[
                STANDS,
                CREATE,
                "grant khue_web to current_user",
                in_our_schema("grant usage on schema %I to khue_web"),
                in_our_schema(
                    f"{BY_DEFAULT} grant select, insert, update, delete on tables to khue_web"
                ),
                in_our_schema(f"{BY_DEFAULT} grant usage, select on sequences to khue_web"),
            ],
            reverse_sql=[
                in_our_schema(
                    f"{BY_DEFAULT} revoke select, insert, update, delete on tables from khue_web"
                ),
                in_our_schema(f"{BY_DEFAULT} revoke usage, select on sequences from khue_web"),
                in_our_schema("revoke usage on schema %I from khue_web"),
            ],
        )
    ]
