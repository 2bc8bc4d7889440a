"""The diary of a class: seen by the school, its province, and the families of the class."""

from django.db import migrations

from kit.fences import STUDENTS, by_province, by_school, fence

OF_THE_CHILDS_CLASS = (
    "exists (select from records_enrolment e where e.school_class_id = diary_lesson.school_class_id"
    f" and e.student_id = any({STUDENTS}))"
)


class Migration(migrations.Migration):
    dependencies = [("diary", "0001_initial"), ("records", "0002_fences")]
    operations = [
        fence("diary_lesson", by_school(), by_province(), OF_THE_CHILDS_CLASS),
        fence("diary_weekclosing", by_school(), by_province()),
        fence("diary_monthsigning", by_school(), by_province()),
    ]
