from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SyntheticProvince",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("province_code", models.CharField(max_length=2)),
                ("seed", models.PositiveIntegerField()),
                ("schools", models.PositiveSmallIntegerField()),
                ("schools_done", models.PositiveSmallIntegerField(default=0)),
                ("bases", models.JSONField(default=dict)),
                ("totals", models.JSONField(default=dict)),
                ("made_ministry", models.BooleanField(default=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("province_code",), name="synthetic_once")
                ],
            },
        ),
    ]
