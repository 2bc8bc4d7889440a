"""What sending needs to know after a crash: when it was handed over, and early reports."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from kit.fences import fence


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0002_fences"),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=100)),
                ("report", models.CharField(max_length=9)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="budget_month",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="handed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "waiting"), ("urgent", True)),
                fields=["next_attempt_at", "id"],
                name="messaging_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "sent")),
                fields=["provider", "sent_at"],
                name="messaging_unreported",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state__in", ["sent", "unknown"])),
                fields=["parts"],
                name="messaging_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["address_digest"], name="messaging_to_address"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("provider", "reference"), name="messaging_receipt_once"
            ),
        ),
        fence("messaging_receipt"),
    ]
