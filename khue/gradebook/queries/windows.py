"""Thời gian nhập điểm: the days of a department, of one school, and those in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, OutsidePlace, explain, permit, reach
from khue.gradebook.models import EntryWindow
from khue.gradebook.rules.states import window_periods
from khue.gradebook.rules.windows import Days, days_in_force
from khue.organisations.api import (
    OrganisationCard,
    organisation,
    organisations_by_ids,
    school_summaries,
    school_summary,
    schools_at,
)
from kit.vietnamese import search_key

VIEW = "gradebook.view_windows"
OF_DEPARTMENT, OF_SCHOOL = "gradebook.set_department_window", "gradebook.set_school_window"
EVERY_LEVEL = ("02", "03")
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """A department or a school whose days of writing are shown; `setter`: whose days may be set."""

    node: OrganisationCard
    department_id: int
    department_name: str
    levels: tuple[str, ...]
    setter: str

    @property
    def is_school(self) -> bool:
        return self.node.kind == "school"


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One term or point: the days of the department, those for this school, the school's own."""

    period: int
    general: Days | None
    special: Days | None
    own: Days | None
    note: str = ""

    @property
    def in_force(self) -> tuple[Days, ...]:
        return days_in_force(self.general, self.special, self.own)

    @property
    def widest(self) -> Days | None:
        """What the school's own days must lie in."""
        return self.special or self.general


@dataclass(frozen=True, slots=True)
class OtherDays:
    """Other days that the department gave one school."""

    school_id: int
    school_name: str
    period: int
    days: Days
    note: str


def window_places(actor: Actor) -> list[OrganisationCard]:
    """Where this person's page of windows begins: a department, or a school."""
    last = [path.strip("/").split("/")[-1] for path in reach(actor, VIEW).paths]
    cards = organisations_by_ids([int(one) for one in last if one.isdecimal()])
    return [card for card in cards.values() if card.kind in ("department", "school")]


def open_window_place(actor: Actor, node_id: int) -> WindowPlace:
    """A department or a school, for someone who may see its days of writing."""
    node = organisation(node_id)
    permit(actor, VIEW, node.path)
    if node.kind == "school":
        school = school_summary(node_id)
        department = organisation(school.province_id)
        levels = tuple(school.levels)
    elif node.kind == "department":
        department, levels = node, EVERY_LEVEL
    else:
        raise OutsidePlace
    return WindowPlace(node, department.id, department.name, levels, _setter(actor, node))


def _setter(actor: Actor, node: OrganisationCard) -> str:
    allowed = [OF_DEPARTMENT, *([OF_SCHOOL] if node.kind == "school" else [])]
    return next((one for one in allowed if explain(actor, one, node.path) is None), "")


def window_lines(place: WindowPlace, year: int) -> list[WindowLine]:
    """Every term or point of a year with its days."""
    rows = _rows(place, year)
    return [_line(place, period, rows) for period in window_periods(place.levels)]


def window_line(place: WindowPlace, year: int, period: int) -> WindowLine:
    """One term or point with its days."""
    return _line(place, period, _rows(place, year))


def _rows(place: WindowPlace, year: int) -> list[EntryWindow]:
    owners = {place.department_id, place.node.id}
    return list(EntryWindow.objects.filter(organisation_id__in=owners, year=year))


def _line(place: WindowPlace, period: int, rows: Iterable[EntryWindow]) -> WindowLine:
    here = [row for row in rows if row.period == period]
    by_owner = {(row.organisation_id, row.for_school_id): row for row in here}
    school = place.node.id if place.is_school else None
    special = by_owner.get((place.department_id, school)) if school else None
    own = by_owner.get((school, None)) if school else None
    general = by_owner.get((place.department_id, None))
    notes = [row.note for row in (special, own, general) if row and row.note]
    return WindowLine(
        period,
        _days(general, place.department_name),
        _days(special, place.department_name),
        _days(own, place.node.name, own=True),
        notes[0] if notes else "",
    )


def _days(row: EntryWindow | None, by: str, *, own: bool = False) -> Days | None:
    return Days(row.opens_on, row.closes_on, by, own) if row else None


def exceptions_of(place: WindowPlace, year: int) -> list[OtherDays]:
    """Every school to which the department gave other days this year."""
    rows = EntryWindow.objects.filter(
        organisation_id=place.department_id, year=year, for_school_id__isnull=False
    ).order_by("period", "opens_on")
    names = school_summaries([row.for_school_id for row in rows if row.for_school_id])
    return [
        OtherDays(
            row.for_school_id,
            names[row.for_school_id].name,
            row.period,
            Days(row.opens_on, row.closes_on, place.department_name),
            row.note,
        )
        for row in rows
        if row.for_school_id in names
    ]


def schools_called(place: WindowPlace, text: str) -> list[tuple[int, str]]:
    """The first schools of a department whose name holds a text, to give one of them other days."""
    wanted = search_key(text)
    if not wanted:
        return []
    found = [one for one in schools_at(place.node.path) if wanted in search_key(one.name)]
    return [(one.id, one.name) for one in found[:MOST_FOUND]]


def last_day_to_enter(school_id: int, province_id: int, year: int, period: int) -> date | None:
    """Ngày cuối được nhập điểm of a term (a point, for primary) at a school, where days are set."""
    rows = EntryWindow.objects.filter(
        organisation_id__in={school_id, province_id}, year=year, period=period
    )
    limits = {(row.organisation_id, row.for_school_id): row.closes_on for row in rows}
    general = limits.get((province_id, school_id)) or limits.get((province_id, None))
    ends = [one for one in (general, limits.get((school_id, None))) if one]
    return min(ends, default=None)
