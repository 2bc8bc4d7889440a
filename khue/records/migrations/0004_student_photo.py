"""The photo of a pupil, seen where the file of the pupil is seen."""

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import SCHOOLS, by_province, by_school, by_student, fence

OF_A_PUPIL_HERE = (
    "exists (select from records_enrolment e where e.student_id = records_studentphoto.student_id"
    f" and e.school_id = any({SCHOOLS}))"
)


def pointing_to(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model
    )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("records", "0003_register_counter")]
    operations = [
        migrations.CreateModel(
            name="StudentPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=150)),
                ("province", pointing_to("organisations.organisation")),
                ("school", pointing_to("organisations.school")),
                (
                    "student",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.student",
                    ),
                ),
            ],
        ),
        fence("records_studentphoto", by_school(), by_province(), by_student(), OF_A_PUPIL_HERE),
    ]
