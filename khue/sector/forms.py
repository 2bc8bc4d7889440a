"""What people fill in about periods and added data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from khue.sector.queries.lists import is_wanted, supplement_fields
from khue.sector.rules.field_lists import FieldSpec
from khue.sector.rules.periods import Window
from kit.form_fields import DayField, PoliteForm

Choices = list[tuple[str, str]]
MOST_CHOICES = 300
DAY = {
    "autocomplete": "off",
    "placeholder": "dd/mm/yyyy",
    "inputmode": "numeric",
    "data-date": "",
}


class WindowForm(PoliteForm):
    """The days of one period."""

    opens_on = DayField(label="Mở từ ngày")
    closes_on = DayField(label="Đóng sau ngày")
    as_of = DayField(label="Ngày chốt số liệu")

    def __init__(self, data: Any = None, *, window: Window | None = None, **options: Any) -> None:
        if window is not None:
            options["initial"] = {
                "opens_on": window.opens_on,
                "closes_on": window.closes_on,
                "as_of": window.as_of,
            }
        super().__init__(data, **options)


class SupplementForm(PoliteForm):
    """The fields that a part of the message may be given by hand; codes are chosen by name."""

    def __init__(
        self,
        data: Any = None,
        *,
        part: str,
        codes: Mapping[str, Choices],
        texts: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, initial=dict(texts or {}), **options)
        self.part = part
        for spec in supplement_fields(part):
            self.fields[spec.name] = _field(spec, codes.get(spec.codes, []))

    def wanted(self) -> list[str]:
        """The fields that the list asks for, always or under a condition."""
        return [one.name for one in supplement_fields(self.part) if is_wanted(one)]

    def optional(self) -> list[str]:
        return [name for name in self.fields if name not in self.wanted()]

    def texts(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


def _field(spec: FieldSpec, choices: Choices) -> forms.Field:
    if choices and len(choices) <= MOST_CHOICES:
        return forms.ChoiceField(
            label=spec.title, required=False, choices=[("", "—"), *_typed(spec, choices)]
        )
    if "1 yes, 0 no" in spec.note:
        told = [("", "—"), ("1", "Có"), ("0", "Không")]
        return forms.ChoiceField(label=spec.title, required=False, choices=told)
    attrs = DAY if spec.type == "timestamp" else {"autocomplete": "off"}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=spec.title, required=False, max_length=200, widget=widget)


def _typed(spec: FieldSpec, choices: Choices) -> Choices:
    """A field of whole numbers keeps the code without its leading zeros."""
    if spec.type != "integer":
        return choices
    return [(str(int(code)), name) for code, name in choices if code.isdigit()]
