"""Danh sách việc: every school below an authority, how far it is in a theme, who is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import Actor, explain
from khue.organisations.api import school_year_of
from khue.oversight.models import Deadline, FaultCount
from khue.oversight.queries.places import Authority, SchoolName, schools_of
from khue.oversight.rules.faults import KINDS
from khue.oversight.rules.work import FAULTS, SYNC, THEMES, Standing, is_late
from khue.sector.api import Period, sync_states, windows_of
from khue.statistics.api import PlaceFigures, PlaceKind, figures_below
from khue.statistics.api import Theme as Figures

APPROVED = ("principal_approved", "locked")
SIGNED = ("signed_personal", "signed_org", "published")
PERIODS = {"1": ("t1", "p2"), "2": ("t2", "p4")}
PARTS = {
    "nhap-diem": Figures.ENTRY,
    "so": Figures.BOOKS,
    "hoc-ba": Figures.BOOKS,
    "diem-danh": Figures.ATTENDANCE,
}
SEES_SYNC = "sector.view_overview"


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
    """Danh sách việc of a theme: the schools, and the deadline that holds."""

    schools: tuple[SchoolWork, ...]
    deadline: DeadlineLine | None

    @property
    def waiting(self) -> list[SchoolWork]:
        return [one for one in self.schools if not one.standing.is_done]

    @property
    def late(self) -> list[SchoolWork]:
        return [one for one in self.schools if one.late]


def work_list(
    actor: Actor, place: Authority, theme: str, term: str, today: date, kind: str = ""
) -> WorkList:
    """Mọi trường of a place in one theme, the least done first."""
    return work_lists(actor, place, [theme], term, today, kind)[theme]


def work_lists(
    actor: Actor, place: Authority, themes: Sequence[str], term: str, today: date, kind: str = ""
) -> dict[str, WorkList]:
    """The lists of several themes; schools and figures are read once for all."""
    schools = schools_of(place)
    held = deadlines_of(place, school_year_of(today))
    found: dict[str, Found] = _by_figures(actor, place, themes, term, today)
    if FAULTS in themes:
        found[FAULTS] = _faults(place, kind)
    if SYNC in themes:
        found[SYNC] = _sync(actor, place, today)
    return {one: _list(schools, found[one], deadline_for(held, one, term), today) for one in themes}


Found = dict[int, tuple[Standing, str, "Mapping[str, int] | None"]]


def _list(
    schools: Sequence[SchoolName], found: Found, deadline: DeadlineLine | None, today: date
) -> WorkList:
    due_on = deadline.due_on if deadline else None
    lines = [
        SchoolWork(
            *(one.id, one.name, one.name_key, one.above, standing, note),
            late=is_late(standing, due_on, today),
            counts=counts,
        )
        for one in schools
        for standing, note, counts in (found.get(one.id, (Standing(0, 0), "", None)),)
    ]
    lines.sort(key=lambda one: (one.standing.order, -one.standing.left, one.name_key))
    return WorkList(tuple(lines), deadline)


def _by_figures(
    actor: Actor, place: Authority, themes: Sequence[str], term: str, today: date
) -> dict[str, Found]:
    """What the live figures tell, in one statement."""
    counted = [one for one in themes if one in PARTS]
    if not counted:
        return {}
    asked = {one: _keys(one, term) for one in counted}
    found = figures_below(
        *(actor, place.path, school_year_of(today), {PARTS[one] for one in counted}),
        kind=PlaceKind.SCHOOL,
        keys={key for pair in asked.values() for keys in pair for key in keys},
    )
    return {
        theme: {one.place_id: (_standing(one, PARTS[theme], *pair), "", None) for one in found}
        for theme, pair in asked.items()
    }


def _keys(theme: str, term: str) -> tuple[list[str], list[str]]:
    """The counts of what is done, and of what is due."""
    if theme == "nhap-diem":
        return [f"entered.{term}"], [f"due.{term}"]
    if theme == "diem-danh":
        return ["classes_taken"], ["classes"]
    if theme == "hoc-ba":
        return [f"transcript_state.{state}" for state in SIGNED], ["transcripts"]
    done = [f"state.{point}.{state}" for point in PERIODS[term] for state in APPROVED]
    return done, [f"books.{point}" for point in PERIODS[term]]


def _standing(one: PlaceFigures, theme: Figures, done: list[str], due: list[str]) -> Standing:
    """How far a school is by its figures; what is withheld here counts nobody's child."""
    counted = [sum(one.count(theme, key) or 0 for key in keys) for keys in (done, due)]
    return Standing(*counted)


def _faults(place: Authority, kind: str) -> Found:
    rows = FaultCount.objects.filter(school__organisation__path__startswith=place.path)
    found: Found = {}
    for school_id, counts, counted_at in rows.values_list("school_id", "counts", "counted_at"):
        many = counts.get(kind, 0) if kind else sum(counts.values())
        found[school_id] = (Standing(0, many), f"{counted_at:%d/%m/%Y}", counts)
    return found


def _sync(actor: Actor, place: Authority, today: date) -> Found:
    if explain(actor, SEES_SYNC, place.path) is not None:
        return {}
    year = school_year_of(today)
    period = _period(place, year, today)
    states = sync_states(actor, year=year, period=period, on=today, place=place.path)
    return {
        one.school_id: (
            Standing(int(one.is_received), 1),
            f"{one.stage_name}, {one.status_name}",
            None,
        )
        for one in states
    }


def _period(place: Authority, year: int, today: date) -> Period:
    """Đợt báo cáo that was opened last in the province."""
    province = int(place.path.strip("/").split("/")[1])
    windows = [one for one in windows_of(province, year).values() if one.opens_on <= today]
    return max(windows, key=lambda one: one.opens_on).period if windows else Period.START


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


def deadline_for(held: list[DeadlineLine], theme: str, term: str) -> DeadlineLine | None:
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
