"""Archives of many schools on their way to a program, behind the fence of the connection."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import by_province, by_school, fence

OF_A_VISIBLE_EXPORT = (
    "exists (select from interchange_export e where e.id = interchange_exportpart.export_id)"
)


class Migration(migrations.Migration):
    dependencies = [("interchange", "0002_fences")]
    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("task_id", models.UUIDField(null=True)),
                ("school_id", models.BigIntegerField(null=True)),
                ("province_id", models.BigIntegerField()),
                ("grants", models.JSONField()),
                ("gradebook", models.BooleanField()),
                ("ordered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("size", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("records", models.JSONField(default=dict)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="interchange.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="interchange.export",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "number"), name="interchange_part_once"
                    )
                ],
            },
        ),
        fence("interchange_export", by_school(), by_province()),
        fence("interchange_exportpart", OF_A_VISIBLE_EXPORT),
    ]
