"""Transcripts: seen by the school of the year, the school the pupil sits in, the province, the family.

Envelopes, packages and looks concern the school or the province alone.
"""

from django.db import migrations

from kit.fences import SCHOOLS, by_province, by_school, by_student, fence


def of_a_pupil_here(table: str) -> str:
    return (
        f"exists (select from records_enrolment e where e.student_id = {table}.student_id"
        f" and e.school_id = any({SCHOOLS}))"
    )


def shown(name: str, *conditions: str) -> migrations.RunSQL:
    table = f"transcripts_{name}"
    return fence(table, by_province(), by_student(), of_a_pupil_here(table), *conditions)


class Migration(migrations.Migration):
    dependencies = [
        ("transcripts", "0001_initial"),
        ("records", "0002_fences"),
    ]
    operations = [
        shown("transcript"),
        shown("transcriptyear", by_school()),
        shown("version", by_school()),
        shown("part", by_school()),
        shown("share"),
        shown("lookup"),
        fence("transcripts_envelope", by_school(), by_province()),
        fence("transcripts_received", by_school(), by_province()),
    ]
