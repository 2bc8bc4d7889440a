"""A family may know that its child is exempt from a subject; the reason stays sealed."""

from django.db import migrations

from kit.fences import REACH, by_province, by_school, by_student

TABLE = "gradebook_subjectcircumstance"


def read_policy(*conditions: str) -> list[str]:
    return [
        f"drop policy {TABLE}_read on {TABLE}",
        f"create policy {TABLE}_read on {TABLE} for select"
        f" using ({' or '.join([REACH, *conditions])})",
    ]


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0008_sealed_reason")]
    operations = [
        migrations.RunSQL(
            sql=read_policy(by_school(), by_province(), by_student()),
            reverse_sql=read_policy(by_school(), by_province()),
        )
    ]
