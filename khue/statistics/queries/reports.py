"""Số liệu cho biểu thống kê: the counts of every school below a place, filled into a form.

Outside the school small counts are withheld as on every page; the exact form is an act of its own
that the ledger keeps (services/reporting.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, permit, reach
from khue.organisations.api import OrganisationCard, organisation, school_year_label
from khue.statistics.permissions import REPORT, VIEW_EXACT
from khue.statistics.queries.figures import figures_of
from khue.statistics.rules.brief import BRIEF_OF
from khue.statistics.rules.identities import Finding, check_identities
from khue.statistics.rules.reports import EVERY_THEME, Compared, Filled, Withheld, fill_form
from khue.statistics.rules.sources import SchoolCounts
from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows

THEMES = (Theme.ENROLMENT, Theme.STAFF, Theme.SCHOOLS, Theme.DECLARED)
# Only preschools weigh and measure; the results of other levels stand in no form.
THEMES_OF_FORMS = {"01-mn": (*THEMES, Theme.RESULTS), "02-th": THEMES}
# Of schools that neither teach the level of the form nor have anybody in it, only what they are.
SCHOOLS = """
with told as (
  select figure.place_id, figure.theme, figure.counts, figure.at,
    case when figure.brief_of = %(brief_of)s::text then figure.brief else figure.counts end as brief
  from statistics_figure figure
  where figure.kind = %(kind)s and figure.year = %(year)s
    and figure.theme = any(%(themes)s::text[])
    and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s
)
select told.place_id, told.theme, told.counts from told
where told.theme = %(schools)s or told.place_id in (
  select one.place_id from told one where one.brief ?| %(level)s::text[]
)
"""
NEWEST = """
select max(figure.at) from statistics_figure figure
where figure.kind = %(kind)s and figure.year = %(year)s and figure.theme = any(%(themes)s::text[])
  and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s
"""
LEVELS = {"01-mn": "01", "02-th": "02"}


@dataclass(frozen=True, slots=True)
class Report:
    """Biểu đã điền, with what its identities say; `exact`: nothing is withheld in it.

    `last`: the rows of the school year before, as they stood at its end; none where it has nothing.
    """

    form: str
    year: int
    lines: tuple[Filled, ...]
    findings: tuple[Finding, ...]
    schools: int
    newest: datetime | None
    exact: bool
    last: tuple[Filled, ...] = ()

    @property
    def about_last(self) -> str:
        """What the column of the year before holds, or why it is empty."""
        label = school_year_label(self.year - 1)
        if not self.last:
            return f"Cột “Năm trước” để trống: chưa có số liệu năm học {label} của nơi này."
        told = f"Năm trước: hồ sơ khi kết thúc năm học {label}."
        if all(one.kept for one in self.last):
            return told
        return f"{told} “—”: năm học ấy chưa có đủ số để tính dòng này."

    @property
    def compared(self) -> list[Compared]:
        """Each row beside the year before."""
        before = self.last or (None,) * len(self.lines)
        return [Compared(*pair) for pair in zip(self.lines, before, strict=True)]


@dataclass(frozen=True, slots=True)
class _Year:
    """What a school year has of the schools in a place."""

    schools: list[SchoolCounts]
    kept: frozenset[Theme]
    newest: datetime | None


def report_of(actor: Actor, node_id: int, form: str, year: int, *, exact: bool = False) -> Report:
    """Lập một biểu of everything below an organisation; raises OutsidePlace, Refused."""
    found = organisation(node_id)
    permit(actor, REPORT, found.path)
    exact = exact or reach(actor, VIEW_EXACT).covers(found.path)
    now, before = (_year(found.path, form, one) for one in (year, year - 1))
    lines = _lines(actor, found, form, year, now, exact=exact)
    last = _lines(actor, found, form, year - 1, before, exact=exact) if before.schools else ()
    findings = tuple(check_identities(form, lines))
    told = (lines, findings, len(now.schools), now.newest)
    return Report(form, year, *told, exact=exact, last=last)


def _lines(
    actor: Actor, place: OrganisationCard, form: str, year: int, told: _Year, *, exact: bool
) -> tuple[Filled, ...]:
    withheld = None if exact else _withheld(actor, place, form, year)
    return tuple(fill_form(form, told.schools, year, withheld, told.kept))


def _withheld(actor: Actor, place: OrganisationCard, form: str, year: int) -> Withheld:
    found = figures_of(actor, place.path, year, THEMES_OF_FORMS[form]).values()
    hidden = frozenset(key for one in found for key in one.hidden)
    names = hidden.union(*(one.counts for one in found))
    return Withheld(hidden, names, of_one_school=place.kind == PlaceKind.SCHOOL)


def _year(path: str, form: str, year: int) -> _Year:
    asked = {
        "kind": PlaceKind.SCHOOL,
        "year": year,
        "themes": [str(one) for one in THEMES_OF_FORMS[form]],
        "path": path,
        "end": path[:-1] + chr(ord("/") + 1),
    }
    level = LEVELS[form]
    keys = [f"level.{level}", f"{level}.classes", f"{level}.pupils"]
    only = {"brief_of": BRIEF_OF, "schools": str(Theme.SCHOOLS), "level": keys}
    merged: dict[int, dict[str, int]] = {}
    with_theme: dict[str, set[int]] = defaultdict(set)
    for school_id, theme, counts in kept_rows(SCHOOLS, {**asked, **only}):
        merged.setdefault(school_id, {}).update(json.loads(counts))
        with_theme[theme].add(school_id)
    newest: datetime | None = kept_rows(NEWEST, asked)[0][0]
    return _Year([SchoolCounts(one) for one in merged.values()], _kept(with_theme), newest)


def _kept(with_theme: Mapping[str, set[int]]) -> frozenset[Theme]:
    """The figures that every school with pupils has: a number of some schools would be none.

    What schools declare is told with how many did. Where nobody learns, every number is a nought.
    """
    taught = with_theme.get(Theme.ENROLMENT, set())
    if not taught:
        return EVERY_THEME
    found = (Theme(one) for one, schools in with_theme.items() if schools >= taught)
    return frozenset(found) | {Theme.DECLARED}
