"""What a school of the synthetic province is, before anything is written: plain data.

`synthetic.province.plan_province` gives the outlines, `synthetic.school.plan_school` one school
with its people. Both are pure and deterministic, so a school may be planned again at any time
(a few hundredths of a second) instead of being kept or read back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from khue.organisations.rules.calendar import plan_school_year
from synthetic.ids import Ids
from synthetic.kinds import Band, Kind

YEAR = 2026
LAST_YEAR = YEAR - 1
PROVINCE_CODE, PROVINCE_NAME = "20", "Lạng Sơn"
# When the classes of a year are filled, and when those of last year were left.
FIRST_DAYS = {LAST_YEAR: date(2025, 9, 8), YEAR: date(2026, 9, 7)}
LAST_YEAR_ENDS = plan_school_year(LAST_YEAR).ends_on
# Ids of the province's own organisations, in the order of `Ids.of_province`.
MINISTRY, DEPARTMENT, FIRST_COMMUNE = 0, 1, 2


@dataclass(frozen=True)
class Commune:
    """Xã, phường with its real code; `groups` are the weights of ethnic groups there."""

    place: int
    code: str
    name: str
    is_ward: bool
    groups: Mapping[str, int]


@dataclass(frozen=True)
class Outline:
    """A school as the province sees it: where it stands, its kind, its pupils of each band.

    `place` is its number in the province, from 0; a smaller province is the first schools of
    the whole one.
    """

    seed: int
    place: int
    kind: Kind
    code: str
    name: str
    commune: Commune
    pupils: Mapping[str, int]

    @property
    def size(self) -> int:
        return sum(self.pupils.values())


@dataclass(frozen=True)
class Province:
    """The whole province in outline; `schools` may be the first ones only.

    `ministry`, `department`: the ids of those that stood before, beside whose schools these are
    made; a department that stood before has its school years and officers already.

    `arrivals`: for a feeding school, who of its last year's eldest sits elsewhere this year, as
    (band then, number of the school now, place of the pupil there). `beyond`: how many of them,
    by band, sit in a school that is not among `schools`; the whole province has none.
    """

    seed: int
    communes: tuple[Commune, ...]
    schools: tuple[Outline, ...]
    arrivals: Mapping[int, tuple[tuple[str, int, int], ...]]
    beyond: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)
    ministry: int | None = None
    department: int | None = None

    @property
    def settled(self) -> tuple[Commune, ...]:
        """The communes that are made: beside others only those that have a school."""
        if self.department is None:
            return self.communes
        having = {one.commune.place for one in self.schools}
        return tuple(one for one in self.communes if one.place in having)

    @property
    def department_id(self) -> int:
        return self.department or self.ids.of_province("organisations.Organisation", DEPARTMENT)

    @property
    def ministry_id(self) -> int:
        """The ministry's own id, or that of one who stood before."""
        return self.ministry or self.ids.of_province("organisations.Organisation", MINISTRY)

    def commune_id(self, commune: Commune) -> int:
        return self.ids.of_province("organisations.Organisation", FIRST_COMMUNE + commune.place)

    def school_id(self, school: Outline) -> int:
        return self.ids.of("organisations.Organisation", school.place, 0)

    def path_of(self, school: Outline) -> str:
        """The place of the gate: under the commune or under the department."""
        above = f"/{self.ministry_id}/{self.department_id}/"
        if school.kind.managed_by == "XA":
            above += f"{self.commune_id(school.commune)}/"
        return f"{above}{self.school_id(school)}/"


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """Điểm trường; `distance` in tenths of a kilometre."""

    id: int
    name: str
    distance: int


@dataclass(frozen=True, slots=True)
class PlannedBook:
    """Môn học của lớp with its teacher: a class subject."""

    id: int
    class_id: int
    subject: str
    form: str
    status: str
    periods: tuple[int, int]
    regular_marks: int
    has_cluster: bool
    position: int
    teacher_id: int


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """One child in one class for a year: an enrolment.

    The child's file may be kept by another school now (`is_here` is false): last year's eldest
    who went on. `code` is the child's own (Mã học sinh), the same in every year and school.
    `standing`: how the child came: "known" from the grade below, "new", or "repeats".
    `next`: what became of last year: "up", "repeats", "left" (finished the school's last grade).
    """

    id: int
    student_id: int
    class_id: int
    code: str
    year: int
    band: Band
    sex: str
    standing: str
    next: str
    is_here: bool

    @property
    def entry_kind(self) -> str:
        """Hình thức vào lớp: admitted to a first grade, from elsewhere, repeating, or moved up."""
        if self.standing == "repeats":
            return "3"
        if self.band.key in {"01", "06", "10", "13"} or self.band.grade == "16":
            return "2"
        return "1" if self.standing == "new" else "4"


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """Lớp học of a year with who sits in it and what is taught; seats in no order."""

    id: int
    year: int
    code: str
    name: str
    level: str
    bands: tuple[Band, ...]
    site: PlannedSite
    merged_kind: str
    bundle: int | None
    position: int
    homeroom_id: int
    seats: list[PlannedSeat] = field(default_factory=list)
    books: list[PlannedBook] = field(default_factory=list)

    @property
    def grades(self) -> tuple[str, ...]:
        """DM_KHOI codes."""
        return tuple(dict.fromkeys(one.grade for one in self.bands))

    @property
    def age_group(self) -> str:
        return self.bands[0].age_group if len(self.bands) == 1 else ""


@dataclass(frozen=True, slots=True)
class PlannedStaff:
    """Cán bộ, giáo viên, nhân viên; `role` is the role of the gate held at the school, if any."""

    id: int
    name: str
    sex: str
    born: str
    group: str
    kind: str
    title: str
    qualification: str
    training_standard: str
    since: date
    role: str
    login: str
    number: str
    phone: str
    public_id: str


@dataclass(frozen=True, slots=True)
class PlannedAdult:
    """Cha, mẹ, người giám hộ of one family or of brothers and sisters."""

    id: int
    name: str
    relation: str
    birth_year: int
    job: str
    phone: str


@dataclass(frozen=True, slots=True)
class PlannedPupil:
    """A child whose file the school keeps now.

    `poverty`: code of DM_DIEN_CHINH_SACH or ""; `disability`: code of DM_LOAI_KHUYET_TAT or "".
    `leaver`: finished the last grade last year and sits in no school of this province now.
    """

    id: int
    place: int
    band: Band
    name: str
    sex: str
    born: str
    group: str
    code: str
    number: str
    village: str
    standing: str
    leaver: bool
    boards: bool
    poverty: str
    disability: str
    adults: tuple[PlannedAdult, ...]
    public_id: str


@dataclass(frozen=True, slots=True)
class PlannedSchool:
    """One school with everything the skeleton knows of it."""

    outline: Outline
    id: int
    path: str
    province_id: int
    sites: tuple[PlannedSite, ...]
    classes: tuple[PlannedClass, ...]
    staff: tuple[PlannedStaff, ...]
    pupils: tuple[PlannedPupil, ...]

    def classes_of(self, year: int) -> Iterator[PlannedClass]:
        return (one for one in self.classes if one.year == year)
