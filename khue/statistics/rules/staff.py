"""Cán bộ, giáo viên, nhân viên: what a school counts of those who work there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from khue.statistics.rules.people import add, birth_year, columns_of

# DM_LOAI_CAN_BO (records.md §3.4): heads, deputies, teachers; everybody else is an employee.
PRINCIPALS = frozenset({"01", "05"})
DEPUTIES = frozenset({"02", "06"})
TEACHERS = frozenset({"03", "04", "27", "28", "29", "30"})
# DM_LOAI_CAN_BO names the level of some teachers: 27 THPT to 30 mầm non.
LEVELS_OF_KINDS = {"27": "04", "28": "03", "29": "02", "30": "01"}
WITH_DEGREE = frozenset({"principal", "deputy", "teacher"})
# The last year of each band of age on form 02-TH, rows 103 to 108.
AGE_BANDS = ((29, "20"), (39, "30"), (49, "40"), (54, "50"), (59, "55"))
OLDEST_BAND = "60"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What is counted of a member of staff; codes of the sector lists.

    `level`: in the forms of which level the person counts, "" in none.
    """

    kind: str
    sex: str
    ethnic_group: str
    born: str
    contract: str = ""
    qualification: str = ""
    training_standard: str = ""
    youth_leader: bool = False
    level: str = ""


def level_of(kind: str, taught: tuple[str, ...], main: str) -> str:
    """Cấp của một người: that of the kind of teacher where the school teaches it, else its main."""
    named = LEVELS_OF_KINDS.get(kind, "")
    return named if named in taught else main


def role_of(kind: str, *, youth_leader: bool = False) -> str:
    """Nhóm: principal, deputy, teacher, youth (tổng phụ trách Đội) or employee."""
    if kind in PRINCIPALS:
        return "principal"
    if kind in DEPUTIES:
        return "deputy"
    if kind in TEACHERS:
        return "youth" if youth_leader else "teacher"
    return "employee"


def age_band(born: str, year: int) -> str:
    """Độ tuổi in a calendar year, by the bands of the form."""
    birth = birth_year(born)
    if birth is None:
        return UNKNOWN
    return next((band for last, band in AGE_BANDS if year - birth <= last), OLDEST_BAND)


def count_staff(staff: Iterable[StaffFacts], year: int) -> dict[str, int]:
    """Số liệu of the staff of a school; `year`: the calendar year of the day."""
    counts: Counter[str] = Counter()
    for one in staff:
        columns = columns_of(one.sex, one.ethnic_group)
        for word in _words(one, year):
            add(counts, word, columns)
            if one.level:
                add(counts, f"{one.level}.{word}", columns)
    return dict(counts)


def _words(one: StaffFacts, year: int) -> Iterator[str]:
    role = role_of(one.kind, youth_leader=one.youth_leader)
    yield "staff"
    yield f"role.{role}"
    yield f"contract.{one.contract or UNKNOWN}"
    if role == "employee":
        yield f"employee_kind.{one.kind}"
    if role in WITH_DEGREE:
        yield f"{role}_degree.{one.qualification or UNKNOWN}"
    if role == "teacher":
        yield f"teacher_age.{age_band(one.born, year)}"
        yield f"teacher_standard.{one.training_standard or UNKNOWN}"
