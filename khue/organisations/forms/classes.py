"""Lớp học, tổ hợp môn, môn học của lớp."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from khue.organisations.queries.cards import (
    BundleCard,
    ClassCard,
    CurriculumCard,
    SchoolCard,
)
from khue.organisations.queries.codes import code_choices, code_names
from khue.organisations.queries.subjects import bundles_of, subjects
from khue.organisations.queries.tree import sites_of
from khue.organisations.rules.classes import ClassFacts
from khue.organisations.rules.facts import ClassSubjectFacts
from khue.organisations.rules.levels import Level, grades_of_levels
from kit.form_fields import DayField, PoliteForm

MERGED = [
    ("", "Lớp đơn"),
    ("grades", "Lớp ghép nhiều trình độ"),
    ("ages", "Lớp ghép độ tuổi (mầm non)"),
]


class ClassForm(PoliteForm):
    """Lớp học; fields that the school can never need are left out."""

    name = forms.CharField(label="Tên lớp", max_length=300)
    grades = forms.MultipleChoiceField(
        label="Khối",
        widget=forms.CheckboxSelectMultiple,
        help_text="Chọn nhiều khối chỉ khi là lớp ghép.",
    )
    merged_kind = forms.ChoiceField(
        label="Kiểu lớp", choices=MERGED, required=False, widget=forms.RadioSelect
    )
    site_id = forms.TypedChoiceField(
        label="Điểm trường", coerce=int, empty_value=None, required=False
    )
    bundle_id = forms.TypedChoiceField(
        label="Tổ hợp môn lựa chọn", coerce=int, empty_value=None, required=False
    )
    specialised_subject = forms.ChoiceField(label="Hệ chuyên", required=False)
    age_group = forms.ChoiceField(label="Nhóm tuổi", required=False)
    session = forms.ChoiceField(label="Buổi học", required=False)
    lunch_boarding = forms.ChoiceField(label="Bán trú", required=False)
    boarding = forms.BooleanField(label="Lớp nội trú", required=False)
    position = forms.IntegerField(
        label="Thứ tự trong danh sách", min_value=0, max_value=999, required=False
    )

    def __init__(self, *args: Any, school: SchoolCard, year: int, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choose_grades(school, on)
        self._choose_places(school, year)
        self._choose_codes(on)
        self._leave_out(school)

    def _choose(self, name: str, choices: list[tuple[Any, str]], blank: str = "—") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", blank), *choices] if blank else choices

    def _choose_grades(self, school: SchoolCard, on: date) -> None:
        names = code_names(["grades"], on=on)["grades"]
        allowed = grades_of_levels(Level(code) for code in school.levels)
        self._choose("grades", [(code, names.get(code, code)) for code in allowed], blank="")

    def _choose_places(self, school: SchoolCard, year: int) -> None:
        self._choose("site_id", [(site.id, site.name) for site in sites_of(school.id)])
        offered = [one for one in bundles_of(school.id) if one.first_year <= year]
        named = [(one.id, f"{one.name} (khóa {one.first_year})") for one in offered]
        self._choose("bundle_id", named)

    def _choose_codes(self, on: date) -> None:
        self._choose("specialised_subject", code_choices("specialised-classes", on=on))
        self._choose("age_group", code_choices("preschool-age-groups", on=on))
        self._choose("session", code_choices("class-sessions", on=on))
        self._choose("lunch_boarding", code_choices("lunch-boarding-kinds", on=on), "Không")

    def _leave_out(self, school: SchoolCard) -> None:
        if Level.UPPER_SECONDARY not in school.levels:
            del self.fields["bundle_id"], self.fields["specialised_subject"]
        if Level.PRESCHOOL not in school.levels:
            del self.fields["age_group"]

    def facts(self) -> list[ClassFacts]:
        """One class, or several of the same grade when names are parted by commas."""
        data = {**self.cleaned_data, "position": self.cleaned_data["position"] or 0}
        names = [name for name in data.pop("name").split(",") if name.strip()]
        data["grades"] = tuple(data["grades"])
        return [ClassFacts(name=name, **data) for name in names]


def initial_class(card: ClassCard) -> dict[str, Any]:
    names = [
        "name",
        "merged_kind",
        "site_id",
        "bundle_id",
        "specialised_subject",
        "age_group",
        "session",
        "lunch_boarding",
        "boarding",
        "position",
    ]
    return {**{name: getattr(card, name) for name in names}, "grades": list(card.grades)}


class CloseForm(PoliteForm):
    """Giải thể lớp."""

    on = DayField(label="Ngày giải thể")
    reason = forms.CharField(label="Lý do", max_length=300)


class BundleForm(PoliteForm):
    """Tổ hợp môn: choose four electives and three clusters."""

    name = forms.CharField(label="Tên tổ hợp", max_length=100)
    electives = forms.TypedMultipleChoiceField(
        label="Môn lựa chọn",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chọn đúng 4 trong 9 môn.",
    )
    clusters = forms.TypedMultipleChoiceField(
        label="Cụm chuyên đề học tập",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chọn đúng 3 cụm của các môn được học.",
    )
    reason = forms.CharField(
        label="Quyết định hoặc lý do thay đổi",
        max_length=300,
        required=False,
        help_text="Cần ghi khi đã có lớp học tổ hợp này.",
    )

    def __init__(self, *args: Any, programme: list[CurriculumCard], **options: Any) -> None:
        super().__init__(*args, **options)
        electives = [row for row in programme if row.status == "elective"]
        electives.sort(key=lambda row: row.elective_rank or 0)
        for name, rows in [
            ("electives", electives),
            ("clusters", [row for row in programme if row.cluster_allowed]),
        ]:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(row.subject_id, row.subject_name) for row in rows]


def initial_bundle(card: BundleCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "electives": list(card.elective_ids),
        "clusters": list(card.cluster_ids),
    }


class ClassSubjectForm(PoliteForm):
    """Một môn của lớp, written by hand."""

    subject_id = forms.TypedChoiceField(label="Môn học", coerce=int)
    form = forms.ChoiceField(
        label="Hình thức đánh giá",
        choices=[("score", "Điểm số và nhận xét"), ("comment", "Nhận xét")],
    )
    periods_term1 = forms.IntegerField(label="Số tiết học kì I", min_value=0, max_value=400)
    periods_term2 = forms.IntegerField(label="Số tiết học kì II", min_value=0, max_value=400)
    regular_marks = forms.IntegerField(
        label="Số điểm thường xuyên mỗi học kì", min_value=0, max_value=6
    )
    has_cluster = forms.BooleanField(label="Có cụm chuyên đề", required=False)

    def __init__(self, *args: Any, without: set[int] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["subject_id"]
        assert isinstance(field, forms.ChoiceField)
        known = [one for one in subjects() if one.id not in (without or set())]
        field.choices = [("", "Chọn môn"), *[(one.id, one.name) for one in known]]

    def facts(self, **more: Any) -> ClassSubjectFacts:
        return ClassSubjectFacts(**{**self.cleaned_data, **more})
