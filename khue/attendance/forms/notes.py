"""Đơn xin nghỉ học as a family fills it in."""

from __future__ import annotations

from typing import Any

from django import forms

from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.notes import LONGEST_REASON
from kit.form_fields import DayField, PoliteForm

CHOICES = list(SESSION_NAMES.items())


class LeaveForm(PoliteForm):
    """The first and the last session, and why."""

    first_day = DayField(label="Nghỉ từ ngày")
    first_session = forms.ChoiceField(label="Từ buổi", choices=CHOICES)
    last_day = DayField(label="Đến hết ngày", required=False)
    last_session = forms.ChoiceField(label="Đến hết buổi", choices=CHOICES)
    reason = forms.CharField(
        label="Lý do",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def facts(self) -> dict[str, Any]:
        """As the service takes them; one day only when no last day was given."""
        given = self.cleaned_data
        return {**given, "last_day": given["last_day"] or given["first_day"]}
