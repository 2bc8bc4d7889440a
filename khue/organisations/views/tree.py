"""Cây đơn vị: ministry, department, communes, schools."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import OutsidePlace, actor_of, explain, page, permit
from khue.organisations.forms.schools import OrganisationForm, SchoolForm
from khue.organisations.queries.cards import OrganisationCard
from khue.organisations.queries.reachable import (
    chosen_school,
    schools_in_reach,
)
from khue.organisations.queries.screens import (
    SchoolFilter,
    SchoolLine,
    ancestors_of,
    branches,
    every_school,
    schools_page,
    top_of,
)
from khue.organisations.queries.tree import organisation
from khue.organisations.rules.school_years import school_year_of
from khue.organisations.services.tree import create_organisation, create_school
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.views.common import (
    MANAGED_BY,
    excel,
    kept_query,
    level_names,
    to,
    wants_excel,
)
from kit.numbers import whole_number
from kit.sheets.writing import Field

VIEW = "organisations.view_school"
MANAGE = "organisations.manage_tree"
BRANCH_NAMES = {"ministry": "Sở Giáo dục và Đào tạo", "department": "Xã, phường"}
BRANCH_KINDS = {"ministry": "department", "department": "commune"}
SHEET = [
    Field("code", "Mã trường", "code"),
    Field("name", "Tên trường", width=38),
    Field("levels", "Cấp học", width=26),
    Field("parent", "Đơn vị quản lý", width=30),
    Field("classes", "Số lớp", "integer"),
    Field("sites", "Điểm trường", "integer"),
]


@page(VIEW)
def tree(request: HttpRequest) -> HttpResponse:
    """An officer's tree; whoever belongs to one school is led to it."""
    actor = actor_of(request)
    asked = whole_number(request.GET.get("at", ""))
    top = top_of(actor, VIEW)
    if top is None or top.kind == "school":
        own = chosen_school(actor, VIEW, "")
        return to("organisations.school", own.id) if own else _many_schools(request)
    node = top if asked is None else organisation(asked)
    permit(actor, VIEW, node.path)
    if node.kind == "school":
        return to("organisations.school", node.id)
    return _branch(request, node)


def _many_schools(request: HttpRequest) -> HttpResponse:
    """Someone who works at several schools chooses one."""
    schools = schools_in_reach(actor_of(request), VIEW, limit=50)
    return render(request, "organisations/my_schools.html", {"schools": schools})


def _branch(request: HttpRequest, node: OrganisationCard) -> HttpResponse:
    actor, year = actor_of(request), school_year_of(timezone.localdate())
    wanted = SchoolFilter(
        text=request.GET.get("q", ""),
        level=request.GET.get("level", ""),
        managed_by=request.GET.get("managed_by", ""),
        sort=request.GET.get("sort", "name"),
    )
    levels = level_names()
    if wants_excel(request):
        rows = [_row(line, levels) for line in every_school(node.path, year, wanted)]
        return excel("danh-sach-truong", f"Danh sách trường – {node.name}", SHEET, rows)
    show = "schools" if node.kind == "commune" else request.GET.get("show", "branches")
    context: dict[str, Any] = {
        "node": node,
        "line": ancestors_of(node.path, actor, VIEW),
        "show": show,
        "wanted": wanted,
        "levels": levels,
        "managed_by": MANAGED_BY,
        "branch_name": BRANCH_NAMES.get(node.kind, ""),
        "schools": schools_page(node.path, year, wanted, request.GET.get("page", "1")),
        "refusal": explain(actor, MANAGE, node.path),
        "kept": kept_query(request, "sort", "page", "format"),
        "paging": kept_query(request, "page", "format"),
    }
    if node.kind != "commune":
        context["branches"] = branches(node.id, text=wanted.text, sort=wanted.sort)
    return render(request, "organisations/tree.html", context)


def _row(line: SchoolLine, levels: dict[str, str]) -> dict[str, object]:
    return {
        "code": line.code,
        "name": line.name,
        "levels": ", ".join(levels.get(one, one) for one in line.levels),
        "parent": line.parent_name,
        "classes": line.classes,
        "sites": line.sites,
    }


@page(MANAGE)
def new_branch(request: HttpRequest, parent_id: int) -> HttpResponse:
    """A department below the ministry, or a commune below a department."""
    actor, parent = actor_of(request), organisation(parent_id)
    permit(actor, MANAGE, parent.path)
    if parent.kind not in BRANCH_KINDS:
        raise OutsidePlace
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_organisation(
                actor=actor,
                now=timezone.now(),
                kind=BRANCH_KINDS[parent.kind],
                parent_id=parent.id,
                province_code=parent.province_code or form.cleaned_data["code"],
                **form.cleaned_data,
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã thêm {made.name}.")
            return to("organisations.tree", at=parent.id)
    context = {"form": form, "parent": parent, "what": BRANCH_NAMES[parent.kind]}
    return render(request, "organisations/new_branch.html", context)


@page(MANAGE)
def new_school(request: HttpRequest, parent_id: int) -> HttpResponse:
    actor, parent = actor_of(request), organisation(parent_id)
    permit(actor, MANAGE, parent.path)
    form = SchoolForm(request.POST or None, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            made = create_school(
                actor=actor, now=timezone.now(), parent_id=parent_id, facts=form.facts()
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã thêm {made.name}.")
            return to("organisations.school", made.id)
    context = {"form": form, "parent": parent, "school": None}
    return render(request, "organisations/school_form.html", context)
