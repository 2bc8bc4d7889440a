"""Đợt công bố: the states of one file of answers, from upload to what the public sees."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    BUILDING = "building"
    READY = "ready"


STATE_NAMES = {
    State.DRAFT: "Bản nháp",
    State.BUILDING: "Đang dựng",
    State.READY: "Đã dựng xong",
}
EDITION_TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.DRAFT, State.BUILDING}),
    State.BUILDING: frozenset({State.READY, State.DRAFT}),
    State.READY: frozenset(),
}


def may_become(old: State, new: State) -> bool:
    return new in EDITION_TRANSITIONS[old]
