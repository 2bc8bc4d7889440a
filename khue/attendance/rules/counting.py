"""Số buổi nghỉ học: what counts toward the sessions of the year, and how a month is totalled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from khue.attendance.rules.days import ClassPlan
from khue.attendance.rules.kinds import ABSENT, WITH, WITHOUT

WHOLE = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of one pupil: `period` 0 stands for the whole session."""

    day: date
    session: str
    period: int
    kind: str


@dataclass(frozen=True, slots=True)
class Count:
    """Số buổi nghỉ: with permission (P) and without (K)."""

    with_permission: int = 0
    without: int = 0

    @property
    def total(self) -> int:
        return self.with_permission + self.without


Sessions = Mapping[tuple[date, str], frozenset[int]]


def absent_sessions(marks: Iterable[Mark], taken: Sessions) -> dict[tuple[date, str], str]:
    """Buổi nghỉ học: (day, session) → "p" or "k" of one pupil.

    Where attendance of the whole session was taken, it decides. Where only single periods were,
    the pupil missed the session by being absent in every one of them; one without permission
    makes the session one without. Late and early are no absence.
    """
    kept: dict[tuple[date, str], dict[int, str]] = defaultdict(dict)
    for mark in marks:
        kept[mark.day, mark.session][mark.period] = mark.kind
    found = {where: _of_session(kinds, taken.get(where)) for where, kinds in kept.items()}
    return {where: kind for where, kind in found.items() if kind}


def _of_session(kinds: Mapping[int, str], taken: frozenset[int] | None) -> str:
    if WHOLE in kinds or (taken and WHOLE in taken):
        kind = kinds.get(WHOLE, "")
        return kind if kind in ABSENT else ""
    periods = taken or frozenset(kinds)
    missed = {period for period, kind in kinds.items() if kind in ABSENT}
    if not missed or not periods <= missed:
        return ""
    return WITHOUT if WITHOUT in kinds.values() else WITH


def counts(plan: ClassPlan, session: str) -> bool:
    """Whether a missed session counts by the plan of one session a day.

    In a class of two sessions a day only the session of the programme counts, so a whole day off
    is one session and the second session alone is none.
    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    return not plan.two_sessions or session == plan.program


def count_sessions(sessions: Mapping[tuple[date, str], str], plan: ClassPlan) -> Count:
    """Số buổi nghỉ học tính theo kế hoạch giáo dục 1 buổi/ngày.

    With or without permission, in a row or not.
    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    kinds = [kind for (_, session), kind in sessions.items() if counts(plan, session)]
    return Count(kinds.count(WITH), kinds.count(WITHOUT))


def cell_of_day(sessions: Mapping[str, str], plan: ClassPlan) -> str:
    """Ô của một ngày trong sổ: "P", "K" or blank; `sessions` is session → kind.

    What the programme's session says; a missed second session alone leaves the cell blank.
    Law: TT 22/2021/TT-BGDĐT, Phụ lục (Sổ theo dõi và đánh giá học sinh)
    """
    kinds = [kind for session, kind in sessions.items() if counts(plan, session)]
    return (WITHOUT if WITHOUT in kinds else WITH).upper() if kinds else ""
