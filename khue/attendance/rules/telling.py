"""Lời báo vắng: the words to a family, and which sessions they are about."""

from __future__ import annotations

from datetime import date

from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.kinds import PRESENT, print_kind
from kit.dates import print_date


def told_session(day: date, session: str) -> str:
    """ "buổi sáng 20/11/2026"."""
    return f"{SESSION_NAMES[session].lower()} {print_date(day)}"


def absence_text(school: str, name: str, class_name: str, when: str, period: int) -> str:
    """Báo vắng không phép of one pupil."""
    part = f"tiết {period}, " if period else ""
    return (
        f"{school}: em {name}, lớp {class_name} vắng không phép {part}{when}. "
        "Nếu em nghỉ có lý do, gia đình gửi đơn xin nghỉ trên Khuê hoặc gọi cho giáo viên "
        "chủ nhiệm."
    )


def short_absence_text(school: str, name: str, class_name: str, when: str) -> str:
    """The same for a telephone message."""
    return (
        f"{school}: em {name} ({class_name}) vắng không phép {when}. "
        "Gia đình liên hệ giáo viên chủ nhiệm."
    )


def correction_text(school: str, name: str, class_name: str, when: str, kind: str) -> str:
    """Đính chính: what stands in the book now."""
    stands = print_kind(kind).lower() if kind != PRESENT else "có mặt"
    return (
        f"{school}: đính chính, {when} em {name}, lớp {class_name} {stands}. "
        "Mong gia đình bỏ qua tin báo vắng trước."
    )
