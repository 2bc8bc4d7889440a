"""Giờ học, cách dùng cổng, máy, thẻ as people fill them in."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms

from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.gate import BOTH, DIRECTION_NAMES
from khue.attendance.rules.school_hours import (
    MOST_GRACE,
    MOST_WAIT,
    TAKES_NAMES,
    WEEKDAYS,
    GateChoices,
    HoursFacts,
)
from kit.form_fields import DayField, PoliteForm

_CLOCK = re.compile(r"(\d{1,2})\s*[:hg.]\s*(\d{2})?", re.ASCII | re.IGNORECASE)
_HEAT = re.compile(r"(\d{2})(?:[.,](\d))?", re.ASCII)


class ClockField(forms.CharField):
    """A time of the day as people write it: 7:00, 07:00, 7h, 7h30."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "07:00"})
        super().__init__(widget=widget, max_length=8, **options)

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value)).strip()
        found = _CLOCK.fullmatch(typed)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if hour > 23 or minute > 59:
            raise forms.ValidationError("Hãy ghi giờ và phút, ví dụ 07:00.")
        return time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value


class HeatField(forms.CharField):
    """Thân nhiệt as people write it: 37,5."""

    def clean(self, value: Any) -> Any:
        found = _HEAT.fullmatch(str(super().clean(value)).strip())
        if found is None:
            raise forms.ValidationError("Hãy ghi thân nhiệt, ví dụ 37,5.")
        return int(found[1]) * 10 + int(found[2] or 0)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 10},{value % 10}" if isinstance(value, int) else value


def _whole(label: str, least: int, most: int, hint: str = "") -> forms.IntegerField:
    told = {
        "invalid": f"Hãy ghi một số từ {least} đến {most}.",
        "min_value": f"Hãy ghi một số từ {least} đến {most}.",
        "max_value": f"Hãy ghi một số từ {least} đến {most}.",
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "3"})
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=hint,
        widget=widget,
        error_messages=told,
    )


class HoursForm(PoliteForm):
    """Một buổi học from a day on."""

    session = forms.ChoiceField(label="Buổi", choices=list(SESSION_NAMES.items()))
    starts_on = DayField(label="Áp dụng từ ngày")
    opens_at = ClockField(label="Mở cổng lúc")
    begins_at = ClockField(label="Vào học lúc")
    ends_at = ClockField(label="Tan học lúc")
    late_after = _whole("Muộn sau (phút)", 0, MOST_GRACE, "Đến trong số phút này không tính muộn.")
    absent_after = _whole(
        "Coi là vắng sau (phút)", 1, MOST_WAIT, "Em chưa quẹt thẻ được đề nghị là vắng."
    )
    weekdays = forms.MultipleChoiceField(
        label="Các ngày có buổi này",
        choices=[(str(place), name) for place, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
    )
    asks_health = forms.BooleanField(label="Hỏi thân nhiệt, sức khỏe ở cổng", required=False)

    def facts(self) -> HoursFacts:
        given = dict(self.cleaned_data)
        chosen = set(given.pop("weekdays"))
        week = "".join("1" if str(place) in chosen else "0" for place in range(len(WEEKDAYS)))
        return HoursFacts(weekdays=week, **given)


class ChoicesForm(PoliteForm):
    """Cách dùng cổng."""

    takes = forms.ChoiceField(
        label="Danh sách vắng từ cổng",
        choices=list(TAKES_NAMES.items()),
        widget=forms.RadioSelect,
        help_text="Danh sách do giáo viên lưu luôn được giữ, cổng không ghi đè.",
    )
    fever_from = HeatField(label="Báo khi thân nhiệt từ (°C)")
    twice_seconds = _whole("Quẹt lại trong (giây) thì không tính", 1, 60)
    borrowed_seconds = _whole("Nghi dùng chung thẻ trong (giây)", 1, 600)
    tells_family = forms.BooleanField(
        label="Báo cho gia đình khi con vào và ra",
        required=False,
        help_text="Chỉ báo trong ứng dụng, không gửi SMS.",
    )

    def choices(self) -> GateChoices:
        return GateChoices(**self.cleaned_data)


class DeviceForm(PoliteForm):
    """Một máy ở cổng."""

    name = forms.CharField(label="Tên máy", max_length=80, help_text="Ví dụ: Cổng chính.")
    direction = forms.ChoiceField(
        label="Dùng cho", choices=list(DIRECTION_NAMES.items()), initial=BOTH
    )
