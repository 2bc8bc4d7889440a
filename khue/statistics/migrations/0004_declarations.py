"""What schools declare for the statistics forms, behind the fence."""

from django.db import migrations, models

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    dependencies = [("statistics", "0003_brief")]
    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("school_id", models.BigIntegerField()),
                ("province_id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                ("form", models.CharField(max_length=8)),
                ("values", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=150)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("school_id", "year", "form"), name="statistics_declared_once"
                    )
                ]
            },
        ),
        fence("statistics_declaration", by_school(), by_province()),
    ]
