"""The counter behind the register's numbers, fenced like the register."""

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import by_school, fence


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("records", "0002_fences")]
    operations = [
        migrations.CreateModel(
            name="RegisterCounter",
            fields=[
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.school",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
        ),
        fence("records_registercounter", by_school()),
    ]
