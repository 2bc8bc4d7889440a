"""Không kiểm tra bù: what was never made up for counts 0 points or Chưa đạt."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from khue.access.api import Actor
from khue.gradebook.queries.result_makeups import makeups_of_book
from khue.gradebook.rules.marks import EXCUSED_PENDING, ZERO_BY_RULE
from khue.gradebook.services.cells import CellChange, Saved
from khue.gradebook.services.entering import enter_marks
from kit.dates import vietnam_day

REASON = "Không tham gia kiểm tra, đánh giá bù trong học kì"


def close_makeups(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    term: int,
    only: Collection[tuple[int, str]] | None = None,
) -> Saved:
    """Ghi KP cho các lần không kiểm tra bù, all of a book or some (pupil, column) of them.

    A cell that got its mark meanwhile is left alone.
    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    _, waiting = makeups_of_book(actor, class_subject_id, term, vietnam_day(now))
    wanted = [one for one in waiting if only is None or (one.student_id, one.slot) in only]
    return enter_marks(
        actor=actor,
        now=now,
        class_subject_id=class_subject_id,
        term=term,
        changes=[
            CellChange(one.student_id, one.slot, EXCUSED_PENDING, ZERO_BY_RULE) for one in wanted
        ],
        reason=REASON,
    )
