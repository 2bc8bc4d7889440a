"""Lịch học: the days with school, and the classes at which a person may look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from khue.access.api import Actor, explain, reach
from khue.attendance.rules.days import (
    AFTERNOON,
    MORNING,
    ClassPlan,
    FreeDays,
    SchoolDays,
    plan_of_class,
)
from khue.organisations.api import (
    ClassCard,
    class_summary,
    classes_at,
    classes_in_reach,
    classes_of,
    classes_of_schools,
    permit_inside,
    school_summaries,
    school_year,
    school_year_of,
)
from kit.dates import vietnam_time
from kit.statements import kept_rows

VIEW, TAKE, CORRECT = "attendance.view", "attendance.take", "attendance.correct"
ANSWER, ASK = "attendance.answer_notes", "attendance.ask_leave"
NOON = 12
WEEKS = """
select distinct on (session) session, weekdays from attendance_schoolhours
where school_id = %(school)s and starts_on <= %(on)s order by session, starts_on desc
"""


def school_days(school_id: int, province_id: int, year: int, on: date) -> SchoolDays:
    """Lịch học của trường: the calendar of the province and the hours that hold on a day.

    A year that nobody planned yet runs from 1 August to 31 July.
    """
    card = school_year(province_id, year)
    weeks = _weeks(school_id, on)
    if card is None:
        return SchoolDays(date(year, 8, 1), date(year + 1, 7, 31), (), weeks)
    breaks = tuple(FreeDays(one.name, one.starts_on, one.ends_on) for one in card.breaks)
    first = min(card.starts_on, card.opens_on)
    return SchoolDays(first, card.ends_on, breaks, weeks)


def _weeks(school_id: int, on: date) -> dict[str, str]:
    """The newest hours of each session that began by a day."""
    return dict(kept_rows(WEEKS, {"school": school_id, "on": on}))


def plan_of(card: ClassCard) -> ClassPlan:
    return plans_of([card])[card.id]


def plans_of(cards: Iterable[ClassCard]) -> dict[int, ClassPlan]:
    """Buổi học của các lớp; a class that says nothing follows its school."""
    given = list(cards)
    schools = school_summaries(sorted({one.school_id for one in given if not one.session}))
    two = {key: school.two_sessions for key, school in schools.items()}
    return {
        one.id: plan_of_class(one.session, two_sessions=two.get(one.school_id, False))
        for one in given
    }


def days_of_class(card: ClassCard, on: date) -> SchoolDays:
    return school_days(card.school_id, card.province_id, card.year, on)


def days_of_classes(cards: Iterable[ClassCard], on: date) -> dict[int, SchoolDays]:
    """Lịch học của các lớp, read once for each school."""
    given = list(cards)
    firsts = {(one.school_id, one.year): one for one in given}
    known = {key: days_of_class(one, on) for key, one in firsts.items()}
    return {one.id: known[one.school_id, one.year] for one in given}


def open_class(actor: Actor, class_id: int, permission: str = VIEW) -> ClassCard:
    """A class for whoever holds the permission at it, or at a subject of it."""
    card = class_summary(class_id)
    permit_inside(actor, permission, card.place)
    return card


def explain_inside(actor: Actor, permission: str, place: str) -> str:
    """Why a person may not do it at a place nor anywhere within; nothing when she may."""
    if any(path.startswith(place) for path in reach(actor, permission).paths):
        return ""
    return explain(actor, permission, place) or ""


def classes_of_actor(
    actor: Actor, permission: str, on: date, school_id: int | None = None
) -> list[ClassCard]:
    """The open classes at which a person holds a permission on a day."""
    if school_id is not None:
        found = classes_of(school_id, school_year_of(on), open_on=on)
        return classes_in_reach(actor, permission, found)
    paths = reach(actor, permission).paths
    every = _classes_around(actor, paths, school_year_of(on)) if paths else []
    open_ones = [card for card in every if card.closed_on is None or card.closed_on >= on]
    return classes_in_reach(actor, permission, open_ones)


def _classes_around(actor: Actor, paths: Iterable[str], year: int) -> list[ClassCard]:
    """The classes of the schools in which, or above which, some places stand."""
    schools = {one.place: one.school_id for one in actor.grants}
    ids = {schools.get(path) for path in paths}
    if None in ids:
        return classes_at(sorted({_school_root(path) for path in paths}), year)
    return classes_of_schools(sorted(filter(None, ids)), year)


def _school_root(path: str) -> str:
    """The place of the school in which a class or a subject of a class stands."""
    return path.partition("/c")[0].rstrip("/") + "/"


def session_now(now: datetime) -> str:
    return MORNING if vietnam_time(now).hour < NOON else AFTERNOON
