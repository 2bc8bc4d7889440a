"""Publications and the editions of their answers."""

import django.db.models.deletion
import khue.answers.rules.states
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_web_role")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("province_id", models.BigIntegerField(null=True)),
                ("school_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (khue.answers.rules.states.State["DRAFT"], "Bản nháp"),
                            (khue.answers.rules.states.State["BUILDING"], "Đang dựng"),
                            (khue.answers.rules.states.State["READY"], "Đã dựng xong"),
                        ],
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sealed", models.TextField(blank=True)),
                ("choice", models.JSONField(default=dict)),
                ("titles", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("problem", models.TextField(blank=True)),
                ("task_id", models.UUIDField(null=True)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("uploaded_by", models.CharField(max_length=150)),
                ("uploaded_at", models.DateTimeField()),
                ("built_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("place", models.CharField(max_length=200)),
                ("place_name", models.CharField(max_length=200)),
                ("province_id", models.BigIntegerField(null=True)),
                ("school_id", models.BigIntegerField(null=True)),
                ("opens_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.CharField(blank=True, max_length=150)),
                ("created_by", models.CharField(max_length=150)),
                ("created_at", models.DateTimeField()),
                (
                    "current",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="answers.edition",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="answers.edition",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="edition",
            name="publication",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="answers.publication",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("current__isnull", True), ("published_at__isnull", False), _connector="OR"
                ),
                name="answers_published_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("current__isnull", True),
                    ("previous__isnull", True),
                    models.Q(("current", models.F("previous")), _negated=True),
                    _connector="OR",
                ),
                name="answers_previous_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("publication", "number"), name="answers_edition_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            khue.answers.rules.states.State["DRAFT"],
                            khue.answers.rules.states.State["BUILDING"],
                            khue.answers.rules.states.State["READY"],
                        ],
                    )
                ),
                name="answers_edition_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", khue.answers.rules.states.State["READY"]), _negated=True),
                    models.Q(("file", ""), _negated=True),
                    _connector="OR",
                ),
                name="answers_ready_has_file",
            ),
        ),
    ]
