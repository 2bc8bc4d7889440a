"""Fields that read Vietnamese dates and choose from the code lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from kit.dates import parse_date, print_date
from kit.refusal import Refusal

Choices = Sequence[tuple[str, str]]
NOT_CHOSEN = "— Chọn —"


class DayField(forms.CharField):
    """A day typed as 05/09/2026."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs=DAY_ATTRIBUTES))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return print_date(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        parsed = parse_date(text)
        if isinstance(parsed, Refusal):
            raise forms.ValidationError(parsed.sentence)
        return parsed


DAY_ATTRIBUTES = {
    "inputmode": "numeric",
    "placeholder": "dd/mm/yyyy",
    "autocomplete": "off",
    "data-date": "",
}


def text(label: str, *, required: bool = False, hint: str = "", **options: Any) -> forms.CharField:
    """A line of text; every refusal is a sentence."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        error_messages={"required": f"Hãy điền {label[0].lower()}{label[1:]}."},
        **options,
    )


def long_text(label: str, *, required: bool = False, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return text(label, required=required, hint=hint, widget=widget, max_length=300)


def day(label: str, *, required: bool = True, hint: str = "") -> DayField:
    return DayField(
        label=label,
        required=required,
        help_text=hint,
        error_messages={"required": f"Hãy điền {label[0].lower()}{label[1:]}."},
    )


def choice(
    label: str,
    choices: Choices,
    *,
    required: bool = False,
    empty: str = NOT_CHOSEN,
    hint: str = "",
) -> forms.ChoiceField:
    """A list to choose from, with a first empty line."""
    sentence = f"Hãy chọn {label[0].lower()}{label[1:]}."
    return forms.ChoiceField(
        label=label,
        choices=[("", empty), *choices],
        required=required,
        help_text=hint,
        error_messages={"required": sentence, "invalid_choice": sentence},
    )


def several(label: str, choices: Choices, *, hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
    )
