"""Absences: seen by the school, its province, the family; notes and passings not by the province."""

from django.db import migrations

from kit.fences import by_province, by_school, by_student, fence


class Migration(migrations.Migration):
    dependencies = [("attendance", "0001_initial")]
    operations = [
        fence("attendance_taking", by_school(), by_province()),
        fence("attendance_absence", by_school(), by_province(), by_student()),
        fence("attendance_excusenote", by_school(), by_student()),
        fence("attendance_card", by_school()),
        fence("attendance_gatedevice", by_school()),
        fence("attendance_gateevent", by_school(), by_student()),
    ]
