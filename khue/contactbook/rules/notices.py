"""Thông báo: what one may hold before it can be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.contactbook.rules.audience import Audience
from kit.refusal import Refusal

LONGEST_TITLE, LONGEST_TEXT, LONGEST_SHORT = 200, 10_000, 1000
MOST_CHOICES, LONGEST_CHOICE = 10, 100
CHANNELS = {
    "push": "Thông báo đẩy trên điện thoại, máy tính",
    "sms": "Tin nhắn SMS",
    "zns": "Zalo; không đến thì gửi SMS",
    "email": "Thư điện tử",
}
FIELDS = {
    "ho_ten": "họ tên học sinh (gửi cán bộ: họ tên người đó)",
    "lop": "lớp của học sinh",
    "truong": "tên trường",
    "ngay": "ngày gửi",
    "nguoi_nhan": "họ tên người nhận",
}
_FIELD = re.compile(r"\{(\w+)\}")
NO_TITLE = "Chưa có tiêu đề. Hãy ghi một dòng nói thông báo về việc gì."
NO_TEXT = "Chưa có nội dung."
LONG_TITLE = f"Tiêu đề dài quá {LONGEST_TITLE} chữ. Hãy viết ngắn lại."
LONG_TEXT = "Nội dung dài quá 10.000 chữ. Hãy viết ngắn lại hoặc đính kèm tệp."
LONG_SHORT = "Nội dung SMS dài quá 1.000 chữ. Hãy viết ngắn lại."
UNKNOWN_FIELD = "Không có trường {name}. Các trường dùng được: {known}."
ONE_CHOICE = "Phiếu hỏi cần ít nhất hai lựa chọn, mỗi lựa chọn một dòng."
MANY_CHOICES = f"Phiếu hỏi có tối đa {MOST_CHOICES} lựa chọn."
LONG_CHOICE = f"Mỗi lựa chọn dài tối đa {LONGEST_CHOICE} chữ."
SAME_CHOICE = "Lựa chọn “{choice}” ghi hai lần."
NO_END = "Phiếu hỏi cần hạn trả lời."
PAST_END = "Hạn trả lời đã qua. Hãy chọn ngày giờ sau lúc này."
END_WITHOUT_POLL = "Hạn trả lời chỉ dùng cho phiếu hỏi. Hãy ghi các lựa chọn hoặc bỏ hạn."
NO_CHANNEL = "Trang gửi lên một kênh không có. Hãy tải lại trang."


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as its writer fills it in."""

    title: str
    text: str
    audience: Audience
    short_text: str = ""
    urgent: bool = False
    asks_receipt: bool = False
    choices: tuple[str, ...] = ()
    answer_until: datetime | None = None
    channels: tuple[str, ...] = ()
    with_diacritics: bool = False
    corrects_id: int | None = None


def fields_in(*texts: str) -> set[str]:
    """The names in braces: {ho_ten}, {lop} …"""
    return {name for text in texts for name in _FIELD.findall(text)}


def is_personal(*texts: str) -> bool:
    """Whether the texts differ from reader to reader."""
    return bool(fields_in(*texts) & (set(FIELDS) - {"ngay"}))


def check_words(words: Words, now: datetime) -> tuple[str, Refusal] | None:
    """The first thing that is wrong, with the field it is about."""
    found = (
        ("title", _check_title(words)),
        ("text", _check_text(words)),
        ("short_text", _check_short(words)),
        ("choices", check_choices(words.choices)),
        ("answer_until", _check_end(words, now)),
        ("channels", _check_channels(words)),
    )
    return next(((name, wrong) for name, wrong in found if wrong), None)


def _check_title(words: Words) -> Refusal | None:
    if not words.title:
        return Refusal("NO_TITLE", NO_TITLE)
    if len(words.title) > LONGEST_TITLE:
        return Refusal("LONG_TITLE", LONG_TITLE)
    return _check_fields(words.title)


def _check_text(words: Words) -> Refusal | None:
    if not words.text:
        return Refusal("NO_TEXT", NO_TEXT)
    if len(words.text) > LONGEST_TEXT:
        return Refusal("LONG_TEXT", LONG_TEXT)
    return _check_fields(words.text)


def _check_short(words: Words) -> Refusal | None:
    if len(words.short_text) > LONGEST_SHORT:
        return Refusal("LONG_SHORT", LONG_SHORT)
    return _check_fields(words.short_text)


def _check_fields(text: str) -> Refusal | None:
    unknown = sorted(fields_in(text) - set(FIELDS))
    if not unknown:
        return None
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    sentence = UNKNOWN_FIELD.format(name=f"{{{unknown[0][:40]}}}", known=known)
    return Refusal("UNKNOWN_FIELD", sentence)


def check_choices(choices: Sequence[str]) -> Refusal | None:
    """Phiếu hỏi: two to ten different choices, or none at all."""
    if not choices:
        return None
    if len(choices) == 1:
        return Refusal("ONE_CHOICE", ONE_CHOICE)
    if len(choices) > MOST_CHOICES:
        return Refusal("MANY_CHOICES", MANY_CHOICES)
    return _check_each(choices)


def _check_each(choices: Sequence[str]) -> Refusal | None:
    for place, choice in enumerate(choices):
        if len(choice) > LONGEST_CHOICE:
            return Refusal("LONG_CHOICE", LONG_CHOICE)
        if choice in choices[:place]:
            return Refusal("SAME_CHOICE", SAME_CHOICE.format(choice=choice))
    return None


def _check_end(words: Words, now: datetime) -> Refusal | None:
    if words.choices and words.answer_until is None:
        return Refusal("NO_END", NO_END)
    if words.answer_until is None:
        return None
    if not words.choices:
        return Refusal("END_WITHOUT_POLL", END_WITHOUT_POLL)
    return Refusal("PAST_END", PAST_END) if words.answer_until <= now else None


def _check_channels(words: Words) -> Refusal | None:
    known = set(words.channels) <= set(CHANNELS)
    return None if known else Refusal("NO_CHANNEL", NO_CHANNEL)


LONGEST_TEMPLATE_TITLE = 150
LONG_TEMPLATE_TITLE = f"Tên mẫu dài quá {LONGEST_TEMPLATE_TITLE} chữ. Hãy viết ngắn lại."


def check_template(title: str, text: str) -> tuple[str, Refusal] | None:
    """Why a template cannot be kept: empty, too long, a field that does not exist."""
    if not title:
        return "title", Refusal("NO_TITLE", NO_TITLE)
    if len(title) > LONGEST_TEMPLATE_TITLE:
        return "title", Refusal("LONG_TITLE", LONG_TEMPLATE_TITLE)
    if not text:
        return "text", Refusal("NO_TEXT", NO_TEXT)
    if len(text) > LONGEST_TEXT:
        return "text", Refusal("LONG_TEXT", LONG_TEXT)
    wrong = _check_fields(title) or _check_fields(text)
    return ("text", wrong) if wrong else None
