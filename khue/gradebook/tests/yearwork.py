"""A class at the end of its year: marks, conduct and classes of the next year, for these tests."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

from khue.gradebook.models import StudentResult, SubjectResult
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.summaries import SummaryChange, write_summary
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import alphabet_key
from tests.cast import YEAR, Cast, table

JUNE = datetime(2027, 6, 1, 2, 0, tzinfo=UTC)
AUGUST = datetime(2027, 8, 10, 2, 0, tzinfo=UTC)
FIRST_DAY = date(2027, 9, 6)
SUBJECTS = ("GDCD", "LS&ĐL", "KHTN", "Công nghệ", "Tin học", "Ngoại ngữ")


def fill_programme(cast: Cast) -> list[Any]:
    """Six more scored subjects, so that a class can reach every level."""
    made = [cast.maths, cast.literature]
    for place, name in enumerate(SUBJECTS, 20):
        subject, _ = table("organisations.Subject").objects.get_or_create(
            name=name, defaults={"short_name": name, "position": place}
        )
        made.append(
            table("organisations.ClassSubject").objects.create(
                school=cast.school,
                school_class=cast.school_class,
                subject=subject,
                form="score",
                position=place,
                periods_term1=36,
                periods_term2=34,
                regular_marks=2,
            )
        )
    return made


def give_marks(cast: Cast, student: Any, scores: dict[int, int], *, otherwise: int = 80) -> None:
    """Term averages of a pupil in every subject of 8A; GDTC Đạt."""
    rows = table("gradebook.MarkRow").objects
    books = table("organisations.ClassSubject").objects.filter(school_class=cast.school_class)
    for book in books:
        mark = 101 if book.form == "comment" else scores.get(book.pk, otherwise)
        for term in (1, 2):
            rows.update_or_create(
                year=YEAR,
                class_subject=book,
                term=term,
                student=student,
                defaults={
                    "school": cast.school,
                    "province": cast.department,
                    "average": mark,
                },
            )


def finish_year(cast: Cast, pupils: dict[Any, tuple[dict[int, int], str, str]]) -> None:
    """Marks and conduct of both terms for pupils: ({subject: tenths}, conduct I, conduct II)."""
    with scoped(EVERYTHING):
        for student, (scores, first, second) in pupils.items():
            give_marks(cast, student, scores)
            write(cast, student.pk, conduct1=first, conduct2=second, absent_with="0")
        refresh_results(class_id=cast.school_class.pk, now=JUNE)


def write(cast: Cast, student_id: int, who: str = "binh", **fields: str) -> list[Any]:
    """Cells of the summary written by the homeroom teacher over whatever stands there."""
    with scoped(EVERYTHING):
        row = StudentResult.objects.filter(
            school_class=cast.school_class, student_id=student_id
        ).first()
        changes = [
            SummaryChange(student_id, name, shown(row, name), text) for name, text in fields.items()
        ]
        return write_summary(
            actor=cast.people[who].actor,
            now=JUNE,
            class_id=cast.school_class.pk,
            changes=changes,
        )


def shown(row: Any, name: str) -> str:
    stored = getattr(row, name, None)
    if stored is None:
        return ""
    return ["T", "K", "Đ", "CĐ"][stored] if name.startswith("conduct") else str(stored)


def result_of(cast: Cast, student: Any) -> Any:
    with scoped(EVERYTHING):
        return StudentResult.objects.get(school_class=cast.school_class, student=student)


def subject_result(book: Any, student: Any) -> Any:
    with scoped(EVERYTHING):
        return SubjectResult.objects.get(class_subject=book, student=student)


def make_next_class(school: Any, name: str, grade: str) -> Any:
    return table("organisations.SchoolClass").objects.create(
        school=school,
        year=YEAR + 1,
        code=name,
        name=name,
        name_key=alphabet_key(name),
        level="03",
        grades=[grade],
    )


def body(account: int, *changes: dict[str, str]) -> str:
    return json.dumps({"operation": str(uuid.uuid4()), "account": account, "changes": changes})


def post(cast: Cast, who: str, path: str, *changes: dict[str, str]) -> Any:
    """Send cells as the page does."""
    account = 0 if who == "nobody" else cast.people[who].account.pk
    return cast.client(who).post(
        path,
        body(account, *changes),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
