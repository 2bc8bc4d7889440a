"""Rows about people: seen by the school that keeps them, their province, and their family."""

from django.db import migrations

from kit.fences import SCHOOLS, by_province, by_school, by_student, fence

STUDENT_OF_A_SCHOOL = (
    "exists (select from records_enrolment e where e.student_id = records_student.id"
    f" and e.school_id = any({SCHOOLS}))"
)
POSTED_AT_A_SCHOOL = (
    "exists (select from records_posting p where p.staff_id = records_staff.id"
    f" and p.school_id = any({SCHOOLS}))"
)
OF_A_VISIBLE_STUDENT = (
    "exists (select from records_student s where s.id = records_guardianship.student_id)"
)
OF_A_VISIBLE_CHILD = (
    "exists (select from records_guardianship g where g.guardian_id = records_guardian.id)"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        fence(
            "records_student",
            by_school("home_school_id"),
            by_province(),
            by_student("id"),
            STUDENT_OF_A_SCHOOL,
        ),
        fence("records_enrolment", by_school(), by_province(), by_student()),
        fence("records_registerentry", by_school(), by_student()),
        fence(
            "records_transfer", by_school("from_school_id"), by_school("to_school_id"), by_student()
        ),
        fence("records_guardianship", OF_A_VISIBLE_STUDENT),
        fence("records_guardian", OF_A_VISIBLE_CHILD, free_insert=True),
        fence("records_staff", by_school("home_school_id"), by_province(), POSTED_AT_A_SCHOOL),
        fence("records_posting", by_school(), by_province()),
        fence("records_staffduty", by_school()),
        fence("records_merge", by_school()),
    ]
