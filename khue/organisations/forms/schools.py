"""Trường, điểm trường, đơn vị."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from khue.organisations.queries.cards import SchoolCard, SiteCard
from khue.organisations.queries.codes import code_choices
from khue.organisations.rules.facts import SchoolFacts, SiteFacts
from kit.form_fields import DayField, PoliteForm

LISTS = {
    "level_group": "level-groups",
    "school_type": "school-types",
    "ownership": "school-ownership",
    "area_kind": "area-kinds",
    "difficult_area": "difficult-areas",
    "national_standard": "national-standard-levels",
}
MANDATORY = {"level_group", "ownership"}


class SchoolForm(PoliteForm):
    """Thông tin trường; the lists are those that hold on the day."""

    code = forms.CharField(label="Mã trường", max_length=35)
    name = forms.CharField(label="Tên trường", max_length=200)
    level_group = forms.ChoiceField(label="Nhóm cấp học")
    school_type = forms.ChoiceField(label="Loại trường", required=False)
    ownership = forms.ChoiceField(label="Loại hình", initial="01")
    area_kind = forms.ChoiceField(label="Khu vực", required=False)
    difficult_area = forms.ChoiceField(label="Vùng khó khăn", required=False)
    national_standard = forms.ChoiceField(label="Đạt chuẩn quốc gia", required=False)
    founded_on = DayField(label="Ngày thành lập", required=False)
    two_sessions = forms.BooleanField(label="Dạy học hai buổi mỗi ngày", required=False)
    lunch_boarding = forms.BooleanField(label="Có học sinh bán trú", required=False)
    boarding = forms.BooleanField(label="Có học sinh nội trú", required=False)
    address = forms.CharField(label="Địa chỉ", max_length=300, required=False)
    phone = forms.CharField(label="Điện thoại", max_length=20, required=False)
    email = forms.EmailField(label="Thư điện tử", max_length=120, required=False)
    website = forms.CharField(label="Trang thông tin", max_length=120, required=False)
    commune_code = forms.CharField(
        label="Mã xã, phường nơi đặt trường", max_length=5, required=False
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, listed in LISTS.items():
            blank = [] if name in MANDATORY else [("", "—")]
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*blank, *code_choices(listed, on=on)]

    def facts(self) -> SchoolFacts:
        return SchoolFacts(**self.cleaned_data)


def initial_school(card: SchoolCard) -> dict[str, Any]:
    own = ["code", "name", "level_group", "school_type", "ownership"]
    flags = ["two_sessions", "lunch_boarding", "boarding"]
    return {**{name: getattr(card, name) for name in own + flags}, **card.details}


class SiteForm(PoliteForm):
    """Điểm trường."""

    code = forms.CharField(label="Mã điểm trường", max_length=20)
    name = forms.CharField(label="Tên điểm trường", max_length=150)
    address = forms.CharField(label="Địa chỉ", max_length=300, required=False)
    distance_km = forms.DecimalField(
        label="Cách điểm chính (km)",
        max_digits=5,
        decimal_places=1,
        min_value=0,
        required=False,
        localize=True,
    )
    reached_by = forms.CharField(label="Phương tiện đi lại", max_length=100, required=False)
    is_main = forms.BooleanField(label="Là điểm trường chính", required=False)

    def facts(self) -> SiteFacts:
        return SiteFacts(**self.cleaned_data)


def initial_site(card: SiteCard) -> dict[str, Any]:
    names: Sequence[str] = ["code", "name", "address", "distance_km", "reached_by", "is_main"]
    return {name: getattr(card, name) for name in names}


class OrganisationForm(PoliteForm):
    """Đơn vị mới: a department below the ministry, a commune below a department."""

    code = forms.CharField(label="Mã", max_length=35)
    name = forms.CharField(label="Tên", max_length=200)
