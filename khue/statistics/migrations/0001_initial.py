"""Figures, and how far the follower has read; rows of classes stand behind the fence."""

import django.contrib.postgres.fields
from django.db import migrations, models

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("ledger", "0005_feed"),
        ("organisations", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("place_id", models.BigIntegerField()),
                ("parent_id", models.BigIntegerField(null=True)),
                ("school_id", models.BigIntegerField(null=True)),
                ("province_id", models.BigIntegerField(null=True)),
                ("path", models.CharField(max_length=140)),
                ("year", models.PositiveSmallIntegerField()),
                ("theme", models.CharField(max_length=12)),
                ("counts", models.JSONField(default=dict)),
                (
                    "hidden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("position", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "place_id", "year", "theme"),
                        name="statistics_figure_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["parent_id", "kind", "year", "theme"],
                        name="statistics_figure_below",
                    ),
                    models.Index(
                        fields=["kind", "year", "theme", "path"],
                        name="statistics_figure_inside",
                        opclasses=[
                            "text_ops",
                            "int2_ops",
                            "text_ops",
                            "text_pattern_ops",
                        ],
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("position", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
                ("day", models.DateField(null=True)),
                ("sweeping_from", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="statistics_one_follower"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("class_id", models.BigIntegerField()),
                ("theme", models.CharField(max_length=12)),
            ],
        ),
        fence("statistics_figure", "kind <> 'class'", by_school(), by_province()),
    ]
