"""Danh sách việc: every school below an authority, how far it is in a theme, who is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import Actor
from khue.organisations.api import school_year_of
from khue.oversight.models import Deadline, FaultCount
from khue.oversight.queries.places import Authority, SchoolName, school_ids_of, schools_of
from khue.oversight.queries.standings import NOTHING_DUE, Found, standings_of
from khue.oversight.rules.faults import KINDS
from khue.oversight.rules.work import THEMES, Standing, is_late


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """Một hạn đang dùng."""

    id: int
    theme: str
    term: int | None
    title: str
    note: str
    due_on: date
    place_name: str
    set_by: str
    own: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Tổng hợp một việc: of so many schools, how many still have what to do, how much, who is late.

    `left`: what is left in all of them, in the unit of the theme.
    """

    schools: int
    waiting: int
    left: int
    late: int
    deadline: DeadlineLine | None


@dataclass(frozen=True, slots=True)
class SchoolWork:
    """Một trường và phần việc của nó."""

    id: int
    name: str
    name_key: str
    above: str
    standing: Standing
    note: str = ""
    late: bool = False
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """Danh sách việc of a theme: the schools, and what they come to."""

    schools: tuple[SchoolWork, ...]
    summary: Summary


def work_list(
    actor: Actor, place: Authority, theme: str, term: str, today: date, kind: str = ""
) -> WorkList:
    """Mọi trường of a place in one theme, the least done first."""
    deadline = deadline_for(deadlines_of(place, school_year_of(today)), theme, term)
    found = standings_of(actor, place, [theme], term, today, kind)[theme]
    lines = _lines(schools_of(place), found, deadline, today)
    standings = [one.standing for one in lines]
    return WorkList(tuple(lines), _summary(standings, deadline, today))


def summaries(
    actor: Actor,
    place: Authority,
    themes: Sequence[str],
    term: str,
    today: date,
    held: Sequence[DeadlineLine],
) -> dict[str, Summary]:
    """What the lists of several themes come to; the figures are read once for all.

    `held`: the deadlines that hold at the place.
    """
    ids = school_ids_of(place)
    found = standings_of(actor, place, themes, term, today)
    return {
        theme: _summary(
            [found[theme].get(one, NOTHING_DUE).standing for one in ids],
            deadline_for(held, theme, term),
            today,
        )
        for theme in themes
    }


def _summary(standings: Sequence[Standing], deadline: DeadlineLine | None, today: date) -> Summary:
    left = [one.left for one in standings if not one.is_done]
    due_on = deadline.due_on if deadline else None
    late = sum(is_late(one, due_on, today) for one in standings)
    return Summary(len(standings), len(left), sum(left), late, deadline)


def _lines(
    schools: Iterable[SchoolName],
    found: Mapping[int, Found],
    deadline: DeadlineLine | None,
    today: date,
) -> list[SchoolWork]:
    due_on = deadline.due_on if deadline else None
    lines = [
        SchoolWork(
            *(one.id, one.name, one.name_key, one.above, told.standing, told.note),
            late=is_late(told.standing, due_on, today),
            counts=told.counts,
        )
        for one in schools
        for told in (found.get(one.id, NOTHING_DUE),)
    ]
    return sorted(lines, key=lambda one: (one.standing.order, -one.standing.left, one.name_key))


def deadlines_of(place: Authority, year: int) -> list[DeadlineLine]:
    """Các hạn that hold at a place: its own and those of the authorities above it."""
    ids = [int(one) for one in place.path.strip("/").split("/")]
    rows = Deadline.objects.filter(
        organisation_id__in=ids, year=year, ended_at__isnull=True
    ).select_related("organisation")
    return [
        DeadlineLine(
            *(row.pk, row.theme, row.term, row.title, row.note, row.due_on),
            *(row.organisation.name, row.set_by),
            own=row.organisation_id == place.id,
        )
        for row in rows.order_by("due_on", "theme", "pk")
    ]


def deadline_for(held: Sequence[DeadlineLine], theme: str, term: str) -> DeadlineLine | None:
    """Hạn của một việc: that of the term, else of the theme; the nearer of two."""
    wanted = int(term) if THEMES[theme].by_term and term.isdecimal() else None
    return next((one for one in held if one.theme == theme and one.term in {wanted, None}), None)


def fault_totals(lines: WorkList) -> dict[str, int]:
    """Số lỗi of all schools by kind, in the order of the kinds."""
    totals = dict.fromkeys(KINDS, 0)
    for one in lines.schools:
        for kind, many in (one.counts or {}).items():
            totals[kind] = totals.get(kind, 0) + many
    return {kind: many for kind, many in totals.items() if many}


def newest_count(place: Authority) -> datetime | None:
    """When faults were counted the last time below a place."""
    rows = FaultCount.objects.filter(school__organisation__path__startswith=place.path)
    return rows.order_by("-counted_at").values_list("counted_at", flat=True).first()
