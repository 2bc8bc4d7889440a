"""Nạp danh sách trường: the schools of a department from one spreadsheet, through a page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import OutsidePlace, actor_of, page, permit
from khue.organisations.queries.cards import OrganisationCard
from khue.organisations.queries.tree import organisation
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.sheets.schools import COLUMNS, Taken, load_schools, schools_template
from khue.organisations.views.common import EXCEL, to, wants_excel
from kit.sheets.reading import Limits, SheetRefused, open_workbook

MANAGE = "organisations.manage_tree"
NO_FILE = "Hãy chọn tệp danh sách trường."
NO_ROWS = "Tệp chưa có trường nào dưới dòng tiêu đề. Hãy ghi mỗi trường một dòng rồi nạp lại."
MOST_TOLD = 50


@page(MANAGE)
def schools_from_sheet(request: HttpRequest, parent_id: int) -> HttpResponse:
    """Write a list of schools, all of them or none; or give the sheet to fill in."""
    department = organisation(parent_id)
    permit(actor_of(request), MANAGE, department.path)
    if department.kind != "department":
        raise OutsidePlace
    if wants_excel(request):
        return _template(department)
    if request.method != "POST":
        return _page(request, department)
    try:
        taken = _load(request, department)
    except SheetRefused as why:
        return _page(request, department, error=str(why))
    except OrganisationRefused as why:
        return _page(request, department, error=why.sentence)
    if taken.refused:
        return _page(request, department, refused=taken.refused)
    return _done(request, department, taken)


def _page(
    request: HttpRequest,
    department: OrganisationCard,
    *,
    error: str = "",
    refused: tuple[str, ...] = (),
) -> HttpResponse:
    context = {
        "department": department,
        "columns": COLUMNS,
        "error": error,
        "refused": refused[:MOST_TOLD],
        "more": max(0, len(refused) - MOST_TOLD),
    }
    return render(request, "organisations/schools_from_sheet.html", context)


def _load(request: HttpRequest, department: OrganisationCard) -> Taken:
    posted, held = request.POST, request.FILES.get("file")
    if getattr(request, "upload_too_large", 0) and posted is not None:
        size = -(-int(request.META.get("CONTENT_LENGTH") or 0) // 2**20)
        raise SheetRefused("TOO_LARGE", size=size, limit=settings.UPLOAD_LIMIT_BYTES // 2**20)
    if held is None:
        raise OrganisationRefused("NO_FILE", NO_FILE, "file")
    now = timezone.now()
    taken = load_schools(
        actor=actor_of(request),
        now=now,
        today=timezone.localdate(now),
        department=department,
        book=open_workbook(held.read(), limits=Limits(file_bytes=settings.UPLOAD_LIMIT_BYTES)),
    )
    if not (taken.made or taken.standing or taken.refused):
        raise OrganisationRefused("NO_ROWS", NO_ROWS, "file")
    return taken


def _done(request: HttpRequest, department: OrganisationCard, taken: Taken) -> HttpResponse:
    stood = f" {taken.standing} trường có từ trước được giữ nguyên." if taken.standing else ""
    messages.success(request, f"Đã thêm {taken.made} trường.{stood}")
    return to("organisations.tree", at=department.id, show="schools")


def _template(department: OrganisationCard) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="mau-danh-sach-truong.xlsx"'}
    content = schools_template(department, timezone.localdate())
    return HttpResponse(content, content_type=EXCEL, headers=headers)
