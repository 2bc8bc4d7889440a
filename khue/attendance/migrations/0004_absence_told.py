"""What families were told about absences."""

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import by_province, by_school, by_student, fence


def link(to: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0003_gate_settings"),
        ("organisations", "0002_year_decisions"),
        ("records", "0004_student_photo"),
    ]

    operations = [
        migrations.CreateModel(
            name="AbsenceTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "session",
                    models.CharField(
                        choices=[("am", "Buổi sáng"), ("pm", "Buổi chiều")], max_length=2
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("student", link("records.student")),
                ("school", link("organisations.school")),
                ("province", link("organisations.organisation")),
            ],
        ),
        migrations.AddConstraint(
            model_name="absencetold",
            constraint=models.UniqueConstraint(
                fields=("student", "day", "session"), name="attendance_told_once"
            ),
        ),
        migrations.AddIndex(
            model_name="absencetold",
            index=models.Index(fields=["school", "day"], name="attendance_told_school"),
        ),
        fence("attendance_absencetold", by_school(), by_province(), by_student()),
    ]
