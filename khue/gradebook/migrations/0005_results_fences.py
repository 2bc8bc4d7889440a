"""Results, comments and corrections: seen by the school, the province, and the family of a child.

What only teachers weigh (evidence, corrections, circumstances, strand marks) no family reads.
"""

from django.db import migrations

from kit.fences import by_province, by_school, by_student, fence

OF_THE_FAMILY_TOO = [
    "subjectresult",
    "studentresult",
    "subjectcomment",
    "primaryrow",
    "qualityrow",
    "childstage",
    "pastyear",
    "specialaward",
    "carriedresult",
]
OF_THE_SCHOOL = [
    "conductevidence",
    "subjectcircumstance",
    "strandrow",
    "correction",
    "yearclosing",
]


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0004_results")]
    operations = [
        *[
            fence(f"gradebook_{table}", by_school(), by_province(), by_student())
            for table in OF_THE_FAMILY_TOO
        ],
        *[fence(f"gradebook_{table}", by_school(), by_province()) for table in OF_THE_SCHOOL],
    ]
