"""Why a pupil is exempt or follows a plan of his own is sensitive: kept sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0007_primary_again")]
    operations = [
        migrations.RemoveField("subjectcircumstance", "reason"),
        migrations.AddField(
            "subjectcircumstance",
            "reason_sealed",
            models.TextField(blank=True, default=""),
        ),
    ]
