"""Sổ đánh giá tiểu học ghi trên máy: levels, tests, remarks, qualities, by the page's rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from khue.access.api import Actor
from khue.gradebook.api import (
    POINTS_SPOKEN,
    SavedCells,
    SheetOutcome,
    base_of,
    enter_levels,
    enter_qualities,
)
from khue.offline.rules.operations import LEVEL
from khue.offline.services.marks import STATUS, cell_change, cell_of
from khue.offline.services.results import Counted, Result, refuse_all

NO_POINT = "Sổ đánh giá không có thời điểm này nên mục này không lưu được."


def apply_levels(*, actor: Actor, now: datetime, counted: Sequence[Counted]) -> list[Result]:
    """Write cells of one sheet at one point; each is an act of its own in the ledger."""
    if counted[0].operation.place["point"] not in POINTS_SPOKEN:
        return refuse_all([one.operation for one in counted], NO_POINT)
    saved = _enter(actor, now, counted)
    found = {(one.student_id, one.slot): one for one in saved.outcomes}
    return [_result(one, found[cell_of(one)]) for one in counted]


def _enter(actor: Actor, now: datetime, counted: Sequence[Counted]) -> SavedCells:
    first = counted[0].operation
    changes = [cell_change(one) for one in counted]
    given: dict[str, Any] = {"actor": actor, "now": now, "changes": changes}
    if first.kind == LEVEL:
        place = {"class_subject_id": first.place["book"], "point": first.place["point"]}
        return enter_levels(**given, **place)
    return enter_qualities(**given, class_id=first.place["class"], point=first.place["point"])


def _result(one: Counted, outcome: SheetOutcome) -> Result:
    return Result(
        one.operation.id,
        STATUS[outcome.status],
        outcome.sentence,
        base_of(outcome.value),
        outcome.text,
        outcome.author,
        outcome.at,
    )
