"""Soạn thông báo, mẫu tin, nhắc, thu hồi as people fill them in."""

from __future__ import annotations

import re
from datetime import datetime, time, tzinfo
from typing import Any

from django import forms
from django.utils import timezone

from khue.contactbook.queries.choosing import Choosing
from khue.contactbook.rules.audience import AREA, CHOSEN, KINDS, Audience
from khue.contactbook.rules.notices import (
    CHANNELS,
    LONGEST_SHORT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Words,
)
from kit.dates import vietnam_time
from kit.form_fields import DayField, PoliteForm
from kit.vietnamese import tidy

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?", re.ASCII)
NOT_A_TIME = "Giờ phải viết như 17:30 hoặc 17h."
NO_NULL = "Nội dung có kí tự không in được. Hãy gõ lại đoạn vừa dán."
TOO_LONG = "Dài quá {most} chữ (đang có {length}). Hãy viết ngắn lại."


def _text(label: str, most: int, rows: int = 0, *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    field = forms.CharField(label=label, max_length=most, widget=widget, required=required)
    field.error_messages["max_length"] = TOO_LONG.format(most=most, length="%(show_value)s")
    field.error_messages["null_characters_not_allowed"] = NO_NULL
    return field


def _many(label: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Hãy chọn trong danh sách.", "invalid_list": "Hãy chọn."},
    )


class NoticeForm(PoliteForm):
    """Whom it is for, what it says, what is asked of the reader, by which channels."""

    kind = forms.ChoiceField(label="Gửi cho", widget=forms.RadioSelect)
    classes = _many("Lớp", [])
    grades = _many("Khối", [])
    pupils = _many("Học sinh", [])
    staff = _many("Cán bộ, giáo viên", [])
    area = forms.ChoiceField(label="Địa bàn", required=False)
    sides = _many("Người nhận", [])
    title = _text("Tiêu đề", LONGEST_TITLE)
    text = _text("Nội dung", LONGEST_TEXT, rows=8)
    urgent = forms.BooleanField(label="Khẩn: gửi ngay cả ngoài giờ 7–22 giờ", required=False)
    asks_receipt = forms.BooleanField(label="Cần người nhận xác nhận đã đọc", required=False)
    choices = _text("Các lựa chọn của phiếu hỏi", 1200, rows=3, required=False)
    until_day = DayField(label="Hạn trả lời: ngày", required=False)
    until_time = forms.CharField(label="giờ", max_length=5, required=False)
    channels = _many("Báo thêm ngoài ứng dụng", list(CHANNELS.items()))
    short_text = _text("Nội dung SMS", LONGEST_SHORT, rows=2, required=False)
    with_diacritics = forms.BooleanField(label="SMS có dấu", required=False)
    intent = forms.UUIDField(widget=forms.HiddenInput, required=False)
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, offered: Choosing, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.offered = offered
        lists = {
            "kind": [(one, KINDS[one]) for one in offered.kinds],
            "classes": offered.classes,
            "grades": offered.grades,
            "pupils": offered.pupils,
            "staff": offered.staff,
            "area": offered.areas,
            "sides": offered.sides,
        }
        for name, choices in lists.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_until_time(self) -> time | None:
        typed = str(self.cleaned_data.get("until_time") or "").strip().lower()
        if not typed:
            return None
        found = _CLOCK.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(NOT_A_TIME)
        return time(int(found[1]), int(found[2] or 0))

    def clean_corrects(self) -> int | None:
        number = self.cleaned_data.get("corrects")
        return number if number and number < 2**62 else None

    def words(self) -> Words:
        """As the service takes them."""
        given = self.cleaned_data
        return Words(
            title=tidy(given["title"]),
            text=_lines(given["text"]),
            audience=self._audience(),
            short_text=_lines(given["short_text"]),
            urgent=given["urgent"],
            asks_receipt=given["asks_receipt"],
            choices=tuple(one for one in map(tidy, given["choices"].splitlines()) if one),
            answer_until=_moment(given, timezone.get_default_timezone()),
            channels=tuple(given["channels"]),
            with_diacritics=given["with_diacritics"],
            corrects_id=given["corrects"],
        )

    def _audience(self) -> Audience:
        given, kind = self.cleaned_data, self.cleaned_data["kind"]
        place = int(given["area"] or 0) if kind == AREA else self.offered.place
        pupils = kind == CHOSEN
        return Audience(
            kind,
            place or self.offered.place,
            tuple(int(one) for one in given["pupils" if pupils else "classes"]),
            tuple(given["grades"]),
            tuple(int(one) for one in given["staff"]) if pupils else (),
            tuple(given["sides"]),
        )


def _lines(text: str) -> str:
    """The text with its line breaks, without anything that is not printed."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _moment(given: dict[str, Any], zone: tzinfo) -> datetime | None:
    if given["until_day"] is None:
        return None
    at = given["until_time"] or time(23, 59)
    return datetime.combine(given["until_day"], at, tzinfo=zone)


def first_values(words: Words) -> dict[str, Any]:
    """A kept draft as the form shows it."""
    audience = words.audience
    until = vietnam_time(words.answer_until) if words.answer_until else None
    return {
        "kind": audience.kind,
        "classes": [str(one) for one in audience.ids],
        "pupils": [str(one) for one in audience.ids],
        "grades": list(audience.grades),
        "staff": [str(one) for one in audience.staff_ids],
        "area": str(audience.place),
        "sides": list(audience.sides),
        "title": words.title,
        "text": words.text,
        "short_text": words.short_text,
        "urgent": words.urgent,
        "asks_receipt": words.asks_receipt,
        "choices": "\n".join(words.choices),
        "until_day": until.date() if until else None,
        "until_time": f"{until:%H:%M}" if until else "",
        "channels": list(words.channels),
        "with_diacritics": words.with_diacritics,
        "corrects": words.corrects_id,
    }


class TemplateForm(PoliteForm):
    """A template of a school or an authority."""

    organisation = forms.ChoiceField(label="Mẫu của")
    title = _text("Tiêu đề", 150)
    text = _text("Nội dung", LONGEST_TEXT, rows=8)

    def __init__(self, owners: list[tuple[str, str]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["organisation"].choices = owners  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """As the service takes them."""
        given = self.cleaned_data
        return {
            "organisation_id": int(given["organisation"]),
            "title": tidy(given["title"]),
            "text": _lines(given["text"]),
        }
