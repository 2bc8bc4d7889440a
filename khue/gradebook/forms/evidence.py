"""How a note about a pupil comes in."""

from __future__ import annotations

from datetime import date

from django import forms

from kit.dates import parse_date, print_date
from kit.refusal import Refusal

KINDS = [("praise", "Việc tốt"), ("breach", "Vi phạm"), ("support", "Cần hỗ trợ")]
LONGEST = 500


class DayField(forms.CharField):
    """A day typed as 05/09/2026."""

    def clean(self, value: object) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        parsed = parse_date(text)
        if isinstance(parsed, Refusal):
            raise forms.ValidationError(parsed.sentence)
        return parsed

    def prepare_value(self, value: object) -> object:
        return print_date(value) if isinstance(value, date) else value


def day_field(label: str) -> DayField:
    attributes = {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "data-date": ""}
    return DayField(
        label=label,
        error_messages={"required": f"Hãy ghi {label.lower()}."},
        widget=forms.TextInput(attrs={**attributes, "autocomplete": "off"}),
    )


class EvidenceForm(forms.Form):
    """Ghi nhận: what kind, on which day, in words."""

    kind = forms.ChoiceField(
        label="Loại", choices=KINDS, error_messages={"required": "Hãy chọn loại ghi nhận."}
    )
    day = day_field("Ngày")
    text = forms.CharField(
        label="Nội dung",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Hãy ghi nội dung.",
            "max_length": f"Nội dung dài quá {LONGEST} ký tự. Hãy viết gọn hơn.",
        },
    )
