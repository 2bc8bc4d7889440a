"""A small copy of what tables of many places show of a figure."""

from typing import Any

from django.db import migrations, models

from khue.statistics.rules.brief import BRIEF, BRIEF_OF

FILL = """
update statistics_figure figure set brief_of = %(of)s, brief =
  coalesce((
    select jsonb_object_agg(one.key, case when one.key = any(figure.hidden)
      then to_jsonb(one.value #>> '{}') else one.value end)
    from jsonb_each(figure.counts) one where one.key ~ %(keys)s
  ), '{}') || coalesce((
    select jsonb_object_agg(key, '0') from unnest(figure.hidden) key
    where key ~ %(keys)s and figure.counts -> key is null
  ), '{}')
where figure.theme = %(theme)s
"""


def fill(apps: Any, schema: Any) -> None:
    with schema.connection.cursor() as cursor:
        for theme, keys in BRIEF.items():
            given = {"of": BRIEF_OF, "theme": str(theme), "keys": f"^({keys})$"}
            cursor.execute(FILL, given)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_sweeping_since")]
    operations = [
        migrations.AddField(
            "figure",
            "brief",
            models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
        migrations.AddField(
            "figure", "brief_of", models.CharField(max_length=8, default="", db_default="")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
