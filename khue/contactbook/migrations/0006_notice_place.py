"""Notices are found by the beginning of their place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contactbook", "0005_seen_by_side")]
    operations = [
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["place"],
                opclasses=["varchar_pattern_ops"],
                name="contactbook_notice_place",
            ),
        ),
    ]
