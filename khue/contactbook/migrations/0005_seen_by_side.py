"""Whoever has read a conversation read it for one of its sides."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contactbook", "0004_notices")]

    operations = [
        migrations.AddField("threadseen", "as_family", models.BooleanField(default=False)),
    ]
