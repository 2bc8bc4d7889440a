"""Rows of marks are reached through their table only: a partition by itself has no fence."""

from django.db import migrations

EACH = """
do $$
declare part regclass;
begin
  for part in select inhrelid::regclass from pg_inherits
    where inhparent = 'gradebook_markrow'::regclass
  loop
    execute format('{act}', part);
  end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0002_partitions")]
    operations = [
        migrations.RunSQL(
            sql=EACH.format(act="revoke all on %s from khue_web"),
            reverse_sql=EACH.format(act="grant select, insert, update, delete on %s to khue_web"),
        )
    ]
