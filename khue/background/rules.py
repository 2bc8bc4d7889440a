"""Việc nền: the states of a long work, and how long to wait before it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.WAITING: "Đang chờ",
    State.RUNNING: "Đang chạy",
    State.DONE: "Đã xong",
    State.FAILED: "Không xong",
    State.CANCELLED: "Đã hủy",
}
TASK_TRANSITIONS: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RUNNING, State.CANCELLED, State.FAILED}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.WAITING}),
    State.DONE: frozenset(),
    State.FAILED: frozenset({State.WAITING}),
    State.CANCELLED: frozenset({State.WAITING}),
}
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
HEARTBEAT_EVERY = timedelta(seconds=5)
SILENT_FOR = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)


def may_become(old: State, new: State) -> bool:
    return new in TASK_TRANSITIONS[old]


def wait_before_attempt(attempts_made: int) -> timedelta:
    """The pause after a failed attempt: 2, 8, 32 seconds …, at most five minutes."""
    quadruplings = min(max(attempts_made - 1, 0), 8)
    return min(FIRST_WAIT * int(4**quadruplings), LONGEST_WAIT)


def is_silent(seen_at: datetime | None, now: datetime) -> bool:
    """Whether the worker of a running task gave no sign of life for too long."""
    return seen_at is None or now - seen_at > SILENT_FOR


def percent(done: int, total: int) -> int:
    """How far a task is, in whole percent; 100 only at the very end."""
    if total <= 0:
        return 0
    return min(100, 100 * done // total)
