"""Lần nhập: the states of an import, and the words for them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    PLANNING = "planning"
    PLANNED = "planned"
    UNREADABLE = "unreadable"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


STATE_NAMES = {
    State.PLANNING: "Đang đọc tệp",
    State.PLANNED: "Chờ áp dụng",
    State.UNREADABLE: "Không đọc được",
    State.APPLYING: "Đang áp dụng",
    State.APPLIED: "Đã áp dụng",
    State.UNDOING: "Đang hoàn tác",
    State.UNDONE: "Đã hoàn tác",
}
RUN_TRANSITIONS: dict[State, frozenset[State]] = {
    State.PLANNING: frozenset({State.PLANNED, State.UNREADABLE}),
    State.PLANNED: frozenset({State.PLANNING, State.APPLYING, State.APPLIED, State.UNREADABLE}),
    State.UNREADABLE: frozenset({State.PLANNING, State.PLANNED}),
    State.APPLYING: frozenset({State.APPLIED, State.PLANNED}),
    State.APPLIED: frozenset({State.UNDOING, State.UNDONE}),
    State.UNDOING: frozenset({State.APPLIED, State.UNDONE}),
    State.UNDONE: frozenset(),
}
AT_ONCE_ROWS = 500
KEPT_FOR = timedelta(days=30)
YEAR_BEGINS_IN = 7


def may_become(old: State, new: State) -> bool:
    return new in RUN_TRANSITIONS[old]


def default_year(today: date) -> int:
    """The school year people prepare or live in: from July on the one that is coming."""
    return today.year if today.month >= YEAR_BEGINS_IN else today.year - 1


def offered_years(today: date) -> list[int]:
    middle = default_year(today)
    return [middle - 1, middle, middle + 1]


def year_label(start_year: int) -> str:
    return f"{start_year}-{start_year + 1}"
