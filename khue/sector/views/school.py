"""Đồng bộ của trường: periods, quality, state, receipts, and the acts of the chain."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import Actor, actor_of, explain, page, permit
from khue.organisations.api import (
    chosen_school,
    permit_inside,
    school_summary,
    school_year_label,
    schools_in_reach,
)
from khue.sector.permissions import APPROVE, APPROVE_COMMUNE, REPORT, SUBMIT, VIEW
from khue.sector.queries.screens import (
    every_receipt,
    fault_counts,
    newest_receipts,
    period_lines,
    period_shown,
    receipt_page,
    submission_view,
)
from khue.sector.rules.states import BY_COMMUNE, Stage, next_approval
from khue.sector.services.checking import check_school
from khue.sector.services.refusing import SectorRefused
from khue.sector.services.stages import approve, give_back, push_again, submit
from khue.sector.services.submissions import Target, why_closed
from khue.sector.sheets import receipts_file
from khue.sector.views.asked import asked_year, page_number, running_year, target_at

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SCHOOLS = 1000


@require_safe
@page(VIEW)
def school(request: HttpRequest) -> HttpResponse:
    """One school's page; who reaches several chooses one."""
    actor = actor_of(request)
    found = chosen_school(actor, VIEW, request.GET.get("school", ""))
    if found is None:
        near = schools_in_reach(actor, VIEW, MOST_SCHOOLS)
        return render(request, "sector/choose.html", {"schools": near})
    year = asked_year(request, running_year(found))
    lines = period_lines(found.province_id, year, timezone.localdate())
    shown = period_shown(lines, request.GET.get("dot", ""))
    target = Target(found, year, shown.period)
    context = {
        "school": found,
        "year": year,
        "year_label": school_year_label(year),
        "periods": lines,
        "shown": shown,
        "closed": why_closed(target, timezone.now()),
        "state": submission_view(found.id, year, shown.period),
        "counts": fault_counts(found.id, year, shown.period),
        "receipts": newest_receipts(found.id),
        **_rights(actor, target),
    }
    return render(request, "sector/school.html", context)


def _rights(actor: Actor, target: Target) -> dict[str, object]:
    """Which buttons the page has, and why one cannot be pressed."""
    path = target.school.path
    state = submission_view(target.school.id, target.year, target.period)
    by_commune = target.school.managed_by == BY_COMMUNE
    following = next_approval(state.stage, by_commune=by_commune)
    right = APPROVE_COMMUNE if following == Stage.COMMUNE else APPROVE
    return {
        "is_school": explain(actor, REPORT, path) is None,
        "why_no_submit": explain(actor, SUBMIT, path) or "",
        "may_approve": following is not None and explain(actor, right, path) is None,
        "following": following,
        "by_commune": by_commune,
    }


def _back(target: Target) -> HttpResponse:
    asked = {"school": target.school.id, "year": target.year, "dot": target.period.value}
    return redirect(f"{reverse('sector.school')}?{urlencode(asked)}")


def _act(
    request: HttpRequest, target: Target, act: Callable[[], object], told: str
) -> HttpResponse:
    """Do it, or say why it cannot be done."""
    try:
        act()
    except SectorRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, told)
    return _back(target)


@require_POST
@page(REPORT)
def check(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """Kiểm tra dữ liệu."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    return _act(
        request,
        target,
        lambda: check_school(actor=actor, now=timezone.now(), target=target),
        "Đã kiểm tra xong. Danh sách lỗi ở bên dưới.",
    )


@require_POST
@page(SUBMIT)
def send_up(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """Trường nộp."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    return _act(
        request,
        target,
        lambda: submit(actor=actor, now=timezone.now(), target=target),
        "Đã nộp. Cấp trên sẽ duyệt rồi hệ thống gửi lên cổng của ngành.",
    )


@require_POST
@page(VIEW)
def accept(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """Xã hoặc Sở duyệt; the service asks for the right of the step."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    return _act(
        request,
        target,
        lambda: approve(actor=actor, now=timezone.now(), target=target),
        "Đã duyệt.",
    )


@require_POST
@page(VIEW)
def turn_back(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """Trả lại trường."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    reason = request.POST.get("reason", "")[:300]
    return _act(
        request,
        target,
        lambda: give_back(actor=actor, now=timezone.now(), target=target, reason=reason),
        "Đã trả lại trường.",
    )


@require_POST
@page(SUBMIT)
def again(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """Gửi lại."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    return _act(
        request,
        target,
        lambda: push_again(actor=actor, now=timezone.now(), target=target),
        "Đã xếp vào hàng đợi. Chỉ những bản ghi có thay đổi được gửi.",
    )


@require_safe
@page(VIEW)
def receipts(request: HttpRequest, school_id: int) -> HttpResponse:
    """Every package of the school with its answer."""
    found = school_summary(school_id)
    permit_inside(actor_of(request), VIEW, found.path)
    context = {"school": found, "page": receipt_page(found.id, page_number(request))}
    return render(request, "sector/receipts.html", context)


@require_safe
@page(VIEW)
def receipts_sheet(request: HttpRequest, school_id: int) -> HttpResponse:
    """The receipts as a workbook."""
    found = school_summary(school_id)
    permit(actor_of(request), VIEW, found.path)
    return workbook(
        receipts_file(f"Biên nhận dữ liệu ngành, {found.name}", every_receipt(found.id)),
        f"bien-nhan-{found.code}",
    )


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
