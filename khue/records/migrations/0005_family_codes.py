"""Codes of families: to ask by SMS, and to add a second child."""

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import fence

OF_A_VISIBLE_PUPIL = "exists (select from records_student s where s.id = {table}.student_id)"


def of_a_pupil(table: str) -> str:
    return OF_A_VISIBLE_PUPIL.format(table=table)


class Migration(migrations.Migration):
    dependencies = [("records", "0004_student_photo")]
    operations = [
        migrations.AddField("guardianship", "linked_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="LookupCode",
            fields=[
                (
                    "student",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="records.student",
                    ),
                ),
                ("code", models.CharField(max_length=8, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(code__regex="^[0-9]{8}$"),
                        name="records_lookup_code_form",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="LinkCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by_id", models.BigIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.guardian",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.student",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["student"], name="records_link_code_student")]
            },
        ),
        fence("records_lookupcode", of_a_pupil("records_lookupcode")),
        fence("records_linkcode", of_a_pupil("records_linkcode")),
    ]
