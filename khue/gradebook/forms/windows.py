"""Thời gian nhập điểm: what a department or a school fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khue.gradebook.rules.states import spoken_window
from kit.form_fields import DayField, PoliteForm


class WindowForm(PoliteForm):
    """The term or point, its first and last day, and a note that every school reads."""

    period = forms.TypedChoiceField(label="Học kì, thời điểm", coerce=int)
    opens_on = DayField(label="Nhập điểm từ ngày")
    closes_on = DayField(label="Đến hết ngày")
    note = forms.CharField(label="Ghi chú", max_length=200, required=False)

    def __init__(self, *args: Any, periods: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["period"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one, _title(one)) for one in periods]


def _title(period: int) -> str:
    name = spoken_window(period)
    return name[:1].upper() + name[1:]
