"""What stands in an operation, said to the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.offline.rules.operations import ATTENDANCE, KEEP, LESSON

CLOCK_LIMIT_SECONDS = 120
EMPTY = "Để trống"
WHOLE_LIST = "Danh sách đã đủ"
KINDS: Mapping[str, str] = {
    "": "Có mặt",
    "p": "Nghỉ có phép",
    "k": "Nghỉ không phép",
    "m": "Đi muộn",
    "s": "Về sớm",
}


def shown_value(kind: str, value: Any) -> str:
    """A value as a sentence can say it; whatever a machine sent, never an error."""
    if kind == ATTENDANCE:
        return _absence(value)
    if kind == LESSON:
        return _lesson(value)
    return str(value) if kind != KEEP and value not in (None, "") else EMPTY


def _absence(value: Any) -> str:
    if not isinstance(value, Mapping):
        return WHOLE_LIST
    told = str(value.get("kind") or "")
    minutes = f" {value['minutes']} phút" if value.get("minutes") else ""
    note = f" – {value['note']}" if value.get("note") else ""
    return f"{KINDS.get(told, told)}{minutes}{note}"


def _lesson(value: Any) -> str:
    if not isinstance(value, Mapping):
        return EMPTY
    number = value.get("plan_number")
    named = [
        ("", f"Tiết {number}" if number else ""),
        ("", value.get("title")),
        ("Nhận xét: ", value.get("remark")),
        ("Việc về nhà: ", value.get("homework")),
        ("Xếp loại: ", _rating(value.get("rating"))),
    ]
    return ". ".join(f"{head}{text}" for head, text in named if text) or EMPTY


def _rating(rating: Any) -> str:
    if not isinstance(rating, Mapping):
        return ""
    return ", ".join(f"{name} {one}" for name, one in rating.items() if one)


def clock_words(seconds: int) -> str:
    """How far the clock of a machine is off: "Nhanh 12 phút"."""
    way = "Nhanh" if seconds > 0 else "Chậm"
    minutes = (abs(seconds) + 30) // 60
    if minutes < 120:
        return f"{way} {minutes} phút"
    hours = (minutes + 30) // 60
    return f"{way} {hours} giờ" if hours < 72 else f"{way} {(hours + 12) // 24} ngày"
