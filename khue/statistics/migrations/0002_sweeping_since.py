"""From which school year on the classes are counted again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial")]
    operations = [
        migrations.AddField(
            "follower", "sweeping_since", models.PositiveSmallIntegerField(default=0)
        )
    ]
