"""Counts of faults, deadlines, reminders; the counts of a school stand behind the fence."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0002_year_decisions"),
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("theme", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("term", models.PositiveSmallIntegerField(null=True)),
                ("title", models.CharField(max_length=150)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("due_on", models.DateField()),
                ("set_by", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, default="", max_length=150)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("organisation", "theme", "year", "term"),
                        name="oversight_one_deadline",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("term__isnull", True), ("term__in", [1, 2]), _connector="OR"
                        ),
                        name="oversight_deadline_term",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FaultCount",
            fields=[
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.school",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("counts", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField()),
                ("grave", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["province"], name="oversight_faults_province")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("grave__lte", models.F("total"))),
                        name="oversight_grave_faults",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("province_id", models.BigIntegerField(null=True)),
                ("theme", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("notice_id", models.BigIntegerField(unique=True)),
                (
                    "schools",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("sent_by", models.CharField(max_length=150)),
                ("sent_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-sent_at"], name="oversight_reminder_place"
                    )
                ],
            },
        ),
        fence("oversight_faultcount", by_school(), by_province()),
    ]
