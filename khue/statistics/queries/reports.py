"""Số liệu cho biểu thống kê: the counts of every school below a place, filled into a form.

Outside the school small counts are withheld as on every page; the exact form is an act of its own
that the ledger keeps (services/reporting.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, permit, reach
from khue.organisations.api import OrganisationCard, organisation
from khue.statistics.permissions import REPORT, VIEW_EXACT
from khue.statistics.queries.figures import figures_of
from khue.statistics.rules.brief import BRIEF_OF
from khue.statistics.rules.identities import Finding, check_identities
from khue.statistics.rules.reports import Filled, Withheld, fill_form
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
select told.place_id, told.counts from told
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
    """Biểu đã điền, with what its identities say; `exact`: nothing is withheld in it."""

    form: str
    year: int
    lines: tuple[Filled, ...]
    findings: tuple[Finding, ...]
    schools: int
    newest: datetime | None
    exact: bool


def report_of(actor: Actor, node_id: int, form: str, year: int, *, exact: bool = False) -> Report:
    """Lập một biểu of everything below an organisation; raises OutsidePlace, Refused."""
    found = organisation(node_id)
    permit(actor, REPORT, found.path)
    schools, newest = _schools(found.path, form, year)
    inside = exact or reach(actor, VIEW_EXACT).covers(found.path)
    withheld = None if inside else _withheld(actor, found, form, year)
    lines = fill_form(form, schools, year, withheld)
    findings = check_identities(form, lines)
    told = (tuple(lines), tuple(findings), len(schools), newest)
    return Report(form, year, *told, exact=withheld is None)


def _withheld(actor: Actor, place: OrganisationCard, form: str, year: int) -> Withheld:
    found = figures_of(actor, place.path, year, THEMES_OF_FORMS[form]).values()
    hidden = frozenset(key for one in found for key in one.hidden)
    names = hidden.union(*(one.counts for one in found))
    return Withheld(hidden, names, of_one_school=place.kind == PlaceKind.SCHOOL)


def _schools(path: str, form: str, year: int) -> tuple[list[SchoolCounts], datetime | None]:
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
    for school_id, counts in kept_rows(SCHOOLS, {**asked, **only}):
        merged.setdefault(school_id, {}).update(json.loads(counts))
    newest: datetime | None = kept_rows(NEWEST, asked)[0][0]
    return [SchoolCounts(one) for one in merged.values()], newest
