"""Số liệu cho biểu thống kê: the counts of every school below a place, filled into a form.

Outside the school small counts are withheld as on every page; the exact form is an act of its own
that the ledger keeps (services/reporting.py).
"""

from __future__ import annotations

import json
from collections import ChainMap, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from khue.access.api import Actor, permit, reach
from khue.organisations.api import OrganisationCard, organisation, school_year_label
from khue.statistics.permissions import REPORT, VIEW_EXACT
from khue.statistics.queries.figures import KINDS_OF_ORGANISATIONS
from khue.statistics.rules.brief import BRIEF_OF, is_brief
from khue.statistics.rules.declared import LEVELS_OF_FORMS
from khue.statistics.rules.identities import Finding, check_identities
from khue.statistics.rules.parts import keys_apart, rest_of
from khue.statistics.rules.reports import (
    EVERY_THEME,
    OF_LEVELS,
    Compared,
    Filled,
    Withheld,
    fill_form,
)
from khue.statistics.rules.sources import PUBLIC, SchoolCounts
from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows

THEMES = (Theme.ENROLMENT, Theme.STAFF, Theme.SCHOOLS, Theme.DECLARED)
# Only preschools weigh and measure; the results of other levels stand in no form.
THEMES_OF_FORMS = {"01-mn": (*THEMES, Theme.RESULTS), "02-th": THEMES}
# In one look, so that the place and its schools are of one moment. Of a school that the form asks
# for in full stand all counts, of others those of rules/parts.py; of schools that neither teach the
# level nor have anybody in it, only what they are.
SCHOOLS = """
with school as (
  select figure.place_id, figure.theme, figure.counts, figure.at,
    case when figure.brief_of = %(brief_of)s::text then figure.brief else figure.counts end as brief
  from statistics_figure figure
  where figure.kind = 'school' and figure.year = %(year)s
    and figure.theme = any(%(themes)s::text[])
    and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s
), owner as (
  select school.place_id, school.counts ? '{public}' as public
  from school where school.theme = '{schools}'
)
select school.place_id, school.theme, case
    when school.theme = any('{{{schools},{declared}}}') or %(kind)s = 'school'
      or ((select count(*) from owner) > 0
        and school.place_id not in (select owner.place_id from owner where owner.public))
      then school.counts
    {picks}
  end, null::text[], null::timestamptz
from school
where school.theme = '{schools}' or school.place_id in (
  select one.place_id from school one where one.brief ?| %(level)s::text[]
)
union all
select null, figure.theme, figure.counts, figure.hidden, null
from statistics_figure figure
where figure.kind = %(kind)s and figure.place_id = %(id)s and figure.path = %(path)s
  and figure.year = %(year)s and figure.theme = any(%(themes)s::text[])
union all
select null, null, null, null, max(school.at) from school
"""
PICK = """when school.theme = '{theme}' then (
      select jsonb_strip_nulls(to_jsonb(one)) from jsonb_to_record(school.{column}) as one ({keys})
    )"""


def keys_of_level(level: str) -> list[str]:
    """The counts that say of a school that it has the level."""
    return [f"level.{level}", f"{level}.classes", f"{level}.pupils"]


@cache
def _schools(form: str) -> str:
    """The statement of a form: which counts are picked from each theme follows from its rows."""
    picks = "\n    ".join(_pick(theme, keys) for theme, keys in keys_apart(form).items())
    named = {"schools": Theme.SCHOOLS, "declared": Theme.DECLARED, "public": PUBLIC}
    return SCHOOLS.format(picks=picks, **named)


def _pick(theme: Theme, keys: Sequence[str]) -> str:
    """A few counts of a figure; from its brief, which is at hand, where all of them stand there."""
    column = "brief" if all(is_brief(theme, one) for one in keys) else "counts"
    named = ", ".join(f'"{one}" int' for one in keys)
    return PICK.format(theme=theme, column=column, keys=named)


@dataclass(frozen=True, slots=True)
class Report:
    """Biểu đã điền, with what its identities say; `exact`: nothing is withheld in it.

    `teaching`: how many of the schools have its level. `last`: the rows of the school year before,
    as they stood at its end; none where it has nothing.
    """

    form: str
    year: int
    lines: tuple[Filled, ...]
    findings: tuple[Finding, ...]
    schools: int
    newest: datetime | None
    exact: bool
    last: tuple[Filled, ...] = ()
    teaching: int = 0

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


@dataclass(slots=True)
class _Year:
    """What a school year has of a place and of the schools in it; `whole`: of the place itself."""

    by_school: dict[int, dict[str, int]] = field(default_factory=dict)
    with_theme: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    whole: dict[str, dict[str, int]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    newest: datetime | None = None

    def take(self, row: tuple[Any, ...]) -> None:
        """A figure as `SCHOOLS` tells it: of a school, of the place; or the time of the newest."""
        school_id, theme, counts, hidden, newest = row
        told = json.loads(counts) if counts else {}
        if theme is None:
            self.newest = newest
        elif school_id is None:
            self.whole[theme] = told
            self.hidden.update(hidden)
        else:
            self.by_school.setdefault(school_id, {}).update(told)
            self.with_theme[theme].add(school_id)

    def schools(self, form: str, kind: str) -> list[SchoolCounts]:
        """Every school, and what the place has beyond them."""
        told = [SchoolCounts(one) for one in self.by_school.values()]
        if kind == PlaceKind.SCHOOL or not told:
            return told
        whole = [self.whole.get(one, {}) for one in OF_LEVELS]
        return [*told, rest_of(form, ChainMap(*whole), told)]

    def teaching(self, level: str) -> int:
        """How many schools teach the level of the form, or have somebody in it."""
        names = keys_of_level(level)
        return sum(any(one.get(name) for name in names) for one in self.by_school.values())

    def kept(self) -> frozenset[Theme]:
        """The figures that every school with pupils has: a number of some schools would be none.

        What schools declare is told with how many did. Where nobody learns, each number is nought.
        """
        taught = self.with_theme.get(Theme.ENROLMENT, set())
        if not taught:
            return EVERY_THEME
        found = (Theme(one) for one, schools in self.with_theme.items() if schools >= taught)
        return frozenset(found) | {Theme.DECLARED}


def report_of(actor: Actor, node_id: int, form: str, year: int, *, exact: bool = False) -> Report:
    """Lập một biểu of everything below an organisation; raises OutsidePlace, Refused."""
    found = organisation(node_id)
    permit(actor, REPORT, found.path)
    exact = exact or reach(actor, VIEW_EXACT).covers(found.path)
    now, before = (_year(found, form, one) for one in (year, year - 1))
    lines = _lines(found, form, year, now, exact=exact)
    last = _lines(found, form, year - 1, before, exact=exact) if before.by_school else ()
    findings = tuple(check_identities(form, lines))
    told = (lines, findings, len(now.by_school), now.newest)
    teaching = now.teaching(LEVELS_OF_FORMS[form])
    return Report(form, year, *told, exact=exact, last=last, teaching=teaching)


def _lines(
    place: OrganisationCard, form: str, year: int, told: _Year, *, exact: bool
) -> tuple[Filled, ...]:
    withheld = None if exact else _withheld(place, told)
    schools = told.schools(form, place.kind)
    return tuple(fill_form(form, schools, year, withheld, told.kept()))


def _withheld(place: OrganisationCard, told: _Year) -> Withheld:
    hidden = frozenset(told.hidden)
    names = hidden.union(*told.whole.values())
    return Withheld(hidden, names, of_one_school=place.kind == PlaceKind.SCHOOL)


def _year(place: OrganisationCard, form: str, year: int) -> _Year:
    asked = {
        "kind": KINDS_OF_ORGANISATIONS[place.kind],
        "id": place.id,
        "year": year,
        "themes": [str(one) for one in THEMES_OF_FORMS[form]],
        "path": place.path,
        "end": place.path[:-1] + chr(ord("/") + 1),
        "brief_of": BRIEF_OF,
        "level": keys_of_level(LEVELS_OF_FORMS[form]),
    }
    told = _Year()
    for row in kept_rows(_schools(form), asked):
        told.take(row)
    return told
