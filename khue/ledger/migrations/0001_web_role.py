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


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("procrastinate", "0001_initial"), ("contenttypes", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=[
                CREATE,
                "grant khue_web to current_user",
                "grant usage on schema public to khue_web",
                "alter default privileges in schema public"
                " grant select, insert, update, delete on tables to khue_web",
                "alter default privileges in schema public grant usage, select on sequences to khue_web",
            ],
            reverse_sql=[
                "alter default privileges in schema public"
                " revoke select, insert, update, delete on tables from khue_web",
                "alter default privileges in schema public"
                " revoke usage, select on sequences from khue_web",
                "revoke usage on schema public from khue_web",
            ],
        )
    ]
