"""Khung kế hoạch thời gian năm học: terms and study weeks of any year, from rules.

The Ministry's frame names days without a year, so every year can be made; a province shifts
the start, adds reserve weeks and sets its breaks.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from khue.organisations.rules.school_years import school_year_label
from kit.dates import print_date

STUDY_WEEKS = (18, 17)
TERM_NAMES = ("Học kì I", "Học kì II")
_WEEK = timedelta(days=7)
_STUDY_DAYS = 6  # Monday to Saturday

# Mồng Một Tết by the Vietnamese calendar; a later year gives its break as data.
FIRST_DAY_OF_TET = MappingProxyType(
    {
        year: date(year, month, day)
        for year, month, day in (
            (2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10), (2025, 1, 29),
            (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 2),
            (2031, 1, 23), (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8),
        )
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """Kì nghỉ: days without teaching, both ends included."""

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class LocalCalendar:
    """What the chairman of a province decides about the frame.

    Without `breaks`, two weeks around Tết are free.
    """

    first_monday: date | None = None
    extra_weeks_term_1: int = 0
    extra_weeks_term_2: int = 0
    breaks: tuple[Break, ...] | None = None


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """Tuần học: Monday to Sunday, numbered 1 to 35; a reserve week (tuần dự phòng) has none."""

    number: int | None
    term: int
    starts_on: date
    ends_on: date
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class TermPlan:
    """Học kì: from the Monday of its first week to the Saturday of its last."""

    number: int
    name: str
    starts_on: date
    ends_on: date
    weeks: tuple[WeekPlan, ...]


@dataclass(frozen=True, slots=True)
class SchoolYearPlan:
    """Kế hoạch thời gian năm học of one year in one place."""

    start_year: int
    label: str
    early_return_on: date
    return_on: date
    opening_on: date
    terms: tuple[TermPlan, TermPlan]
    breaks: tuple[Break, ...]
    warnings: tuple[str, ...]

    @property
    def weeks(self) -> tuple[WeekPlan, ...]:
        """Every week of both terms."""
        return self.terms[0].weeks + self.terms[1].weeks

    @property
    def ends_on(self) -> date:
        """The last day of teaching."""
        return self.terms[1].ends_on

    def week_of(self, day: date) -> WeekPlan | None:
        """The study week that holds a day; none in a break or outside the year."""
        return next((week for week in self.weeks if week.starts_on <= day <= week.ends_on), None)


def opening_day(start_year: int) -> date:
    """Ngày khai giảng: 5 September.

    Law: QĐ 2308/QĐ-BGDĐT, khung kế hoạch thời gian năm học
    """
    return date(start_year, 9, 5)


def first_study_monday(start_year: int) -> date:
    """Thứ Hai của tuần học 1: the first Monday on or after the opening day."""
    opening = opening_day(start_year)
    return opening + timedelta(days=-opening.weekday() % 7)


def tet_break(year: int) -> Break | None:
    """Nghỉ Tết: the week of the first day of Tết and the week nearer to it, 14 days."""
    first_day = FIRST_DAY_OF_TET.get(year)
    if first_day is None:
        return None
    monday = first_day - timedelta(days=first_day.weekday())
    start = monday - _WEEK if first_day.weekday() <= 2 else monday
    return Break("Nghỉ Tết Nguyên đán", start, start + 2 * _WEEK - timedelta(days=1))


def _breaks_of(start_year: int, local: LocalCalendar) -> tuple[Break, ...]:
    if local.breaks is not None:
        return local.breaks
    tet = tet_break(start_year + 1)
    return (tet,) if tet else ()


def _is_free(monday: date, breaks: tuple[Break, ...]) -> bool:
    """Whether a break takes every study day of the week."""
    days = [monday + timedelta(days=place) for place in range(_STUDY_DAYS)]
    return all(any(free.starts_on <= day <= free.ends_on for free in breaks) for day in days)


def _weeks(
    monday: date, term: int, numbered_from: int, extra: int, breaks: tuple[Break, ...]
) -> tuple[WeekPlan, ...]:
    weeks: list[WeekPlan] = []
    studied = STUDY_WEEKS[term - 1]
    while len(weeks) < studied + extra:
        if not _is_free(monday, breaks):
            reserve = len(weeks) >= studied
            number = None if reserve else numbered_from + len(weeks)
            weeks.append(WeekPlan(number, term, monday, monday + timedelta(days=6), reserve))
        monday += _WEEK
    return tuple(weeks)


def _term(number: int, weeks: tuple[WeekPlan, ...]) -> TermPlan:
    ends_on = weeks[-1].starts_on + timedelta(days=_STUDY_DAYS - 1)
    return TermPlan(number, TERM_NAMES[number - 1], weeks[0].starts_on, ends_on, weeks)


def frame_warnings(start_year: int, terms: tuple[TermPlan, TermPlan]) -> tuple[str, ...]:
    """Mốc phải giữ: term I ends before 18 January, the year before 31 May.

    Law: QĐ 2308/QĐ-BGDĐT, khung kế hoạch thời gian năm học
    """
    limits = (date(start_year + 1, 1, 18), date(start_year + 1, 5, 31))
    return tuple(
        f"{term.name} kết thúc ngày {print_date(term.ends_on)}, "
        f"muộn hơn khung quy định (trước ngày {print_date(limit)}). "
        "Hãy bớt tuần dự phòng hoặc bắt đầu sớm hơn."
        for term, limit in zip(terms, limits, strict=True)
        if term.ends_on >= limit
    )


def plan_school_year(start_year: int, local: LocalCalendar | None = None) -> SchoolYearPlan:
    """Kế hoạch thời gian năm học: 35 study weeks, 18 in term I and 17 in term II.

    Return is one week before the opening, two for grades 1, 9 and 12.
    Law: QĐ 2308/QĐ-BGDĐT, khung kế hoạch thời gian năm học
    """
    local = local or LocalCalendar()
    breaks = _breaks_of(start_year, local)
    monday = local.first_monday or first_study_monday(start_year)
    monday -= timedelta(days=monday.weekday())
    first = _weeks(monday, 1, 1, local.extra_weeks_term_1, breaks)
    later = first[-1].starts_on + _WEEK
    second = _weeks(later, 2, STUDY_WEEKS[0] + 1, local.extra_weeks_term_2, breaks)
    terms = (_term(1, first), _term(2, second))
    opening = opening_day(start_year)
    return SchoolYearPlan(
        start_year=start_year,
        label=school_year_label(start_year),
        early_return_on=opening - 2 * _WEEK,
        return_on=opening - _WEEK,
        opening_on=opening,
        terms=terms,
        breaks=breaks,
        warnings=frame_warnings(start_year, terms),
    )
