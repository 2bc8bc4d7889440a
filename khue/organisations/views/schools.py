"""Trường: profile, managing body and supervision, sites, levels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import actor_of, explain, page, permit
from khue.organisations.forms.schools import SchoolForm, SiteForm, initial_school, initial_site
from khue.organisations.queries.additions import school_tabs
from khue.organisations.queries.cards import SchoolCard, SiteCard
from khue.organisations.queries.classes import classes_of
from khue.organisations.queries.codes import code_name, code_names
from khue.organisations.queries.reachable import permit_inside
from khue.organisations.queries.screens import ancestors_of
from khue.organisations.queries.subjects import bundles_of
from khue.organisations.queries.tree import organisation, school_summary, sites_of
from khue.organisations.rules.school_years import school_year_label, school_year_of
from khue.organisations.services.tree import change_school, change_site, create_site
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.views.common import MANAGED_BY, to
from kit.dates import print_date

VIEW = "organisations.view_school"
MANAGE = "organisations.manage_school"
LISTS = [
    "levels",
    "level-groups",
    "school-types",
    "school-ownership",
    "area-kinds",
    "difficult-areas",
    "national-standard-levels",
]


@page(VIEW)
def school(request: HttpRequest, school_id: int) -> HttpResponse:
    actor, card = actor_of(request), school_summary(school_id)
    permit_inside(actor, VIEW, card.path)
    today = timezone.localdate()
    year = school_year_of(today)
    context = {
        "school": card,
        "line": ancestors_of(card.path, actor, VIEW)[:-1],
        "facts": _facts(card),
        "contacts": _contacts(card),
        "sites": sites_of(school_id),
        "classes": classes_of(school_id, year, open_on=today),
        "bundles": bundles_of(school_id) if "04" in card.levels else None,
        "year_label": school_year_label(year),
        "tabs": school_tabs(actor, card.path),
        "refusal": explain(actor, MANAGE, card.path),
        "opens_accounts": explain(actor, "access.manage_accounts", card.path) is None,
    }
    return render(request, "organisations/school.html", context)


def _facts(card: SchoolCard) -> list[tuple[str, Any]]:
    names = code_names(LISTS, on=timezone.localdate())
    details = card.details
    return [
        ("Mã trường", card.code),
        ("Nhóm cấp học", names["level-groups"].get(card.level_group)),
        ("Cấp học", ", ".join(names["levels"].get(one, one) for one in card.levels)),
        ("Loại trường", names["school-types"].get(card.school_type)),
        ("Loại hình", names["school-ownership"].get(card.ownership)),
        ("Đơn vị quản lý", f"{card.parent_name} ({MANAGED_BY[card.managed_by]} quản lý)"),
        ("Chỉ đạo chuyên môn", card.supervisor_name),
        ("Khu vực", names["area-kinds"].get(details["area_kind"])),
        ("Vùng khó khăn", names["difficult-areas"].get(details["difficult_area"])),
        ("Đạt chuẩn quốc gia", names["national-standard-levels"].get(details["national_standard"])),
        ("Tổ chức dạy học", ", ".join(_manners(card))),
    ]


def _manners(card: SchoolCard) -> list[str]:
    known = [
        (card.two_sessions, "hai buổi mỗi ngày"),
        (card.lunch_boarding, "có bán trú"),
        (card.boarding, "có nội trú"),
    ]
    return [text for holds, text in known if holds]


def _contacts(card: SchoolCard) -> list[tuple[str, Any]]:
    details, today = card.details, timezone.localdate()
    commune = code_name("communes", details["commune_code"], on=today)
    founded = details["founded_on"]
    return [
        ("Địa chỉ", details["address"]),
        ("Nơi đặt trường", commune or details["commune_code"]),
        ("Điện thoại", details["phone"]),
        ("Thư điện tử", details["email"]),
        ("Trang thông tin", details["website"]),
        ("Ngày thành lập", print_date(founded) if founded else None),
    ]


@page(MANAGE)
def edit_school(request: HttpRequest, school_id: int) -> HttpResponse:
    actor, card = actor_of(request), school_summary(school_id)
    permit(actor, MANAGE, card.path)
    initial = initial_school(card)
    form = SchoolForm(request.POST or None, initial=initial, on=timezone.localdate())
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            change_school(
                actor=actor,
                now=timezone.now(),
                school_id=school_id,
                version=int(request.POST.get("version", "0")),
                facts=form.facts(),
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, "Đã lưu thông tin trường.")
            return to("organisations.school", school_id)
    context = {"form": form, "school": card, "parent": organisation(card.parent_id)}
    return render(request, "organisations/school_form.html", context)


@page(MANAGE)
def new_site(request: HttpRequest, school_id: int) -> HttpResponse:
    return _site(request, school_id, None)


@page(MANAGE)
def edit_site(request: HttpRequest, school_id: int, site_id: int) -> HttpResponse:
    found = next((one for one in sites_of(school_id) if one.id == site_id), None)
    if found is None:
        raise Http404
    return _site(request, school_id, found)


def _site(request: HttpRequest, school_id: int, site: SiteCard | None) -> HttpResponse:
    actor, card = actor_of(request), school_summary(school_id)
    permit(actor, MANAGE, card.path)
    form = SiteForm(request.POST or None, initial=initial_site(site) if site else {})
    if request.method == "POST" and form.is_valid():
        work: dict[str, Any] = {"actor": actor, "now": timezone.now(), "school_id": school_id}
        try:
            if site:
                change_site(**work, site_id=site.id, facts=form.facts())
            else:
                create_site(**work, facts=form.facts())
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, "Đã lưu điểm trường.")
            return to("organisations.school", school_id)
    return render(
        request, "organisations/site_form.html", {"form": form, "school": card, "site": site}
    )
