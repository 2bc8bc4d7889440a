"""Who asked, so that she finds her requests again, and when she last reminded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_document_looks")]
    operations = [
        migrations.AddField("request", "asked_by_id", models.BigIntegerField(null=True)),
        migrations.AddField("request", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "request", models.Index(fields=["asked_by_id", "state"], name="signing_request_asked")
        ),
        migrations.AddIndex(
            "request", models.Index(fields=["batch"], name="signing_request_batch")
        ),
    ]
