"""Fields and forms as Vietnamese people fill them in: days as d/m/yyyy, polite reproofs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from kit.dates import parse_date, print_date
from kit.refusal import Refusal


class DayField(forms.CharField):
    """A day typed as ngày/tháng/năm."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "off"}
        )
        super().__init__(widget=widget, max_length=20, **options)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        day = parse_date(typed)
        if isinstance(day, Refusal):
            raise forms.ValidationError(day.sentence)
        return day

    def prepare_value(self, value: Any) -> Any:
        return print_date(value) if isinstance(value, date) else value


class PoliteForm(forms.Form):
    """A form whose reproofs say what to do, and that takes a refusal of a service."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        for field in self.fields.values():
            field.error_messages["required"] = "Mục này chưa điền."
            field.error_messages["invalid_choice"] = "Hãy chọn một mục trong danh sách."

    def refuse(self, sentence: str, field: str = "") -> None:
        """Show the refusal of a service beside the value it is about."""
        self.add_error(field if field in self.fields else None, sentence)
