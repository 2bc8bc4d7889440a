import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_account_names"),
        ("contactbook", "0003_talk"),
        ("records", "0004_student_photo"),
    ]
    operations = [
        migrations.AddField("notice", "intent", models.UUIDField(null=True, unique=True)),
        migrations.AddField("notice", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "notice", "search", models.CharField(blank=True, default="", max_length=400)
        ),
        migrations.AddField(
            "notice", "short_text", models.CharField(blank=True, default="", max_length=1000)
        ),
        migrations.AddField("notice", "with_diacritics", models.BooleanField(default=False)),
        migrations.AddField("notice", "readers", models.PositiveIntegerField(default=0)),
        migrations.AddField("notice", "ordered_to", models.BigIntegerField(default=0)),
        migrations.AddField("notice", "ordered", models.PositiveIntegerField(default=0)),
        migrations.AddField("notice", "ordered_at", models.DateTimeField(null=True)),
        migrations.AddField("notice", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "notice", "sent_by", models.CharField(blank=True, default="", max_length=150)
        ),
        migrations.AddIndex(
            "notice",
            models.Index(fields=["province_id", "-sent_at"], name="contactbook_notice_area"),
        ),
        migrations.AddIndex(
            "notice",
            models.Index(fields=["written_by_id", "-id"], name="contactbook_notice_writer"),
        ),
        migrations.AddField("receipt", "fields", models.JSONField(default=dict)),
        migrations.AddField(
            "receipt",
            "guardian",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.guardian",
            ),
        ),
        migrations.AlterField(
            "receipt",
            "account",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.account",
            ),
        ),
        migrations.RemoveConstraint("receipt", "contactbook_receipt_once"),
        migrations.AddConstraint(
            "receipt",
            models.UniqueConstraint(
                fields=["notice", "account", "student"],
                condition=models.Q(account__isnull=False),
                name="contactbook_receipt_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            "receipt",
            models.UniqueConstraint(
                fields=["notice", "guardian", "student"],
                condition=models.Q(account__isnull=True),
                name="contactbook_receipt_by_phone_once",
                nulls_distinct=False,
            ),
        ),
    ]
