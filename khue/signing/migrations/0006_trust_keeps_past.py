"""Whether an authority that was removed still vouches for what was signed before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0005_asked_by_and_reminders")]
    operations = [
        migrations.AddField(
            model_name="trustedcertificate",
            name="keeps_past",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
