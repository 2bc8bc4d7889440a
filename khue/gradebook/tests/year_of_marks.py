"""A class with all its subjects, and whole years of marks in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from khue.gradebook.models import MarkRow, StudentResult
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, assign, make_class_subject, make_subject

SCORED = ["Toán", "Ngữ văn", "Ngoại ngữ 1", "GDCD", "LS&ĐL", "KHTN", "Công nghệ", "Tin học"]
COMMENTED = ["Giáo dục thể chất", "Nghệ thuật"]


def all_books(cast: Cast) -> dict[str, Any]:
    """The subjects of 8A by name: eight scored and two by comment; cô Hoa teaches them all."""
    made = {"Toán": cast.maths, "Ngữ văn": cast.literature, "Giáo dục thể chất": cast.sports}
    with scoped(EVERYTHING):
        for place, name in enumerate([*SCORED, *COMMENTED], 20):
            if name not in made:
                form = "comment" if name in COMMENTED else "score"
                subject = make_subject(name, name, place)
                made[name] = make_class_subject(cast.school_class, subject, form, regular_marks=2)
            if name != "Toán":
                assign(cast.hoa.staff, made[name])
    return made


def put(book: Any, student: Any, term: int, average: int | None) -> None:
    """A row of marks that amounts to this result: every assessment the same."""
    slots = [*["tx1", "tx2", "tx3", "tx4"][: book.regular_marks], "gk", "ck"]
    MarkRow.objects.update_or_create(
        year=2026,
        class_subject=book,
        term=term,
        student=student,
        defaults={
            "school_id": book.school_id,
            "province_id": student.province_id,
            "average": average,
            **dict.fromkeys(slots, average),
        },
    )


def put_year(
    books: dict[str, Any],
    student: Any,
    scores: Sequence[int],
    comments: Sequence[int] = (101, 101),
    terms: Sequence[int] = (1, 2),
) -> None:
    """The same results in each of the terms, so that they are those of the year too."""
    for name, result in zip([*SCORED, *COMMENTED], [*scores, *comments], strict=True):
        for term in terms:
            put(books[name], student, term, result)


def decide(cast: Cast, student: Any, **facts: Any) -> None:
    StudentResult.objects.update_or_create(
        year=2026,
        school_class=cast.school_class,
        student=student,
        defaults={"school": cast.school, "province": cast.department, **facts},
    )
