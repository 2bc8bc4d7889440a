"""The page of a publication says when, by whom and why it was withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0002_fences")]
    operations = [
        migrations.AddField("publication", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "publication",
            "withdrawn_by",
            models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            "publication",
            "withdrawn_why",
            models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
    ]
