"""Năm học: terms, thirty-five weeks, holidays."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import Actor, OutsidePlace, actor_of, explain, page, permit
from khue.organisations.forms.years import YearForm, initial_year
from khue.organisations.queries.cards import OrganisationCard, WeekCard, YearCard
from khue.organisations.queries.reachable import permit_inside, schools_in_reach
from khue.organisations.queries.screens import top_of
from khue.organisations.queries.tree import children_of, department_of, organisation
from khue.organisations.queries.years import school_year, school_years, weeks_of
from khue.organisations.rules.calendar import (
    LocalCalendar,
    SchoolYearPlan,
    plan_school_year,
)
from khue.organisations.rules.school_years import school_year_label, school_year_of
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.services.years import ensure_school_year, plan_year
from khue.organisations.views.common import default_year, excel, to, wants_excel
from kit.numbers import whole_number
from kit.sheets.writing import Field

VIEW = "organisations.view_school"
MANAGE = "organisations.manage_year"
SHEET = [
    Field("week", "Tuần", "code"),
    Field("term", "Học kì", "integer"),
    Field("first", "Từ ngày", "date"),
    Field("last", "Đến ngày", "date"),
    Field("note", "Ghi chú", width=36),
]


@page(VIEW)
def years(request: HttpRequest) -> HttpResponse:
    """The years of the province in which the viewer stands."""
    actor = actor_of(request)
    province = _province(actor, request.GET.get("province", ""))
    if province is None:
        return _choose_province(request, actor)
    known = school_years(province.id)
    asked = request.GET.get("year", "")
    given = whole_number(asked) if len(asked) == 4 else None
    wanted = default_year(known) if given is None else given
    year = next((one for one in known if one.start_year == wanted), None)
    weeks = weeks_of(year.id) if year else []
    if year and wants_excel(request):
        title = f"Kế hoạch thời gian năm học {year.label}"
        return excel(f"nam-hoc-{year.label}", title, SHEET, [_row(week) for week in weeks])
    context = {
        "province": province,
        "years": known,
        "year": year,
        "wanted": wanted,
        "wanted_label": school_year_label(wanted),
        "terms": _terms(year, weeks) if year else [],
        "current": _current(weeks, timezone.localdate()),
        "today": timezone.localdate(),
        "studied": sum(1 for week in weeks if week.number),
        "plan": _plan(year) if year else None,
        "next_year": max((one.start_year for one in known), default=_this_year() - 1) + 1,
        "refusal": explain(actor, MANAGE, province.path),
    }
    return render(request, "organisations/years.html", context)


def _province(actor: Actor, asked: str) -> OrganisationCard | None:
    number = whole_number(asked)
    if number is not None:
        found = organisation(number)
        permit_inside(actor, VIEW, found.path)
        return found
    top = top_of(actor, VIEW)
    if top and department_of(top.path):
        return department_of(top.path)
    near = schools_in_reach(actor, VIEW)
    return organisation(near[0].province_id) if near and not top else None


def _choose_province(request: HttpRequest, actor: Actor) -> HttpResponse:
    top = top_of(actor, VIEW)
    if top is None:
        raise OutsidePlace
    context = {"top": top, "departments": children_of(top.id)}
    return render(request, "organisations/choose_province.html", context)


def _this_year() -> int:
    return school_year_of(timezone.localdate())


def _row(week: WeekCard) -> dict[str, object]:
    return {
        "week": str(week.number or ""),
        "term": week.term_number,
        "first": week.starts_on,
        "last": week.ends_on,
        "note": week.note,
    }


def _terms(year: YearCard, weeks: list[WeekCard]) -> list[dict[str, object]]:
    return [
        {"term": term, "weeks": [week for week in weeks if week.term_number == term.number]}
        for term in year.terms
    ]


def _current(weeks: list[WeekCard], today: date) -> WeekCard | None:
    return next((week for week in weeks if week.starts_on <= today <= week.ends_on), None)


def _local(year: YearCard) -> LocalCalendar:
    return LocalCalendar(year.starts_on, *year.extra_weeks, year.breaks)


def _plan(year: YearCard) -> SchoolYearPlan:
    return plan_school_year(year.start_year, _local(year))


@require_POST
@page(MANAGE)
def new_year(request: HttpRequest, province_id: int) -> HttpResponse:
    """Plan a year by the frame; the department changes it afterwards."""
    wanted = whole_number(request.POST.get("year", ""))
    if wanted is None or not 2020 <= wanted <= 2100:
        raise Http404
    made = ensure_school_year(
        actor=actor_of(request),
        now=timezone.now(),
        province_id=province_id,
        start_year=wanted,
    )
    messages.success(request, f"Đã lập năm học {made.label} theo khung của Bộ.")
    return to("organisations.years", province=province_id, year=made.start_year)


@page(MANAGE)
def edit_year(request: HttpRequest, province_id: int, start_year: int) -> HttpResponse:
    actor, province = actor_of(request), organisation(province_id)
    permit(actor, MANAGE, province.path)
    year = school_year(province_id, start_year)
    if year is None:
        raise Http404
    form = YearForm(
        request.POST or None, initial=initial_year(year.starts_on, year.extra_weeks, year.breaks)
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan_year(
                actor=actor,
                now=timezone.now(),
                province_id=province_id,
                start_year=start_year,
                local=form.local(),
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã lưu kế hoạch năm học {year.label}.")
            return to("organisations.years", province=province_id, year=start_year)
    context = {"form": form, "province": province, "year": year}
    return render(request, "organisations/year_form.html", context)
