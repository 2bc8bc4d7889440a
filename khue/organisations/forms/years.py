"""Kế hoạch thời gian năm học."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from khue.organisations.rules.calendar import Break, LocalCalendar
from kit.form_fields import DayField, PoliteForm

MOST_BREAKS = 4


class YearForm(PoliteForm):
    """What a department decides about the frame; lines of breaks may stay empty."""

    first_monday = DayField(
        label="Tuần học đầu bắt đầu từ", help_text="Ngày trong tuần học đầu tiên."
    )
    extra_weeks_term_1 = forms.IntegerField(
        label="Tuần dự phòng học kì I", min_value=0, max_value=4, initial=0
    )
    extra_weeks_term_2 = forms.IntegerField(
        label="Tuần dự phòng học kì II", min_value=0, max_value=4, initial=0
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for index in range(MOST_BREAKS):
            self.fields[f"break_name_{index}"] = forms.CharField(
                label="Tên kì nghỉ", max_length=80, required=False
            )
            self.fields[f"break_first_{index}"] = DayField(label="Từ ngày", required=False)
            self.fields[f"break_last_{index}"] = DayField(label="Đến ngày", required=False)

    @property
    def break_rows(self) -> list[tuple[forms.BoundField, ...]]:
        return [
            tuple(self[f"break_{part}_{index}"] for part in ("name", "first", "last"))
            for index in range(MOST_BREAKS)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for index in range(MOST_BREAKS):
            parts = [found.get(f"break_{part}_{index}") for part in ("name", "first", "last")]
            if any(parts) and not all(parts):
                self.add_error(
                    f"break_name_{index}", "Hãy ghi đủ tên, ngày đầu và ngày cuối của kì nghỉ."
                )
        return found

    def local(self) -> LocalCalendar:
        data: dict[str, Any] = self.cleaned_data
        rows: list[list[Any]] = [
            [data.get(f"break_{part}_{index}") for part in ("name", "first", "last")]
            for index in range(MOST_BREAKS)
        ]
        return LocalCalendar(
            first_monday=data["first_monday"],
            extra_weeks_term_1=data["extra_weeks_term_1"],
            extra_weeks_term_2=data["extra_weeks_term_2"],
            breaks=tuple(Break(*row) for row in rows if all(row)),
        )


def initial_year(
    first_monday: date, extra: tuple[int, int], breaks: tuple[Break, ...]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "first_monday": first_monday,
        "extra_weeks_term_1": extra[0],
        "extra_weeks_term_2": extra[1],
    }
    for index, one in enumerate(breaks[:MOST_BREAKS]):
        found[f"break_name_{index}"] = one.name
        found[f"break_first_{index}"] = one.starts_on
        found[f"break_last_{index}"] = one.ends_on
    return found
