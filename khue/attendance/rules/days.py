"""Ngày học, buổi học: on which days, in which half of the day, a class has school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from khue.attendance.rules.dated import rows_of
from kit.dates import print_date, weekday_name
from kit.refusal import Refusal

MORNING, AFTERNOON = "am", "pm"
SESSIONS = (MORNING, AFTERNOON)
SESSION_NAMES: Mapping[str, str] = MappingProxyType({MORNING: "Buổi sáng", AFTERNOON: "Buổi chiều"})
USUAL_WEEK = "1111110"
MOST_PERIODS = 7
# Codes of "Buổi học" of a class: morning, afternoon, evening and their mixtures.
_HELD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1": (MORNING,),
        "2": (AFTERNOON,),
        "3": (AFTERNOON,),
        "4": SESSIONS,
        "5": SESSIONS,
        "6": (AFTERNOON,),
        "7": SESSIONS,
    }
)
_TWO_A_DAY = {"4", "5", "7"}


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Kì nghỉ of the year: both ends included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """Lịch học of a school in one school year.

    `weeks`: session → seven figures, Monday first, "1" where it is held; a session that is not
    named is held in the usual week when none is named at all, else never.
    """

    first: date
    last: date
    breaks: tuple[FreeDays, ...] = ()
    weeks: Mapping[str, str] = field(default_factory=dict)

    def holds(self, session: str, day: date) -> bool:
        """Whether this half of the weekday is for school."""
        week = self.weeks.get(session, "0000000") if self.weeks else USUAL_WEEK
        return week[day.weekday()] == "1"


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """Buổi học của một lớp: the session of the programme, and whether there is a second one."""

    program: str
    two_sessions: bool
    sessions: tuple[str, ...]


def plan_of_class(code: str, *, two_sessions: bool) -> ClassPlan:
    """Buổi chính khóa: the session in which the programme is taught.

    `code` is the class's code of sessions; a class without one follows its school.
    Law: CV 4567/BGDĐT-GDPT, dạy học 2 buổi/ngày
    """
    held = _HELD.get(code, SESSIONS if two_sessions else (MORNING,))
    two = code in _TWO_A_DAY if code in _HELD else two_sessions
    return ClassPlan(held[0], two, held)


def holiday_name(day: date) -> str:
    """Ngày nghỉ lễ: its name, or nothing.

    Law: Bộ luật Lao động, Điều 112
    """
    for row in rows_of("holidays"):
        same_day = (int(row["month"]), int(row["day"])) == (day.month, day.day)
        if same_day and row["year"] in ("", str(day.year)):
            return row["name"]
    return ""


def free_name(days: SchoolDays, day: date) -> str:
    """Vì sao không có giờ học on a day, in two words; nothing on a day with school."""
    if why_free(days, day) is None:
        return ""
    if not days.first <= day <= days.last:
        return "ngoài năm học"
    named = (one.name for one in days.breaks if one.first <= day <= one.last)
    return holiday_name(day) or next(named, weekday_name(day))


def why_free(days: SchoolDays, day: date, session: str = "") -> Refusal | None:
    """Ngày nghỉ: why there is no school on a day (or in a session of it); nothing when there is."""
    if not days.first <= day <= days.last:
        return Refusal(
            "OUTSIDE_YEAR",
            f"Ngày {print_date(day)} nằm ngoài năm học ({print_date(days.first)} đến"
            f" {print_date(days.last)}). Hãy chọn ngày khác.",
        )
    name = holiday_name(day) or next(
        (one.name for one in days.breaks if one.first <= day <= one.last), ""
    )
    if name:
        return Refusal(
            "HOLIDAY", f"Ngày {print_date(day)} là ngày nghỉ: {name}. Không điểm danh ngày này."
        )
    return _why_not_held(days, day, session)


def _why_not_held(days: SchoolDays, day: date, session: str) -> Refusal | None:
    wanted = (session,) if session else SESSIONS
    if any(days.holds(one, day) for one in wanted):
        return None
    told = f"{SESSION_NAMES[session].lower()} " if session else ""
    return Refusal(
        "NO_SCHOOL",
        f"Trường không học {told}{weekday_name(day)} {print_date(day)}."
        " Hãy chọn ngày khác, hoặc nhờ nhà trường sửa giờ học.",
    )


def school_days_between(days: SchoolDays, first: date, last: date) -> list[date]:
    """The days with school from one day to another, both included."""
    span = range((last - first).days + 1)
    every = (first + timedelta(days=place) for place in span)
    return [day for day in every if why_free(days, day) is None]


def sessions_of_day(days: SchoolDays, plan: ClassPlan, day: date) -> Sequence[str]:
    """Buổi học của lớp trong ngày, in order."""
    return [one for one in plan.sessions if why_free(days, day, one) is None]
