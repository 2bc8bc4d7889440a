"""Số liệu cho biểu thống kê: the counts of every school below a place, exact, for who reports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, permit
from khue.organisations.api import organisation
from khue.statistics.permissions import REPORT
from khue.statistics.rules.reports import (
    Filled,
    Finding,
    SchoolCounts,
    check_identities,
    fill_form,
)
from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows

THEMES = (Theme.ENROLMENT, Theme.STAFF, Theme.SCHOOLS)
SCHOOLS = """
select figure.place_id, figure.counts, figure.at from statistics_figure figure
where figure.kind = %(kind)s and figure.year = %(year)s and figure.theme = any(%(themes)s::text[])
  and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s
"""


@dataclass(frozen=True, slots=True)
class Report:
    """Biểu đã điền, with what its identities say."""

    form: str
    year: int
    lines: tuple[Filled, ...]
    findings: tuple[Finding, ...]
    schools: int
    newest: datetime | None


def report_of(actor: Actor, node_id: int, form: str, year: int) -> Report:
    """Lập một biểu of everything below an organisation; raises OutsidePlace, Refused."""
    found = organisation(node_id)
    permit(actor, REPORT, found.path)
    schools, newest = _schools(found.path, year)
    lines = fill_form(form, schools)
    findings = check_identities(form, lines)
    return Report(form, year, tuple(lines), tuple(findings), len(schools), newest)


def _schools(path: str, year: int) -> tuple[list[SchoolCounts], datetime | None]:
    asked = {
        "kind": PlaceKind.SCHOOL,
        "year": year,
        "themes": [str(one) for one in THEMES],
        "path": path,
        "end": path[:-1] + chr(ord("/") + 1),
    }
    merged: dict[int, dict[str, int]] = {}
    newest: datetime | None = None
    for school_id, counts, at in kept_rows(SCHOOLS, asked):
        merged.setdefault(school_id, {}).update(json.loads(counts))
        newest = at if newest is None or at > newest else newest
    return [SchoolCounts(one) for one in merged.values()], newest
