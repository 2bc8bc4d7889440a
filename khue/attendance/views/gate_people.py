"""Trang thẻ và chấm công."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.attendance.permissions import CARDS, STAFF_TIME
from khue.attendance.queries.cards import (
    STAFF,
    Carrier,
    carriers_of_group,
    class_of,
    find_cards,
    groups_of_school,
    open_school,
)
from khue.attendance.queries.staff_time import month_bounds, month_of, own_times, staff_times
from khue.attendance.services.card_printing import print_cards
from khue.attendance.services.cards import (
    issue_cards,
    register_card,
    replace_card,
    report_found,
    report_lost,
)
from khue.attendance.services.work import AttendanceRefused
from khue.attendance.views.common import school_of, to
from khue.organisations.api import SchoolCard
from kit.dates import vietnam_day
from kit.numbers import whole_number

ACTS: dict[str, tuple[Callable[..., str], str]] = {
    "lost": (report_lost, "Đã báo mất thẻ của {name}. Từ giờ cổng không nhận thẻ ấy."),
    "found": (report_found, "Thẻ của {name} dùng lại được."),
    "replace": (replace_card, "Đã thay thẻ của {name}. Hãy in thẻ mới."),
}


@require_GET
@page(CARDS)
def cards(request: HttpRequest) -> HttpResponse:
    """Thẻ của trường: by class, or of the people of one class, or those found by a word."""
    school, choose = school_of(request, CARDS)
    if school is None:
        return to("organisations.tree") if choose else render(request, "attendance/no_school.html")
    group, text = request.GET.get("class", ""), request.GET.get("q", "").strip()
    context = {"school": school, "group": group, "text": text, "staff_key": STAFF}
    open_school(actor_of(request), school.id)
    if text:
        found = find_cards(school, text)
        return _people(request, {**context, "people": found, "title": f"Tìm “{text}”"})
    if group:
        return _people(request, {**context, **_group(school, group)})
    groups = groups_of_school(school, vietnam_day(timezone.now()))
    return render(request, "attendance/cards.html", {**context, "groups": groups})


def _people(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "attendance/card_people.html", context)


def _group(school: SchoolCard, group: str) -> dict[str, Any]:
    today = vietnam_day(timezone.now())
    people = carriers_of_group(school, group, today)
    name = "Cán bộ, giáo viên" if group == STAFF else f"Lớp {class_of(school, group, today).name}"
    return {"people": people, "title": name}


@require_POST
@page(CARDS)
def issue(request: HttpRequest) -> HttpResponse:
    """Cấp thẻ for the school, a class or the staff."""
    school, _ = school_of(request, CARDS)
    if school is None:
        return to("attendance.cards")
    group = request.POST.get("class", "")
    given: dict[str, Any] = {
        "actor": actor_of(request),
        "now": timezone.now(),
        "school_id": school.id,
    }
    try:
        many = issue_cards(**given, group=group)
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"Đã cấp {many} thẻ. Hãy in thẻ rồi phát cho từng người.")
    return _back(school, group)


def _back(school: SchoolCard, group: str) -> HttpResponse:
    return to("attendance.cards", school=school.id, **({"class": group} if group else {}))


@require_POST
@page(CARDS)
def print_out(request: HttpRequest) -> HttpResponse:
    """In thẻ: a PDF of ten cards a sheet."""
    school, _ = school_of(request, CARDS)
    if school is None:
        return to("attendance.cards")
    group = request.POST.get("class", "")
    given: dict[str, Any] = {
        "actor": actor_of(request),
        "now": timezone.now(),
        "school_id": school.id,
    }
    one = whole_number(request.POST.get("card", "")) or 0
    try:
        content = print_cards(**given, group=group, card_id=one)
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
        return _back(school, group)
    headers = {"Content-Disposition": 'attachment; filename="the.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
@page(CARDS)
def card_act(request: HttpRequest, card_id: int) -> HttpResponse:
    """Báo mất, tìm thấy, thay một thẻ."""
    service, said = ACTS.get(request.POST.get("do", ""), (None, ""))
    if service is None:
        messages.error(request, "Chưa rõ việc cần làm với thẻ này. Hãy tải lại trang.")
        return to("attendance.cards")
    try:
        name = service(actor=actor_of(request), now=timezone.now(), card_id=card_id)
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said.format(name=name))
    return _where(request)


def _where(request: HttpRequest) -> HttpResponse:
    wanted = {key: request.GET[key] for key in ("school", "class", "q") if request.GET.get(key)}
    return to("attendance.cards", **wanted)


@require_http_methods(["GET", "POST"])
@page(CARDS)
def register(request: HttpRequest) -> HttpResponse:
    """Đăng ký thẻ có sẵn: one person after the other taps a card into the field."""
    school, choose = school_of(request, CARDS)
    if school is None:
        return to("organisations.tree") if choose else render(request, "attendance/no_school.html")
    group = request.GET.get("class", STAFF)
    open_school(actor_of(request), school.id)
    error = _register(request, school, group) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return to("attendance.register", school=school.id, **{"class": group})
    people = carriers_of_group(school, group, vietnam_day(timezone.now()))
    wanted = request.POST.get("holder", "") if error else request.GET.get("holder", "")
    context = {
        **_group(school, group),
        "school": school,
        "group": group,
        "chosen": _next(people, wanted),
        "left": sum(not one.has_card for one in people),
        "error": error,
    }
    return render(request, "attendance/register.html", context)


def _register(request: HttpRequest, school: SchoolCard, group: str) -> str:
    given: dict[str, Any] = {
        "actor": actor_of(request),
        "now": timezone.now(),
        "school_id": school.id,
    }
    sent: dict[str, Any] = {
        "holder": request.POST.get("holder", ""),
        "read": request.POST.get("read", "")[:100],
    }
    try:
        name = register_card(**given, group=group, **sent)
    except AttendanceRefused as refused:
        return refused.sentence
    messages.success(request, f"Đã đăng ký thẻ cho {name}.")
    return ""


def _next(people: list[Carrier], wanted: str) -> Carrier | None:
    """Who is asked for, else the next one without a card."""
    for one in people:
        if one.key == wanted:
            return one
    return next((one for one in people if not one.has_card), None)


@require_GET
@page(STAFF_TIME)
def staff_time(request: HttpRequest) -> HttpResponse:
    """Bảng chấm công của tháng."""
    school, choose = school_of(request, STAFF_TIME)
    if school is None:
        return to("organisations.tree") if choose else render(request, "attendance/no_school.html")
    year, month, first, last = _month(request)
    people = staff_times(actor_of(request), school.id, first, last)
    return _time_page(request, year, month, {"school": school, "people": people})


@require_GET
@page("access.use_own_account")
def own_time(request: HttpRequest) -> HttpResponse:
    """Giờ vào, ra của tôi: day by day."""
    year, month, first, last = _month(request)
    people = own_times(actor_of(request), vietnam_day(timezone.now()), first, last)
    return _time_page(request, year, month, {"school": None, "people": people})


def _month(request: HttpRequest) -> Any:
    year, month = month_of(request.GET.get("month", ""), timezone.now())
    return year, month, *month_bounds(year, month)


def _time_page(request: HttpRequest, year: int, month: int, shown: dict[str, Any]) -> HttpResponse:
    before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"
    after = f"{year + (month == 12)}-{month % 12 + 1:02}"
    first, last = month_bounds(year, month)
    context = {
        **shown,
        "year": year,
        "month": month,
        "before": before,
        "after": after,
        "days": [first.replace(day=one) for one in range(1, last.day + 1)],
        "own_address": reverse("attendance.own_time"),
    }
    template = "attendance/staff_time.html" if shown["school"] else "attendance/own_time.html"
    return render(request, template, context)
