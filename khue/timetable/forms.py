"""What people fill in about assignments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms

from khue.organisations.api import ClassSubjectCard
from khue.records.api import StaffLine
from khue.timetable.queries.assignments import HomeroomLine, TeachingLine
from khue.timetable.queries.loads import STUDY_WEEKS
from khue.timetable.services.boards import WantedTeacher
from kit.form_fields import DayField, PoliteForm

Choices = list[tuple[str, str]]


def usual_periods(one: ClassSubjectCard) -> str:
    """The periods a week that follow from the programme, when nothing else is written."""
    week = Fraction(one.periods_term1, STUDY_WEEKS[1])
    return str(week.numerator) if week.denominator == 1 else ""


def people_choices(people: Iterable[StaffLine]) -> Choices:
    """People by name; namesakes are told apart by their post or year of birth."""
    known = list(people)
    met = Counter(one.name for one in known)
    return [(str(one.id), _told_apart(one) if met[one.name] > 1 else one.name) for one in known]


def _told_apart(one: StaffLine) -> str:
    marks = [mark for mark in (one.title, one.born[:4]) if mark]
    return f"{one.name} ({', '.join(marks)})" if marks else one.name


class ClassTeachersForm(PoliteForm):
    """The teachers of one class: a person and the periods for each subject."""

    starts_on = DayField(label="Áp dụng từ ngày")

    def __init__(
        self,
        *args: Any,
        subjects: Sequence[ClassSubjectCard],
        teachers: Mapping[int, Sequence[TeachingLine]],
        people: Choices,
        on: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.subjects, self.teachers = subjects, teachers
        self.fields["starts_on"].initial = on
        for one in subjects:
            first = next(iter(teachers.get(one.id, ())), None)
            self._add_line(one, first, people)

    def _add_line(self, one: ClassSubjectCard, first: TeachingLine | None, people: Choices) -> None:
        self.fields[f"staff_{one.id}"] = forms.ChoiceField(
            label=f"Giáo viên môn {one.subject_name}",
            choices=[("", "Chưa phân công"), *people],
            initial=str(first.staff_id) if first else "",
            required=False,
        )
        self.fields[f"periods_{one.id}"] = forms.IntegerField(
            label=f"Số tiết mỗi tuần môn {one.subject_name}",
            widget=forms.NumberInput(attrs={"placeholder": usual_periods(one)}),
            initial=first.periods_per_week if first else None,
            min_value=1,
            max_value=40,
            required=False,
        )
        self.fields[f"share_{one.id}"] = forms.BooleanField(
            label=f"Cùng dạy môn {one.subject_name}", required=False
        )

    @property
    def lines(
        self,
    ) -> list[tuple[ClassSubjectCard, Sequence[TeachingLine], list[forms.BoundField]]]:
        return [
            (
                one,
                self.teachers.get(one.id, ()),
                [self[f"{part}_{one.id}"] for part in ("staff", "periods", "share")],
            )
            for one in self.subjects
        ]

    def wanted(self) -> list[WantedTeacher]:
        data = self.cleaned_data
        return [
            WantedTeacher(
                one.id, int(chosen), data[f"periods_{one.id}"], share=data[f"share_{one.id}"]
            )
            for one in self.subjects
            if (chosen := data[f"staff_{one.id}"])
        ]


class HomeroomsForm(PoliteForm):
    """The homeroom teachers of a school: a person for each class."""

    starts_on = DayField(label="Áp dụng từ ngày")

    def __init__(
        self,
        *args: Any,
        class_ids: Sequence[int],
        homerooms: Mapping[int, HomeroomLine],
        people: Choices,
        on: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.class_ids = class_ids
        self.fields["starts_on"].initial = on
        for class_id in class_ids:
            line = homerooms.get(class_id)
            self.fields[f"staff_{class_id}"] = forms.ChoiceField(
                label="Giáo viên chủ nhiệm",
                choices=[("", "Chưa phân công"), *people],
                initial=str(line.staff_id) if line else "",
                required=False,
            )

    def of_class(self, class_id: int) -> forms.BoundField:
        return self[f"staff_{class_id}"]

    def wanted(self) -> dict[int, int]:
        chosen = {one: self.cleaned_data[f"staff_{one}"] for one in self.class_ids}
        return {one: int(staff) for one, staff in chosen.items() if staff}


class EndForm(PoliteForm):
    """Kết thúc một phân công."""

    on = DayField(label="Ngày cuối")
    reason = forms.CharField(label="Lý do", max_length=300, required=False)


class TransferForm(PoliteForm):
    """Chuyển giao lớp dạy."""

    to_staff_id = forms.TypedChoiceField(label="Chuyển cho", coerce=int)
    starts_on = DayField(label="Từ ngày")
    reason = forms.CharField(label="Lý do", max_length=300)
    teaching_ids = forms.TypedMultipleChoiceField(
        label="Lớp chuyển giao", coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Choices, taught: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in [
            ("to_staff_id", [("", "Chọn giáo viên"), *people]),
            ("teaching_ids", taught),
        ]:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["teaching_ids"].initial = [key for key, _ in taught]
