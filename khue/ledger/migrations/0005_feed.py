"""The feed: which entries came together, numbered in the order in which they can be seen."""

import django.contrib.postgres.fields
from django.db import migrations, models

from kit.fences import PROVINCES, SCHOOLS, fence


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_daily_roots")]
    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "schools",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "provinces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                ("entries", models.PositiveIntegerField()),
                ("position", models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["id"],
                        name="ledger_batch_new",
                    )
                ],
            },
        ),
        migrations.AddField("entry", "batch", models.BigIntegerField(null=True)),
        migrations.AddIndex("entry", models.Index(fields=["batch"], name="ledger_entry_batch")),
        migrations.RunSQL(
            sql=["revoke delete, truncate on ledger_batch from khue_web"],
            reverse_sql=["grant delete on ledger_batch to khue_web"],
        ),
        fence(
            "ledger_batch",
            f"schools && {SCHOOLS}",
            f"provinces && {PROVINCES}",
            free_insert=True,
        ),
    ]
