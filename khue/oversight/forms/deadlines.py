"""A deadline as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms

from khue.oversight.rules.work import THEMES
from khue.oversight.services.deadlines import Wanted
from kit.form_fields import DayField, PoliteForm

CHOICES = [(one.key, one.name) for one in THEMES.values() if one.has_deadline]
TERMS = [("", "Cả năm"), ("1", "Học kì I"), ("2", "Học kì II")]


class DeadlineForm(PoliteForm):
    """Hạn của một việc."""

    theme = forms.ChoiceField(label="Việc", choices=CHOICES)
    term = forms.ChoiceField(label="Học kì", choices=TERMS, required=False)
    due_on = DayField(label="Hạn đến hết ngày")
    note = forms.CharField(label="Ghi chú cho các trường", max_length=300, required=False)

    def wanted(self) -> Wanted:
        """As the service takes it."""
        given: dict[str, Any] = self.cleaned_data
        term = int(given["term"]) if given["term"] else None
        return Wanted(given["theme"], term, given["due_on"], given["note"])
