"""Trạng thái học tập của học sinh trong năm học: states, moves and their sector codes."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kit.refusal import Refusal


class Status(StrEnum):
    """Trạng thái của một quá trình học trong một lớp."""

    STUDYING = "studying"
    SUSPENDED = "suspended"
    MOVED_CLASS = "moved_class"
    TRANSFERRED_OUT = "transferred_out"
    DROPPED_OUT = "dropped_out"
    COMPLETED = "completed"
    RETAINED = "retained"

    @property
    def name_vi(self) -> str:
        """As a page shows it."""
        return _NAMES[self]

    @property
    def is_open(self) -> bool:
        """Whether the student still sits, or holds a seat, in the class."""
        return self in (Status.STUDYING, Status.SUSPENDED)


class Entry(StrEnum):
    """Cách vào lớp, as far as the sector's status depends on it."""

    AT_START = "at_start"
    TRANSFERRED_IN = "transferred_in"
    RETURNED = "returned"


class Period(StrEnum):
    """Thời điểm: in term I, in term II, or in the summer between years."""

    TERM_1 = "1"
    TERM_2 = "2"
    SUMMER = "summer"


_NAMES: Mapping[Status, str] = MappingProxyType(
    {
        Status.STUDYING: "Đang học",
        Status.SUSPENDED: "Bảo lưu",
        Status.MOVED_CLASS: "Chuyển lớp",
        Status.TRANSFERRED_OUT: "Chuyển trường",
        Status.DROPPED_OUT: "Thôi học",
        Status.COMPLETED: "Hoàn thành năm học",
        Status.RETAINED: "Lưu ban",
    }
)
_STUDY = Status.STUDYING
ENROLMENT_TRANSITIONS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.STUDYING: frozenset(Status) - {_STUDY},
        Status.SUSPENDED: frozenset({_STUDY, Status.TRANSFERRED_OUT, Status.DROPPED_OUT}),
        Status.DROPPED_OUT: frozenset({_STUDY}),
        Status.COMPLETED: frozenset({_STUDY, Status.TRANSFERRED_OUT, Status.DROPPED_OUT}),
        Status.RETAINED: frozenset({_STUDY, Status.TRANSFERRED_OUT, Status.DROPPED_OUT}),
        Status.MOVED_CLASS: frozenset(),
        Status.TRANSFERRED_OUT: frozenset(),
    }
)
# DM_TRANG_THAI_HOC_SINH: 01 studying; entries and leavings by the time they happened.
_LEAVING_CODES: Mapping[tuple[Status, Period], str] = MappingProxyType(
    {
        (Status.TRANSFERRED_OUT, Period.TERM_1): "04",
        (Status.DROPPED_OUT, Period.TERM_1): "05",
        (Status.TRANSFERRED_OUT, Period.TERM_2): "08",
        (Status.DROPPED_OUT, Period.TERM_2): "09",
        (Status.TRANSFERRED_OUT, Period.SUMMER): "11",
        (Status.DROPPED_OUT, Period.SUMMER): "12",
    }
)
_ENTRY_CODES: Mapping[tuple[Entry, Period], str] = MappingProxyType(
    {
        (Entry.TRANSFERRED_IN, Period.TERM_1): "02",
        (Entry.RETURNED, Period.TERM_1): "03",
        (Entry.TRANSFERRED_IN, Period.TERM_2): "06",
        (Entry.RETURNED, Period.TERM_2): "07",
        (Entry.TRANSFERRED_IN, Period.SUMMER): "10",
    }
)
_STUDYING_CODE = "01"
_FORBIDDEN = (
    "Không thể chuyển từ “{old}” sang “{new}”. Hãy tạo quá trình học mới nếu học sinh vào lớp khác."
)


def may_become(old: Status, new: Status) -> bool:
    """Whether an enrolment in one state may go to another."""
    return new in ENROLMENT_TRANSITIONS[old]


def check_transition(old: Status, new: Status) -> Refusal | None:
    """Why an enrolment may not change so; None where it may.

    A file is not reopened after a transfer or a change of class: the next stretch of study
    is a new enrolment.
    """
    if may_become(old, new):
        return None
    sentence = _FORBIDDEN.format(old=old.name_vi, new=new.name_vi)
    return Refusal("FORBIDDEN_TRANSITION", sentence, {"old": old.value, "new": new.value})


def sector_status_code(status: Status, entry: Entry, period: Period) -> str:
    """Mã trạng thái học sinh của CSDL ngành (DM_TRANG_THAI_HOC_SINH).

    `period` is when the last thing happened: the leaving, or else the entry.
    """
    if (status, period) in _LEAVING_CODES:
        return _LEAVING_CODES[status, period]
    return _ENTRY_CODES.get((entry, period), _STUDYING_CODE)
