"""Tờ khai của trường for a statistics form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from khue.statistics.rules.declared import MOST, DeclaredRow, declared_rows
from kit.form_fields import PoliteForm

YES_OR_NO = (("", "Chưa khai"), ("1", "Có"), ("0", "Không"))
NUMBER = {
    "invalid": "Hãy ghi một số nguyên, ví dụ 12; để trống khi chưa biết.",
    "min_value": "Số không được nhỏ hơn 0.",
    "max_value": "Số quá lớn. Hãy xem lại.",
}


class DeclaredForm(PoliteForm):
    """One field for each value of the form; an empty one is not declared."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, form: str, **options: Any) -> None:
        super().__init__(data, **options)
        for row in declared_rows(form):
            for column in row.columns:
                self.fields[row.key + column] = _field(row, column)

    def values(self) -> dict[str, int]:
        """What was filled."""
        typed = {name: one for name, one in self.cleaned_data.items() if name != "version"}
        return {name: int(one) for name, one in typed.items() if one not in (None, "")}

    def refuse_all(self, sentences: Mapping[str, str]) -> None:
        """Each sentence beside its value."""
        for name, sentence in sentences.items():
            self.refuse(sentence, name)


def _field(row: DeclaredRow, column: str) -> forms.Field:
    label = row.name_of(column)
    if row.is_flag:
        return forms.ChoiceField(
            choices=YES_OR_NO,
            required=False,
            label=label,
            error_messages={"invalid_choice": "Hãy chọn một mục trong danh sách."},
        )
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        min_value=0,
        max_value=MOST,
        required=False,
        label=label,
        widget=widget,
        error_messages=NUMBER,
    )
