"""Assignments name members of staff: seen by the school, and by its province."""

from django.db import migrations

from kit.fences import PROVINCES, by_school, fence

OF_A_PROVINCE = (
    "school_id in (select s.organisation_id from organisations_school s"
    f" where s.province_id = any({PROVINCES}))"
)


class Migration(migrations.Migration):
    dependencies = [("timetable", "0001_initial")]
    operations = [
        fence("timetable_homeroomassignment", by_school(), OF_A_PROVINCE),
        fence("timetable_teachingassignment", by_school(), OF_A_PROVINCE),
    ]
