"""Tổ hợp môn lựa chọn of an upper secondary school."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import OutsidePlace, actor_of, explain, page, permit
from khue.organisations.forms.classes import BundleForm, initial_bundle
from khue.organisations.queries.cards import BundleCard, SchoolCard
from khue.organisations.queries.classes import classes_of
from khue.organisations.queries.reachable import chosen_school
from khue.organisations.queries.subjects import bundle, bundles_of, curriculum
from khue.organisations.queries.tree import school_summary
from khue.organisations.rules.levels import Level
from khue.organisations.rules.school_years import school_year_label
from khue.organisations.services.bundles import FIRST_GRADE, change_bundle, create_bundle
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.views.common import chosen_year, excel, to, wants_excel
from kit.sheets.writing import Field

VIEW = "organisations.view_school"
MANAGE = "organisations.manage_classes"
SHEET = [
    Field("year", "Khóa", "code"),
    Field("name", "Tổ hợp"),
    Field("electives", "Môn lựa chọn", width=50),
    Field("clusters", "Cụm chuyên đề", width=40),
    Field("classes", "Số lớp", "integer"),
]


@page(VIEW)
def bundles(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school = chosen_school(actor, VIEW, request.GET.get("school", ""))
    if school is None:
        return to("organisations.tree")
    year, _ = chosen_year(request, school)
    used = Counter(card.bundle_id for card in classes_of(school.id, year))
    lines = bundles_of(school.id)
    if wants_excel(request):
        rows = [_row(one, used[one.id]) for one in lines]
        return excel("to-hop-mon", f"Tổ hợp môn lựa chọn – {school.name}", SHEET, rows)
    context = {
        "school": school,
        "upper": Level.UPPER_SECONDARY in school.levels,
        "lines": [(one, school_year_label(one.first_year), used[one.id]) for one in lines],
        "year_label": school_year_label(year),
        "refusal": explain(actor, MANAGE, school.path),
    }
    return render(request, "organisations/bundles.html", context)


def _row(one: BundleCard, classes: int) -> dict[str, object]:
    return {
        "year": school_year_label(one.first_year),
        "name": one.name,
        "electives": ", ".join(one.elective_names),
        "clusters": ", ".join(one.cluster_names),
        "classes": classes,
    }


@page(MANAGE)
def new_bundle(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school = chosen_school(actor, MANAGE, request.GET.get("school", ""))
    if school is None:
        raise OutsidePlace
    permit(actor, MANAGE, school.path)
    year, _ = chosen_year(request, school)
    form = BundleForm(request.POST or None, programme=curriculum([FIRST_GRADE], year))
    del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        try:
            made = create_bundle(
                actor=actor,
                now=timezone.now(),
                school_id=school.id,
                first_year=year,
                name=form.cleaned_data["name"],
                elective_ids=form.cleaned_data["electives"],
                cluster_ids=form.cleaned_data["clusters"],
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã tạo tổ hợp {made.name}.")
            return to("organisations.bundles", school=school.id)
    return _page(request, form, school, None, year)


@page(MANAGE)
def edit_bundle(request: HttpRequest, bundle_id: int) -> HttpResponse:
    actor, card = actor_of(request), bundle(bundle_id)
    school = school_summary(card.school_id)
    permit(actor, MANAGE, school.path)
    programme = curriculum([FIRST_GRADE], card.first_year)
    form = BundleForm(request.POST or None, initial=initial_bundle(card), programme=programme)
    if request.method == "POST" and form.is_valid():
        try:
            change_bundle(
                actor=actor,
                now=timezone.now(),
                bundle_id=bundle_id,
                name=form.cleaned_data["name"],
                elective_ids=form.cleaned_data["electives"],
                cluster_ids=form.cleaned_data["clusters"],
                reason=form.cleaned_data["reason"],
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã lưu tổ hợp {card.name}.")
            return to("organisations.bundles", school=school.id)
    return _page(request, form, school, card, card.first_year)


def _page(
    request: HttpRequest, form: BundleForm, school: SchoolCard, card: BundleCard | None, year: int
) -> HttpResponse:
    context = {
        "form": form,
        "school": school,
        "card": card,
        "year_label": school_year_label(year),
    }
    return render(request, "organisations/bundle_form.html", context)
