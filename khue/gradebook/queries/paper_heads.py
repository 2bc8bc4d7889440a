"""Phần đầu của sổ: whose paper it is, who leads and who teaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.gradebook.queries.class_results import ClassResults
from khue.gradebook.rules.paper_shapes import PaperHead
from khue.organisations.api import (
    SchoolCard,
    YearCard,
    code_name,
    organisation,
    province_name,
    school_summary,
    school_year,
)
from khue.records.api import staff_of_school
from khue.timetable.api import homeroom_of

PRINCIPAL = "01"
COMMUNE_KINDS = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


@dataclass(frozen=True, slots=True)
class Place:
    """What the heads of all papers of a school in a year share."""

    school: SchoolCard
    year: YearCard | None
    start_year: int
    commune: str
    province: str
    principal: str

    def day_in(self, term: int, today: date) -> date:
        """Today within a term: the last day of one that is over, the first of one to come."""
        if self.year is None:
            return today
        days = self.year.term(term)
        return min(max(today, days.starts_on), days.ends_on)

    def day_in_year(self, today: date) -> date:
        """Today within the school year."""
        if self.year is None:
            return today
        return min(max(today, self.year.starts_on), self.year.ends_on)

    def head(self, class_name: str = "", homeroom: str = "") -> PaperHead:
        return PaperHead(
            authority=_authority(self.school),
            school=self.school.name,
            commune=self.commune,
            province=self.province,
            year=f"{self.start_year} – {self.start_year + 1}",
            class_name=class_name,
            city=_bare(self.commune),
            principal=self.principal,
            homeroom=homeroom,
        )


def place_of(school_id: int, start_year: int, province_id: int, today: date) -> Place:
    """The school, its commune and province, and who leads it today."""
    school = school_summary(school_id)
    leads = [one.name for one in staff_of_school(school_id, today) if one.kind == PRINCIPAL]
    return Place(
        school,
        school_year(province_id, start_year),
        start_year,
        _commune(school, today),
        province_name(school.province_code, on=today) or _province(school),
        leads[0] if leads else "",
    )


def class_head(place: Place, results: ClassResults, today: date) -> PaperHead:
    """The head of a paper of one class, with its homeroom teacher."""
    leading = homeroom_of([results.class_id], place.day_in_year(today)).get(results.class_id)
    return place.head(results.class_name, leading.staff_name if leading else "")


def _authority(school: SchoolCard) -> str:
    """Cơ quan chủ quản: "UBND Xã Suối Trong", or the department by its own name."""
    is_commune = school.parent_name.startswith(COMMUNE_KINDS)
    return f"UBND {school.parent_name}" if is_commune else school.parent_name


def _commune(school: SchoolCard, today: date) -> str:
    parent = organisation(school.parent_id)
    if parent.kind == "commune":
        return parent.name
    return code_name("communes", str(school.details.get("commune_code", "")), on=today)


def _province(school: SchoolCard) -> str:
    return school.supervisor_name.removeprefix("Sở GD&ĐT ").removeprefix("Sở Giáo dục và Đào tạo ")


def _bare(commune: str) -> str:
    for kind in COMMUNE_KINDS:
        commune = commune.removeprefix(kind)
    return commune
