"""Năm học, học kì, tuần of a province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from khue.organisations.models import School, SchoolYear, Term, Week
from khue.organisations.queries.cards import TermCard, WeekCard, YearCard
from khue.organisations.rules.calendar import Break
from khue.organisations.rules.school_years import school_year_of


def school_years(province_id: int) -> list[YearCard]:
    """The years of a province, the newest first."""
    return _cards(SchoolYear.objects.filter(province_id=province_id).order_by("-start_year"))


def school_year(province_id: int, start_year: int) -> YearCard | None:
    rows = SchoolYear.objects.filter(province_id=province_id, start_year=start_year)
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


def _cards(rows: Iterable[SchoolYear]) -> list[YearCard]:
    years = list(rows)
    terms: dict[int, list[TermCard]] = defaultdict(list)
    for term in Term.objects.filter(year__in=years).order_by("number"):
        card = TermCard(term.pk, term.number, term.starts_on, term.ends_on)
        terms[term.year_id].append(card)
    return [
        YearCard(
            id=row.pk,
            province_id=row.province_id,
            start_year=row.start_year,
            starts_on=row.starts_on,
            opens_on=row.opens_on,
            ends_on=row.ends_on,
            terms=tuple(terms[row.pk]),
            extra_weeks=tuple(row.local.get("extra_weeks", (0, 0))),
            breaks=tuple(_break(one) for one in row.local.get("breaks", ())),
        )
        for row in years
    ]


def _break(kept: list[str]) -> Break:
    name, first, last = kept
    return Break(name, date.fromisoformat(first), date.fromisoformat(last))
