"""Năm học, học kì, tuần of a province."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from khue.organisations.models import School, Week
from khue.organisations.queries.cards import TermCard, WeekCard, YearCard
from khue.organisations.rules.calendar import Break
from khue.organisations.rules.school_years import school_year_of
from kit.statements import kept_rows

# Behind most pages of the day: the calendar of a province, with its terms; the plan is kept.
YEARS = """
select of_year.id, of_year.province_id, of_year.start_year, of_year.starts_on, of_year.opens_on,
  of_year.ends_on, of_year.local, term.id, term.number, term.starts_on, term.ends_on
from organisations_schoolyear of_year
left join organisations_term term on term.year_id = of_year.id
where of_year.province_id = %(province)s {which}
order by of_year.start_year desc, of_year.id, term.number
"""
ALL_YEARS = YEARS.format(which="")
ONE_YEAR = YEARS.format(which="and of_year.start_year = %(year)s")


def school_years(province_id: int) -> list[YearCard]:
    """The years of a province, the newest first."""
    return _cards(kept_rows(ALL_YEARS, {"province": province_id}))


def school_year(province_id: int, start_year: int) -> YearCard | None:
    rows = kept_rows(ONE_YEAR, {"province": province_id, "year": start_year})
    return next(iter(_cards(rows)), None)


def current_year(province_id: int, today: date) -> YearCard | None:
    """The year that runs, or the last one that ran, or else the first that is planned."""
    years = school_years(province_id)
    begun = [year for year in years if year.start_year <= school_year_of(today)]
    return begun[0] if begun else (years[-1] if years else None)


def year_of_school(school_id: int, today: date) -> YearCard | None:
    province = School.objects.filter(pk=school_id).values_list("province_id", flat=True).first()
    return current_year(province, today) if province else None


def weeks_of(year_id: int) -> list[WeekCard]:
    rows = Week.objects.filter(year_id=year_id).order_by("starts_on")
    return [
        WeekCard(row.number, row.term_number, row.starts_on, row.ends_on, row.note) for row in rows
    ]


def _cards(rows: Sequence[tuple[Any, ...]]) -> list[YearCard]:
    return [_card(list(lines)) for _, lines in groupby(rows, key=lambda row: row[0])]


def _card(lines: list[tuple[Any, ...]]) -> YearCard:
    *facts, stored = lines[0][:7]
    local = json.loads(stored)
    terms = tuple(TermCard(*line[7:]) for line in lines if line[7] is not None)
    extra_weeks = tuple(local.get("extra_weeks", (0, 0)))
    breaks = tuple(_break(one) for one in local.get("breaks", ()))
    return YearCard(*[*facts, terms, extra_weeks, breaks])


def _break(kept: list[str]) -> Break:
    name, first, last = kept
    return Break(name, date.fromisoformat(first), date.fromisoformat(last))
