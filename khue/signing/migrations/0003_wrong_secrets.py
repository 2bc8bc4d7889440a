"""How often in a row the PIN of a credential was wrong, and until when it rests."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0002_fences")]
    operations = [
        migrations.AddField(
            "credential", "wrong_secrets", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField("credential", "locked_until", models.DateTimeField(null=True)),
    ]
