"""Báo cáo chất lượng dữ liệu: every fault with the page that mends it, and the added data."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from khue.access.api import Actor, OutsidePlace, actor_of, page, permit
from khue.organisations.api import SchoolCard, school_summary, school_year_label
from khue.sector.forms import SupplementForm
from khue.sector.permissions import SUPPLEMENT, VIEW
from khue.sector.queries.choices import codes_for
from khue.sector.queries.homes import ADDED, home_of
from khue.sector.queries.lists import supplement_fields
from khue.sector.queries.screens import FaultFilter, FaultLine, fault_lines
from khue.sector.rules.faults import PROBLEM_NAMES
from khue.sector.rules.periods import PERIOD_NAMES, Period
from khue.sector.rules.result_keys import student_of_result
from khue.sector.rules.states import PART_NAMES, PARTS_OF_KIND, Kind
from khue.sector.services.submissions import Target
from khue.sector.services.supplements import (
    SupplementRefused,
    SupplementView,
    read_supplement,
    set_supplement,
    set_supplements,
)
from khue.sector.services.supplements import read_supplements as read_added
from khue.sector.sheets import NO_FILE, NO_ROWS, faults_file, read_supplements, supplements_file
from khue.sector.views.asked import PARTS, asked_year, page_number, running_year, target_at
from khue.sector.views.school import workbook
from kit.sheets.refusals import SheetRefused

PER_PAGE = 50
RESULT_PARTS = PARTS_OF_KIND[Kind.RESULT]
KEYS = {"school": "school_id", "class": "class_id", "staff": "staff_id", "student": "student_id"}


def _wanted(request: HttpRequest) -> FaultFilter:
    return FaultFilter(
        request.GET.get("part", "")[:8],
        request.GET.get("problem", "")[:16],
        request.GET.get("q", "").strip()[:100],
        request.GET.get("field", "")[:60],
    )


def home_link(target: Target, line: FaultLine) -> str:
    """The address of the page that mends a fault; none for whoever stands outside the school."""
    if not line.local_id:
        return ""
    route = home_of(line.part, line.field)
    if route == ADDED:
        asked = urlencode({"year": target.year, "dot": target.period.value})
        at = reverse(route, args=[target.school.id, line.part, line.local_id])
        return f"{at}?{asked}#id_{line.field}"
    try:
        return reverse(route, kwargs=_keys(target, line))
    except NoReverseMatch:
        return ""


def _keys(target: Target, line: FaultLine) -> dict[str, int]:
    if line.part in RESULT_PARTS:
        return {"student_id": student_of_result(line.local_id)}
    if line.part == "site":
        return {"school_id": target.school.id, "site_id": line.local_id}
    return {KEYS[line.part]: line.local_id}


@require_safe
@page(VIEW)
def faults(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """The faults of the last check."""
    actor, target, wanted = actor_of(request), target_at(school_id, year, dot), _wanted(request)
    permit(actor, VIEW, target.school.path)
    lines = fault_lines(actor, target.school, year, target.period, wanted)
    shown = Paginator(lines, PER_PAGE).get_page(page_number(request))
    query = urlencode({key: value for key, value in request.GET.items() if key != "page"})
    context = {
        "school": target.school,
        "year": year,
        "dot": target.period.value,
        "period_name": PERIOD_NAMES[target.period],
        "year_label": school_year_label(year),
        "page": shown,
        "links": [home_link(target, one) for one in shown.object_list],
        "wanted": wanted,
        "parts": list(PART_NAMES.items()),
        "problems": [(key.value, name) for key, name in PROBLEM_NAMES.items()],
        "query": query,
    }
    return render(request, "sector/faults.html", context)


@require_safe
@page(VIEW)
def faults_sheet(request: HttpRequest, school_id: int, year: int, dot: str) -> HttpResponse:
    """The same faults as a workbook."""
    actor, target = actor_of(request), target_at(school_id, year, dot)
    permit(actor, VIEW, target.school.path)
    lines = fault_lines(actor, target.school, year, target.period, _wanted(request))
    title = f"Lỗi dữ liệu gửi ngành, {target.school.name}, năm học {school_year_label(year)}"
    return workbook(faults_file(title, lines), f"loi-du-lieu-{target.school.code}-{dot}")


@require_http_methods(["GET", "POST"])
@page(SUPPLEMENT)
def supplement(request: HttpRequest, school_id: int, part: str, local_id: int) -> HttpResponse:
    """What only the sector asks for about one record."""
    actor, school = actor_of(request), school_summary(school_id)
    permit(actor, SUPPLEMENT, school.path)
    if part not in PARTS or not supplement_fields(part):
        raise OutsidePlace
    kept = read_supplement(
        actor=actor, now=timezone.now(), school=school, part=part, local_id=local_id
    )
    codes = codes_for(part, timezone.localdate())
    form = SupplementForm(request.POST or None, part=part, codes=codes, texts=kept.texts)
    if request.method == "POST" and form.is_valid() and _kept(actor, school, kept, form):
        messages.success(request, "Đã lưu dữ liệu bổ sung.")
        return redirect(request.get_full_path())
    context = {
        "school": school,
        "part_name": PART_NAMES[part],
        "record": kept,
        "form": form,
        "back": _list_of_faults(request, school),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sector/supplement.html", context, status=status)


def _kept(actor: Actor, school: SchoolCard, view: SupplementView, form: SupplementForm) -> bool:
    """Write it; whether it could be written."""
    try:
        set_supplement(
            actor=actor,
            now=timezone.now(),
            school=school,
            part=view.part,
            local_id=view.local_id,
            texts=form.texts(),
        )
    except SupplementRefused as refused:
        for name, sentence in refused.refusals.items():
            form.refuse(sentence, name)
        return False
    return True


def _list_of_faults(request: HttpRequest, school: SchoolCard) -> str:
    """The list from which somebody came here; empty when there is none."""
    dot, year = request.GET.get("dot", ""), asked_year(request, 0)
    if dot not in set(Period) or not year:
        return ""
    return reverse("sector.faults", args=[school.id, year, dot])


def _bulk_target(request: HttpRequest, school_id: int, part: str) -> SchoolCard:
    school = school_summary(school_id)
    permit(actor_of(request), SUPPLEMENT, school.path)
    if part not in PARTS or part == "site":
        raise OutsidePlace
    return school


@require_http_methods(["GET", "POST"])
@page(SUPPLEMENT)
def supplements(request: HttpRequest, school_id: int, part: str) -> HttpResponse:
    """Added data of many records by one sheet."""
    school = _bulk_target(request, school_id, part)
    wrong: list[str] = []
    if request.method == "POST":
        wrong = _take(request, school, part)
        if not wrong:
            return redirect("sector.supplements", school_id, part)
    context = {
        "school": school,
        "part": part,
        "part_name": PART_NAMES[part],
        "titles": [one.title for one in supplement_fields(part)],
        "wrong": wrong[:50],
    }
    return render(request, "sector/supplements.html", context, status=422 if wrong else 200)


def _take(request: HttpRequest, school: SchoolCard, part: str) -> list[str]:
    """Take a filled sheet; return what is wrong with it."""
    given = request.FILES.get("file")
    if given is None:
        return [NO_FILE]
    try:
        texts = read_supplements(part, given.read(), settings.UPLOAD_LIMIT_BYTES)
        if not texts:
            return [NO_ROWS]
        count = set_supplements(
            actor=actor_of(request),
            now=timezone.now(),
            school=school,
            year=running_year(school),
            part=part,
            texts=texts,
        )
    except SheetRefused as refused:
        return [refused.sentence]
    except SupplementRefused as refused:
        return list(refused.refusals)
    messages.success(request, f"Đã lưu dữ liệu bổ sung của {count} bản ghi.")
    return []


@require_safe
@page(SUPPLEMENT)
def supplements_sheet(request: HttpRequest, school_id: int, part: str) -> HttpResponse:
    """The sheet to fill in."""
    school = _bulk_target(request, school_id, part)
    year = asked_year(request, running_year(school))
    records = read_added(
        actor=actor_of(request), now=timezone.now(), school=school, year=year, part=part
    )
    title = f"Bổ sung dữ liệu gửi ngành, {PART_NAMES[part].lower()}, {school.name}"
    return workbook(supplements_file(part, title, records), f"bo-sung-{part}-{school.code}")
