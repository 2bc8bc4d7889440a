"""What other contexts and pages see of this context: plain values, never rows of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from khue.organisations.rules.calendar import TERM_NAMES, Break
from khue.organisations.rules.school_years import school_year_label


@dataclass(frozen=True)
class OrganisationCard:
    """Cơ quan, trường: a node of the tree."""

    id: int
    kind: str
    code: str
    name: str
    path: str
    parent_id: int | None
    province_code: str
    commune_code: str


@dataclass(frozen=True)
class SchoolCard:
    """Trường, with its managing body (parent) and the department that guides it (supervisor)."""

    id: int
    code: str
    name: str
    path: str
    province_id: int
    province_code: str
    parent_id: int
    parent_name: str
    supervisor_id: int
    supervisor_name: str
    managed_by: str
    level_group: str
    levels: tuple[str, ...]
    school_type: str
    ownership: str
    boarding: bool
    lunch_boarding: bool
    two_sessions: bool
    register_pattern: str
    version: int
    details: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class SiteCard:
    """Điểm trường."""

    id: int
    school_id: int
    code: str
    name: str
    is_main: bool
    address: str = ""
    distance_km: str = ""
    reached_by: str = ""


@dataclass(frozen=True)
class CodeValue:
    """One code with the days between which it holds."""

    list: str
    code: str
    name: str
    parent: str
    details: dict[str, str]
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class TermCard:
    """Học kì."""

    id: int
    number: int
    starts_on: date
    ends_on: date

    @property
    def name(self) -> str:
        return TERM_NAMES[self.number - 1]


@dataclass(frozen=True)
class WeekCard:
    """Tuần: a study week; a week without a number is a holiday."""

    number: int | None
    term_number: int
    starts_on: date
    ends_on: date
    note: str


@dataclass(frozen=True)
class YearCard:
    """Năm học of a province."""

    id: int
    province_id: int
    start_year: int
    starts_on: date
    opens_on: date
    ends_on: date
    terms: tuple[TermCard, ...]
    extra_weeks: tuple[int, int] = (0, 0)
    breaks: tuple[Break, ...] = ()

    @property
    def label(self) -> str:
        return school_year_label(self.start_year)

    def term(self, number: int) -> TermCard:
        return next(term for term in self.terms if term.number == number)

    def term_on(self, day: date) -> TermCard:
        """The term of a day; before the year it is the first, after the year the last."""
        begun = [term for term in self.terms if term.starts_on <= day]
        return begun[-1] if begun else self.terms[0]


@dataclass(frozen=True)
class ClassCard:
    """Lớp học, nhóm trẻ; `place` is its place at the gate."""

    id: int
    school_id: int
    school_name: str
    school_path: str
    province_id: int
    year: int
    code: str
    name: str
    name_key: str
    level: str
    grades: tuple[str, ...]
    site_id: int | None
    site_name: str
    bundle_id: int | None
    bundle_name: str
    merged_kind: str
    age_group: str
    specialised_subject: str
    session: str
    lunch_boarding: str
    boarding: bool
    closed_on: date | None
    position: int
    place: str

    @property
    def grade(self) -> str:
        return self.grades[0]


@dataclass(frozen=True)
class SubjectCard:
    """Môn học, hoạt động giáo dục."""

    id: int
    name: str
    short_name: str
    spellings: tuple[str, ...]
    position: int


@dataclass(frozen=True)
class ClassSubjectCard:
    """Môn học của lớp; `place` is its place at the gate."""

    id: int
    class_id: int
    class_name: str
    school_id: int
    school_path: str
    province_id: int
    year: int
    subject_id: int
    subject_name: str
    short_name: str
    form: str
    status: str
    periods_term1: int
    periods_term2: int
    regular_marks: int
    has_cluster: bool
    specialised: bool
    position: int
    place: str

    def periods(self, term: int) -> int:
        return self.periods_term1 if term == 1 else self.periods_term2

    @property
    def by_comment(self) -> bool:
        return self.form == "comment"


@dataclass(frozen=True)
class CurriculumCard:
    """One row of the programme: a subject in a grade."""

    subject_id: int
    subject_name: str
    level: str
    grade: int
    form: str
    periods_per_year: int
    status: str
    regular_marks: int | None
    elective_rank: int | None
    cluster_allowed: bool


@dataclass(frozen=True)
class BundleCard:
    """Tổ hợp môn lựa chọn."""

    id: int
    school_id: int
    first_year: int
    name: str
    elective_ids: tuple[int, ...]
    elective_names: tuple[str, ...]
    cluster_ids: tuple[int, ...]
    cluster_names: tuple[str, ...]
