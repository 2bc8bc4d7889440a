"""Where each signer's signature stands in a PDF that waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_wrong_secrets")]
    operations = [
        migrations.AddField("document", "looks", models.JSONField(default=list)),
    ]
