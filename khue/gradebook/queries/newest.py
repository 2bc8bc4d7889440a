"""Điểm mới của một học sinh: what was entered last, as the ledger tells it, and when.

The caller has passed the gate for the child and reads with the fence of the school open: families
do not see the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from khue.gradebook.models import Progress
from khue.gradebook.queries.grid import subject_of
from khue.gradebook.queries.primary_family import YoungChild
from khue.gradebook.queries.results import ChildResults
from khue.ledger.api import HistoryLine, newest_changes
from khue.organisations.api import class_subjects
from kit.dates import vietnam_day

MOST = 5
POINTS = range(1, 5)


@dataclass(frozen=True, slots=True)
class NewMark:
    """Một điểm mới: the subject, the assessment as a sentence says it, the mark as printed."""

    subject: str
    assessment: str
    mark: str
    at: datetime

    @property
    def day(self) -> Any:
        return vietnam_day(self.at)


@dataclass(frozen=True, slots=True)
class NewestMarks:
    """The last marks that still stand, newest first; `at`: when a mark of the child was touched."""

    marks: tuple[NewMark, ...] = ()
    at: datetime | None = None


def newest_marks(results: ChildResults) -> NewestMarks:
    """Điểm mới nhất of a child; marks that were loaded without a trace tell only their day."""
    names = {
        subject_of(one.class_subject_id, term, results.student_id): one.name
        for one in results.subjects
        for term in one.terms
    }
    lines = sorted(newest_changes(names), key=lambda one: one.at, reverse=True)
    marks = [
        NewMark(names[one.subject], one.label.partition(",")[0], str(one.new), one.at)
        for one in lines
        if one.new is not None
    ]
    return NewestMarks(tuple(marks[:MOST]), _last(lines) or _books_changed(results))


def _last(lines: Iterable[HistoryLine]) -> datetime | None:
    return max((one.at for one in lines), default=None)


def _books_changed(results: ChildResults) -> datetime | None:
    """When somebody last wrote into a book in which the child has marks."""
    given = [
        one.class_subject_id
        for one in results.subjects
        if any(not term.is_empty for term in one.terms.values())
    ]
    rows = Progress.objects.filter(class_subject_id__in=given)
    found: datetime | None = rows.aggregate(at=Max("changed_at"))["at"] if given else None
    return found


def young_changed_at(young: YoungChild, student_id: int) -> datetime | None:
    """When something was last written about a child of primary or preschool."""
    return _last(newest_changes(_young_subjects(young, student_id)))


def _young_subjects(young: YoungChild, student: int) -> list[str]:
    if not young.of_primary:
        stages = [one.number for one in young.periods]
        return [f"child_stage:{young.class_id}.{stage}.{student}" for stage in stages]
    books = [one.id for one in class_subjects(young.class_id)]
    kinds = [f"{kind}:{book}" for book in books for kind in ("primary", "comment")]
    kinds.append(f"quality:{young.class_id}")
    return [f"{kind}.{point}.{student}" for kind in kinds for point in POINTS]
