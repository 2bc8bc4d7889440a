"""Bảng tổng hợp của giáo viên chủ nhiệm: what a cell of it can hold, read and printed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from khue.gradebook.rules.levels import Level
from kit.numbers import whole_number
from kit.refusal import Refusal
from kit.vietnamese import search_key, tidy

Value = int | str | None

LEVELS = ("conduct1", "conduct2", "conduct_after")
SESSIONS = ("absent_with", "absent_without")
TEXTS: Mapping[str, int] = MappingProxyType(
    {"remark1": 1000, "remark2": 1000, "qualities": 1000, "summer_task": 1000}
    | {"summer_remark": 1000}
)
FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "conduct1": "Kết quả rèn luyện học kì I",
        "conduct2": "Kết quả rèn luyện học kì II",
        "conduct_after": "Kết quả rèn luyện sau kì nghỉ hè",
        "absent_with": "Số buổi nghỉ có phép",
        "absent_without": "Số buổi nghỉ không phép",
        "qualities": "Nhận xét phẩm chất, năng lực",
        "remark1": "Nhận xét học kì I của giáo viên chủ nhiệm",
        "remark2": "Nhận xét học kì II của giáo viên chủ nhiệm",
        "summer_task": "Nhiệm vụ rèn luyện trong kì nghỉ hè",
        "summer_remark": "Nhận xét sau rèn luyện trong kì nghỉ hè",
    }
)
MOST_SESSIONS = 400
_WORDS: Mapping[str, Level] = MappingProxyType(
    {
        word: level
        for level in Level
        for word in (search_key(level.symbol), search_key(level.name_vi))
    }
)


def level_symbol(value: int | None) -> str:
    """T, K, Đ, CĐ; nothing while no level is given."""
    return "" if value is None else Level(value).symbol


def level_name(value: int | None) -> str:
    """Tốt, Khá, Đạt, Chưa đạt; nothing while no level is given."""
    return "" if value is None else Level(value).name_vi


def parse_field(field: str, text: str) -> Value | Refusal:
    """Read a cell as typed: a level by its symbol or name, a number of sessions, or words."""
    if field in LEVELS:
        return _level(text)
    return _sessions(text) if field in SESSIONS else _words(field, text)


def _level(text: str) -> Value | Refusal:
    word = search_key(text)
    if not word:
        return None
    found = _WORDS.get(word)
    if found is not None:
        return int(found)
    return Refusal(
        "NOT_A_LEVEL",
        f"“{text}” không phải là mức rèn luyện. Hãy chọn T (Tốt), K (Khá), Đ (Đạt) hoặc"
        " CĐ (Chưa đạt).",
    )


def _sessions(text: str) -> Value | Refusal:
    if not text.strip():
        return None
    number = whole_number(text.strip())
    if number is not None and 0 <= number <= MOST_SESSIONS:
        return number
    return Refusal(
        "NOT_SESSIONS",
        f"“{text.strip()[:20]}” không phải là số buổi nghỉ. Hãy ghi số nguyên từ 0 đến"
        f" {MOST_SESSIONS}.",
    )


def _words(field: str, text: str) -> Value | Refusal:
    words = tidy(text)
    if len(words) <= TEXTS[field]:
        return words
    return Refusal(
        "TOO_LONG",
        f"Nhận xét dài {len(words)} ký tự, quá {TEXTS[field]} ký tự nên chưa lưu được."
        " Hãy viết gọn hơn.",
    )


def print_field(field: str, value: Value) -> str:
    """As the cell shows it."""
    if value is None:
        return ""
    return level_symbol(int(value)) if field in LEVELS else str(value)
