"""What the end of a year leaves at a school: a note, an award, a result to assess, a closing."""

from __future__ import annotations

from typing import Any

from tests.cast import NOW, TODAY, YEAR, table


def make_year_work(room: Any, subject: Any, child: Any) -> dict[str, int]:
    """One of each, about one pupil of the class."""
    school = room.school
    about = {"year": YEAR, "student": child, "school": school, "province": school.province}
    of_class = {**about, "school_class": room}
    table("gradebook.StudentResult").objects.create(
        **of_class, conduct1=0, conduct2=0, conduct_year=0, learning_year=3, outcome="REASSESS"
    )
    table("gradebook.SubjectResult").objects.create(**about, class_subject=subject, result=40)
    evidence = table("gradebook.ConductEvidence").objects.create(
        **of_class,
        day=TODAY,
        kind="praise",
        text="Giúp bạn",
        written_by="Ai đó",
        written_at=NOW,
    )
    award = table("gradebook.SpecialAward").objects.create(
        **of_class, kind="letter", content="Thư khen", day=TODAY
    )
    closing = table("gradebook.YearClosing").objects.create(
        school=school,
        province=school.province,
        year=YEAR - 1,
        moves=[],
        applied_at=NOW,
        applied_by="Ai đó",
    )
    return {"evidence_id": evidence.pk, "award_id": award.pk, "closing_id": closing.pk}
