"""What people fill in about the class diary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from khue.diary.rules.ratings import PRESETS, Part, Scheme
from khue.diary.rules.sessions import MOST_PERIODS, SESSIONS
from kit.form_fields import DayField, PoliteForm

PERIODS = [(str(one), f"Tiết {one}") for one in range(1, MOST_PERIODS + 1)]


class LessonForm(PoliteForm):
    """Một tiết: when, what, how; the rating by the scheme of the school."""

    day = DayField(label="Ngày dạy")
    session = forms.ChoiceField(label="Buổi", choices=list(SESSIONS.items()))
    period = forms.TypedChoiceField(label="Tiết", choices=PERIODS, coerce=int)
    plan_number = forms.IntegerField(label="Tiết PPCT", required=False, min_value=1, max_value=999)
    title = forms.CharField(label="Tên bài, nội dung", max_length=400)
    homework = forms.CharField(label="Giao về nhà", max_length=500, required=False)
    remark = forms.CharField(
        label="Nhận xét", max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    reason = forms.CharField(label="Lý do sửa", max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        teachers: Sequence[str] = (),
        fixed: bool = False,
        needs_reason: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.parts = {f"rating{place}": one for place, one in enumerate(scheme.parts)}
        for name, part in self.parts.items():
            self.fields[name] = _rating_field(part)
        if teachers:
            choices = [(one, one) for one in teachers]
            self.fields["stands_in_for"] = forms.ChoiceField(label="Dạy thay cho", choices=choices)
        if not needs_reason:
            del self.fields["reason"]
        if fixed:
            for name in ("day", "session", "period"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("day", "session", "period", "plan_number", "title", "homework", "remark")
        given = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        told = {part.name: self.cleaned_data.get(name, "") for name, part in self.parts.items()}
        return {
            **given,
            "rating": told,
            "stands_in_for": self.cleaned_data.get("stands_in_for", ""),
            "reason": self.cleaned_data.get("reason", ""),
            "base_version": self.cleaned_data.get("version") or 0,
        }

    def rating_initial(self, rating: Mapping[str, str]) -> dict[str, str]:
        return {name: rating.get(part.name, "") for name, part in self.parts.items()}


def _rating_field(part: Part) -> forms.Field:
    if part.values:
        choices = [("", "Chưa xếp"), *[(one, one) for one in part.values]]
        return forms.ChoiceField(label=part.name, choices=choices, required=False)
    return forms.CharField(label=f"{part.name} (0–{part.most})", required=False, max_length=3)


class RatingForm(PoliteForm):
    """Cách xếp loại giờ học of a school from a day on."""

    preset = forms.ChoiceField(
        label="Cách xếp loại", choices=[(key, one.name) for key, one in PRESETS.items()]
    )
    starts_on = DayField(label="Áp dụng từ ngày")


class LeaderForm(PoliteForm):
    """Who of the leaders signs the month."""

    leader = forms.TypedChoiceField(label="Người ký", coerce=int)

    def __init__(self, *args: Any, leaders: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["leader"].choices = leaders  # type: ignore[attr-defined]
