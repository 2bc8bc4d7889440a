"""Tờ khai của trường: what was written, and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khue.access.api import Actor, explain, permit
from khue.ledger.api import HistoryLine, history_of
from khue.organisations.api import SchoolCard, school_summary, school_year_of
from khue.statistics.models import Declaration
from khue.statistics.permissions import DECLARE
from khue.statistics.rules.declared import forms_of_levels, subject_of_sheet
from kit.statements import kept_rows, keys_array

OF_SCHOOLS = """
select school_id, values from statistics_declaration
where school_id = any(%(schools)s::bigint[]) and year = %(year)s
"""
MOST_HISTORY = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tờ khai of a school for a form and year; version 0: nothing was written yet."""

    school: SchoolCard
    form: str
    year: int
    values: Mapping[str, int] = field(default_factory=dict)
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""
    history: Sequence[HistoryLine] = ()


def declared_sheet(actor: Actor, school_id: int, form: str, on: date) -> Sheet | None:
    """The sheet of this school year; None for a form of a level that the school does not teach."""
    school = school_summary(school_id)
    permit(actor, DECLARE, school.path)
    if form not in forms_of_levels(school.levels):
        return None
    year = school_year_of(on)
    row = Declaration.objects.filter(school_id=school_id, year=year, form=form).first()
    if row is None:
        return Sheet(school, form, year)
    return Sheet(
        *(school, form, year, row.values, row.version, row.changed_at, row.changed_by),
        history=history_of(subject_of_sheet(school_id, year, form), limit=MOST_HISTORY),
    )


def may_declare(actor: Actor, school_id: int, form: str) -> bool:
    """Whether this person writes the sheet of a school for a form."""
    school = school_summary(school_id)
    refused = explain(actor, DECLARE, school.path) is not None
    return not refused and form in forms_of_levels(school.levels)


def declared_of(school_ids: Sequence[int], year: int) -> dict[int, dict[str, int]]:
    """What some schools declared for a year, over all forms (one query)."""
    found: dict[int, dict[str, int]] = {}
    given = {"schools": keys_array(school_ids), "year": year}
    for school_id, values in kept_rows(OF_SCHOOLS, given):
        found.setdefault(school_id, {}).update(json.loads(values))
    return found
