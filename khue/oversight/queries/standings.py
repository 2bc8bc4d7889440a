"""Mỗi trường làm đến đâu: by the live figures, the counts of faults, the sector push."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from khue.access.api import Actor, explain
from khue.organisations.api import school_year_of
from khue.oversight.models import FaultCount
from khue.oversight.queries.places import Authority
from khue.oversight.rules.work import FAULTS, SYNC, Standing
from khue.sector.api import Period, sync_standings, windows_of
from khue.statistics.api import PlaceKind, table_below
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


class Found(NamedTuple):
    """Một trường trong một việc; `counts`: its faults by kind."""

    standing: Standing
    note: str = ""
    counts: Mapping[str, int] | None = None


NOTHING_DUE = Found(Standing(0, 0))


def standings_of(
    actor: Actor, place: Authority, themes: Sequence[str], term: str, today: date, kind: str = ""
) -> dict[str, dict[int, Found]]:
    """By theme and school; a school of which nothing is known is absent.

    `kind`: faults of this kind only.
    """
    found = _by_figures(actor, place, [one for one in themes if one in PARTS], term, today)
    if FAULTS in themes:
        found[FAULTS] = _faults(place, kind)
    if SYNC in themes:
        found[SYNC] = _sync(actor, place, today)
    return found


def _by_figures(
    actor: Actor, place: Authority, themes: Sequence[str], term: str, today: date
) -> dict[str, dict[int, Found]]:
    """What the live figures tell, in one statement."""
    if not themes:
        return {}
    asked = {one: _keys(one, term) for one in themes}
    wanted = list(
        dict.fromkeys((PARTS[one], key) for one in themes for keys in asked[one] for key in keys)
    )
    at = {one: number for number, one in enumerate(wanted)}
    rows = table_below(actor, place.path, school_year_of(today), wanted, kind=PlaceKind.SCHOOL)
    found: dict[str, dict[int, Found]] = {}
    for theme, pair in asked.items():
        done, due = ([at[PARTS[theme], key] for key in keys] for keys in pair)
        found[theme] = {one.id: _found(one.counts, done, due) for one in rows}
    return found


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


def _found(counts: Sequence[int | None], done: Sequence[int], due: Sequence[int]) -> Found:
    """How far a school is by its figures; what is withheld here counts nobody's child."""
    return Found(Standing(sum(counts[at] or 0 for at in done), sum(counts[at] or 0 for at in due)))


def _faults(place: Authority, kind: str) -> dict[int, Found]:
    rows = FaultCount.objects.filter(school__organisation__path__startswith=place.path)
    found: dict[int, Found] = {}
    for school_id, counts, counted_at in rows.values_list("school_id", "counts", "counted_at"):
        many = counts.get(kind, 0) if kind else sum(counts.values())
        found[school_id] = Found(Standing(0, many), f"{counted_at:%d/%m/%Y}", counts)
    return found


def _sync(actor: Actor, place: Authority, today: date) -> dict[int, Found]:
    if explain(actor, SEES_SYNC, place.path) is not None:
        return {}
    year = school_year_of(today)
    period = _period(place, year, today)
    states = sync_standings(actor, year=year, period=period, on=today, place=place.path)
    return {
        school_id: Found(Standing(int(one.is_received), 1), one.sentence)
        for school_id, one in states.items()
    }


def _period(place: Authority, year: int, today: date) -> Period:
    """Đợt báo cáo that was opened last in the province."""
    ids = place.path.strip("/").split("/")
    windows = windows_of(int(ids[1]), year).values() if len(ids) > 1 else ()
    opened = [one for one in windows if one.opens_on <= today]
    return max(opened, key=lambda one: one.opens_on).period if opened else Period.START
