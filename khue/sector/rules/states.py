"""Trạng thái đẩy dữ liệu: the codes of the gateway, and the chain of approval before them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

from khue.sector.rules.periods import Period


class Push(IntEnum):
    """Trạng thái đẩy lên Bộ (gateway-push-status); there is no 8."""

    WAITING = 0
    PUSHING = 1
    SUCCESS = 2
    ERROR = 3
    AGAIN = 4
    NO_PASSWORD = 5
    WRONG_ACCOUNT = 6
    WRONG_CONTENT = 7
    TO_AGGREGATE = 9
    AGGREGATING = 10
    AGGREGATED = 11
    AGGREGATE_ERROR = 12
    DONE = 13


PUSH_NAMES: Mapping[Push, str] = MappingProxyType(
    {
        Push.WAITING: "Chờ đẩy",
        Push.PUSHING: "Đang đẩy",
        Push.SUCCESS: "Đẩy thành công",
        Push.ERROR: "Lỗi khi đẩy",
        Push.AGAIN: "Phải đẩy lại",
        Push.NO_PASSWORD: "Chưa có mật khẩu tài khoản truyền dữ liệu",
        Push.WRONG_ACCOUNT: "Sai tài khoản truyền dữ liệu",
        Push.WRONG_CONTENT: "Nội dung bị trả lại",
        Push.TO_AGGREGATE: "Chờ tổng hợp",
        Push.AGGREGATING: "Đang tổng hợp",
        Push.AGGREGATED: "Đã tổng hợp",
        Push.AGGREGATE_ERROR: "Lỗi tổng hợp",
        Push.DONE: "Hoàn thành",
    }
)
_RECEIVED = {Push.SUCCESS, Push.TO_AGGREGATE, Push.AGGREGATING, Push.AGGREGATED}
_HALTED = {
    Push.ERROR,
    Push.AGAIN,
    Push.NO_PASSWORD,
    Push.WRONG_ACCOUNT,
    Push.WRONG_CONTENT,
    Push.AGGREGATE_ERROR,
}
_FROM_GATEWAY = {
    Push.TO_AGGREGATE,
    Push.AGGREGATING,
    Push.AGGREGATED,
    Push.AGGREGATE_ERROR,
    Push.DONE,
}
_AFTER_RECEIPT = frozenset(_FROM_GATEWAY | {Push.WAITING, Push.AGAIN})
PUSH_TRANSITIONS: Mapping[Push, frozenset[Push]] = MappingProxyType(
    {
        Push.WAITING: frozenset({Push.PUSHING, Push.NO_PASSWORD, Push.WRONG_ACCOUNT, Push.ERROR}),
        Push.PUSHING: frozenset(_HALTED - {Push.AGGREGATE_ERROR} | {Push.SUCCESS, Push.WAITING}),
        **dict.fromkeys(sorted(_RECEIVED), _AFTER_RECEIPT),
        **{one: frozenset({Push.WAITING}) for one in sorted(_HALTED)},
        Push.DONE: frozenset({Push.WAITING, Push.AGAIN}),
    }
)
RECEIVED = frozenset(_RECEIVED | {Push.DONE})
HALTED = frozenset(_HALTED)
UNDER_WAY = frozenset({Push.WAITING, Push.PUSHING})
FOLLOWED = frozenset(_RECEIVED)
"""States whose further fate the gateway is asked about."""


def may_push_become(old: Push, new: Push) -> bool:
    """Whether the state of one kind of data may go to another."""
    return old == new or new in PUSH_TRANSITIONS[old]


class Kind(IntEnum):
    """Loại dữ liệu (gateway-data-kinds) that this context sends, in the order of sending."""

    SCHOOL = 1
    STAFF = 2
    CLASS = 3
    STUDENT = 4
    RESULT = 52


KIND_NAMES = {
    Kind.SCHOOL: "Trường và điểm trường",
    Kind.STAFF: "Cán bộ, giáo viên, nhân viên",
    Kind.CLASS: "Lớp học",
    Kind.STUDENT: "Học sinh",
    Kind.RESULT: "Kết quả học kì, cả năm",
}
PARTS_OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    Kind.SCHOOL: ("school", "site"),
    Kind.STAFF: ("staff",),
    Kind.CLASS: ("class",),
    Kind.STUDENT: ("student",),
    Kind.RESULT: ("result1", "result2", "result3"),
}
KIND_OF_PART = {part: kind for kind, parts in PARTS_OF_KIND.items() for part in parts}
PART_NAMES = {
    "school": "Trường",
    "site": "Điểm trường",
    "staff": "Cán bộ",
    "class": "Lớp",
    "student": "Học sinh",
    "result1": "Kết quả học kì I",
    "result2": "Kết quả học kì II",
    "result3": "Kết quả cả năm",
}
_FILES = (Kind.SCHOOL, Kind.STAFF, Kind.CLASS, Kind.STUDENT)
_KINDS_OF_PERIOD: Mapping[Period, tuple[Kind, ...]] = {
    Period.START: _FILES,
    Period.MIDDLE: (*_FILES, Kind.RESULT),
    Period.END: (*_FILES, Kind.RESULT),
}
# Results of the second term and of the year do not exist in the middle of it.
_LATER = {"result2", "result3"}


def kinds_of(period: Period | str) -> tuple[Kind, ...]:
    """Loại dữ liệu of a period, in the order of sending."""
    return _KINDS_OF_PERIOD[Period(period)]


def parts_of(period: Period | str, kind: Kind) -> tuple[str, ...]:
    """The parts of a kind of data that a period tells."""
    every = PARTS_OF_KIND[kind]
    return tuple(one for one in every if period != Period.MIDDLE or one not in _LATER)


class Stage(StrEnum):
    """Chuỗi duyệt của một lần nộp: trường → xã (nơi xã quản lý) → Sở."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COMMUNE = "commune"
    APPROVED = "approved"
    RETURNED = "returned"


STAGE_NAMES = {
    Stage.DRAFT: "Trường đang chuẩn bị",
    Stage.SUBMITTED: "Trường đã nộp",
    Stage.COMMUNE: "Xã đã duyệt",
    Stage.APPROVED: "Sở đã duyệt",
    Stage.RETURNED: "Bị trả lại",
}
STAGE_TRANSITIONS: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.DRAFT: frozenset({Stage.SUBMITTED}),
        Stage.RETURNED: frozenset({Stage.SUBMITTED}),
        Stage.SUBMITTED: frozenset({Stage.COMMUNE, Stage.APPROVED, Stage.RETURNED}),
        Stage.COMMUNE: frozenset({Stage.APPROVED, Stage.RETURNED}),
        Stage.APPROVED: frozenset(),
    }
)


BY_COMMUNE = "XA"
"""Cấp quản lý of a school that the commune manages."""


def next_approval(stage: Stage, *, by_commune: bool) -> Stage | None:
    """Who comes next in the chain; a school that the department manages skips the commune."""
    if stage == Stage.SUBMITTED and by_commune:
        return Stage.COMMUNE
    return Stage.APPROVED if stage in {Stage.SUBMITTED, Stage.COMMUNE} else None


def state_after_push(*, refused: int, held_back: int) -> Push:
    """The state of a kind of data when everything that could go was answered."""
    if refused:
        return Push.WRONG_CONTENT
    return Push.AGAIN if held_back else Push.SUCCESS


def worst_of(states: Collection[Push]) -> Push | None:
    """The state by which a school is known: trouble first, then what is under way."""
    order = [*sorted(HALTED), *sorted(UNDER_WAY), *sorted(FOLLOWED), Push.DONE]
    return min(states, key=order.index) if states else None
