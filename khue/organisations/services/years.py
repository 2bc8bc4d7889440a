"""Plan the school year of a province: the year, its terms and its weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Change
from khue.organisations.models import SchoolYear, Term, Week
from khue.organisations.queries.cards import YearCard
from khue.organisations.queries.tree import organisation
from khue.organisations.queries.years import school_year
from khue.organisations.rules.calendar import (
    Break,
    LocalCalendar,
    SchoolYearPlan,
    TermPlan,
    plan_school_year,
)
from khue.organisations.services.work import OrganisationRefused, note, operation_of

WEEK = timedelta(days=7)
RESERVE = "Tuần dự phòng"


def ensure_school_year(
    *, actor: Actor, now: datetime, province_id: int, start_year: int
) -> YearCard:
    """The year of a province; planned by the frame when it does not stand yet."""
    standing = school_year(province_id, start_year)
    if standing:
        permit(actor, "organisations.manage_year", organisation(province_id).path)
        return standing
    return plan_year(
        actor=actor,
        now=now,
        province_id=province_id,
        start_year=start_year,
        local=LocalCalendar(),
    )


@transaction.atomic
def plan_year(
    *, actor: Actor, now: datetime, province_id: int, start_year: int, local: LocalCalendar
) -> YearCard:
    """Set the year anew from what the province decided; terms keep their identity."""
    department = organisation(province_id)
    permit(actor, "organisations.manage_year", department.path)
    _check_local(start_year, local)
    plan = plan_school_year(start_year, local)
    year, created = SchoolYear.objects.update_or_create(
        province_id=province_id, start_year=start_year, defaults=_year_values(plan, local)
    )
    _set_terms(year, plan.terms)
    _set_weeks(year, plan)
    change = Change(
        subject=f"school_year:{year.pk}",
        action="create" if created else "change",
        label=f"Năm học {plan.label}",
        new={"starts_on": f"{year.starts_on}", "ends_on": f"{year.ends_on}", **year.local},
        province_id=province_id,
    )
    note(operation_of(actor, now), change)
    card = school_year(province_id, start_year)
    assert card is not None
    return card


def _check_local(start_year: int, local: LocalCalendar) -> None:
    first = local.first_monday
    if first and not date(start_year, 8, 1) <= first <= date(start_year, 10, 31):
        sentence = f"Tuần học đầu phải ở giữa 01/08/{start_year} và 31/10/{start_year}."
        raise OrganisationRefused("START_OUTSIDE_YEAR", sentence, "first_monday")
    if not (0 <= local.extra_weeks_term_1 <= 4 and 0 <= local.extra_weeks_term_2 <= 4):
        sentence = "Mỗi học kì có nhiều nhất 4 tuần dự phòng."
        raise OrganisationRefused("TOO_MANY_RESERVE_WEEKS", sentence, "extra_weeks_term_1")
    for one in local.breaks or ():
        if one.ends_on < one.starts_on or (one.ends_on - one.starts_on).days > 31:
            sentence = f"{one.name}: ngày cuối phải từ ngày đầu trở đi và nghỉ không quá 31 ngày."
            raise OrganisationRefused("BREAK_DAYS", sentence, "breaks")


def _year_values(plan: SchoolYearPlan, local: LocalCalendar) -> dict[str, Any]:
    return {
        "starts_on": plan.terms[0].starts_on,
        "opens_on": plan.opening_on,
        "ends_on": plan.ends_on,
        "local": {
            "extra_weeks": [local.extra_weeks_term_1, local.extra_weeks_term_2],
            "breaks": [[one.name, f"{one.starts_on}", f"{one.ends_on}"] for one in plan.breaks],
        },
    }


def _set_terms(year: SchoolYear, plans: tuple[TermPlan, TermPlan]) -> None:
    """Move the terms in the order in which they never lie over one another."""
    standing = {term.number: term for term in Term.objects.filter(year=year)}
    later = 2 in standing and plans[1].starts_on > standing[2].starts_on
    for plan in reversed(plans) if later else plans:
        days = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
        Term.objects.update_or_create(year=year, number=plan.number, defaults=days)


def _set_weeks(year: SchoolYear, plan: SchoolYearPlan) -> None:
    Week.objects.filter(year=year).delete()
    Week.objects.bulk_create(_weeks(year, plan))


def _weeks(year: SchoolYear, plan: SchoolYearPlan) -> Iterator[Week]:
    """Study weeks, reserve weeks, and the weeks of holidays between them."""
    monday, last_term = plan.weeks[0].starts_on, 1
    while monday <= plan.weeks[-1].starts_on:
        studied = plan.week_of(monday)
        last_term = studied.term if studied else last_term
        yield Week(
            year=year,
            term_number=last_term,
            number=studied.number if studied else None,
            starts_on=monday,
            ends_on=monday + timedelta(days=6),
            note=RESERVE if studied and studied.reserve else _break_name(monday, plan.breaks),
        )
        monday += WEEK


def _break_name(monday: date, breaks: tuple[Break, ...]) -> str:
    """The holidays that touch a week."""
    sunday = monday + timedelta(days=6)
    touching = [one.name for one in breaks if one.starts_on <= sunday and one.ends_on >= monday]
    return ", ".join(touching)[:100]
