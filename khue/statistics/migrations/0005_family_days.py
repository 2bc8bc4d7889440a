"""What the words of a school to families came to, by day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statistics", "0004_declarations")]
    operations = [
        migrations.CreateModel(
            name="FamilyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school_id", "day"), name="statistics_family_day_once"
                    )
                ]
            },
        ),
    ]
