"""Books that are full, classes that stand at a step: what tests of states begin with."""

from __future__ import annotations

from typing import Any

from khue.gradebook.models import BookState, MarkRow, StudentResult
from khue.gradebook.rules.states import State
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, assign, table

SLOTS = ("tx1", "tx2", "tx3", "tx4", "gk", "ck")


def books_of(cast: Cast) -> list[Any]:
    return [cast.maths, cast.literature, cast.sports]


def pupils_of(cast: Cast) -> list[Any]:
    return [cast.minh.student, *cast.classmates]


def fill_book(cast: Cast, book: Any, *, term: int = 1, mark: int = 70) -> None:
    """Every assessment of every pupil of class 8A."""
    value = 101 if book.form == "comment" else mark
    slots = [*SLOTS[: book.regular_marks], "gk", "ck"]
    with scoped(EVERYTHING):
        MarkRow.objects.filter(class_subject_id=book.pk, term=term).delete()
        for pupil in pupils_of(cast):
            MarkRow.objects.create(
                year=YEAR,
                class_subject_id=book.pk,
                term=term,
                student=pupil,
                school=cast.school,
                province=cast.department,
                average=value,
                **dict.fromkeys(slots, value),
            )


def give_conduct(cast: Cast, *, level: int | None = 0) -> None:
    with scoped(EVERYTHING):
        for pupil in pupils_of(cast):
            StudentResult.objects.update_or_create(
                year=YEAR,
                school_class_id=cast.school_class.pk,
                student=pupil,
                defaults={
                    "school_id": cast.school.pk,
                    "province_id": cast.department.pk,
                    "conduct1": level,
                },
            )


def full_class(cast: Cast) -> None:
    """Class 8A with every mark of term I, conduct given, and a teacher for every subject."""
    with scoped(EVERYTHING):
        assign(cast.hoa.staff, cast.sports)
    for book in books_of(cast):
        fill_book(cast, book)
    give_conduct(cast)


def put(cast: Cast, state: State, *books: Any, term: int = 1) -> None:
    """Books of class 8A (all of them unless named) at a state; LOCKED by the school's lock."""
    locks = table("gradebook.TermLock").objects
    own = State.PRINCIPAL_APPROVED if state is State.LOCKED else state
    with scoped(EVERYTHING):
        locks.all().delete()
        for book in books or books_of(cast):
            BookState.objects.update_or_create(
                class_subject_id=book.pk,
                period=term,
                defaults={
                    "school_id": cast.school.pk,
                    "province_id": cast.department.pk,
                    "year": YEAR,
                    "state": own,
                    "changed_at": NOW,
                    "changed_by": "Ai đó",
                },
            )
        if state is State.LOCKED:
            locks.create(
                school=cast.school, year=YEAR, term=term, locked_at=NOW, locked_by="Lương Thị Mai"
            )


def states_of(cast: Cast, term: int = 1) -> set[str]:
    """The states of the books of class 8A."""
    with scoped(EVERYTHING):
        rows = BookState.objects.filter(class_subject__in=books_of(cast), period=term)
        found = dict(rows.values_list("class_subject_id", "state"))
    return {found.get(book.pk, "open") for book in books_of(cast)}
