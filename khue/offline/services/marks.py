"""Điểm ghi trên máy: the cells of one book, by the same rules and locks as the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from khue.access.api import Actor
from khue.gradebook.api import CellChange, CellOutcome, enter_marks, print_mark_cell
from khue.offline.services.results import Counted, Result, Status, refuse_all

NO_TERM = "Sổ điểm có hai học kì; mục này ghi một học kì không có nên không lưu được."
STATUS: dict[str, Status] = {
    "saved": "applied",
    "same": "already",
    "conflict": "conflict",
    "refused": "refused",
}


def apply_marks(*, actor: Actor, now: datetime, counted: Sequence[Counted]) -> list[Result]:
    """Write cells of one term of one book; each is an act of its own in the ledger."""
    place = counted[0].operation.place
    if place["term"] not in (1, 2):
        return refuse_all([one.operation for one in counted], NO_TERM)
    saved = enter_marks(
        actor=actor,
        now=now,
        class_subject_id=place["book"],
        term=place["term"],
        strand=place["strand"],
        changes=[cell_change(one) for one in counted],
    )
    found = {(one.student_id, one.slot): one for one in saved.outcomes}
    return [_result(one, found[cell_of(one)]) for one in counted]


def cell_of(one: Counted) -> tuple[int, str]:
    """Pupil and slot of an operation on a cell."""
    return one.operation.place["student"], one.operation.place["slot"]


def cell_change(one: Counted) -> CellChange:
    """What a machine asks of a cell, with what its writer saw, as an act of its own."""
    student, slot = cell_of(one)
    base, value = one.operation.base, one.operation.value
    return CellChange(
        student_id=student,
        slot=slot,
        base=base if isinstance(base, int) and not isinstance(base, bool) else None,
        value=value if isinstance(value, str) else "",
        operation=one.operation.id,
        reason=one.reason,
    )


def _result(one: Counted, outcome: CellOutcome) -> Result:
    return Result(
        one.operation.id,
        STATUS[outcome.status],
        outcome.sentence,
        outcome.value,
        print_mark_cell(outcome.value),
        outcome.author,
        outcome.at,
    )
