"""Đồng bộ các trường: states of every school, who is late, and the windows of the year."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import Actor, OutsidePlace, actor_of, page, permit, reach
from khue.organisations.api import (
    OrganisationCard,
    current_year,
    department_of,
    organisation,
    school_summary,
    school_year_label,
    school_year_of,
)
from khue.sector.forms import WindowForm
from khue.sector.permissions import OVERVIEW, WINDOWS
from khue.sector.queries.gateways import gateway_of
from khue.sector.queries.overview import (
    SchoolSync,
    SyncFilter,
    chosen,
    state_counts,
    sync_states,
    waiting_for,
)
from khue.sector.queries.screens import PeriodLine, period_lines, period_shown
from khue.sector.rules.periods import Period
from khue.sector.rules.states import PUSH_NAMES, STAGE_NAMES
from khue.sector.services.refusing import SectorRefused
from khue.sector.services.stages import approve
from khue.sector.services.submissions import Target
from khue.sector.services.windows import Days, WindowRefused, set_window, shut_window
from khue.sector.sheets import overview_file
from khue.sector.views.asked import asked_year, page_number
from khue.sector.views.school import workbook

PER_PAGE = 50
MOST_TOLD = 5
STATES = [
    ("tre", "Chậm"),
    ("chua", "Chưa gửi"),
    *((str(int(key)), name) for key, name in PUSH_NAMES.items()),
]


def _province(actor: Actor, permission: str) -> OrganisationCard | None:
    """The department whose schools this person looks after."""
    paths = reach(actor, permission).paths
    return department_of(paths[0]) if paths else None


def _year(request: HttpRequest, province: OrganisationCard) -> int:
    today = timezone.localdate()
    running = current_year(province.id, today)
    return asked_year(request, running.start_year if running else school_year_of(today))


def _filter(request: HttpRequest) -> SyncFilter:
    asked = request.GET
    return SyncFilter(asked.get("q", "")[:100], asked.get("stage", ""), asked.get("state", ""))


Shown = tuple[OrganisationCard, int, list[PeriodLine], PeriodLine, list[SchoolSync]]


def _shown(request: HttpRequest, actor: Actor) -> Shown:
    province = _province(actor, OVERVIEW)
    if province is None:
        raise OutsidePlace
    year, today = _year(request, province), timezone.localdate()
    periods = period_lines(province.id, year, today)
    shown = period_shown(periods, request.GET.get("dot", ""))
    lines = sync_states(actor, year=year, period=shown.period, on=today)
    return province, year, periods, shown, lines


@require_safe
@page(OVERVIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Every school's state in a period."""
    actor = actor_of(request)
    province, year, periods, shown, lines = _shown(request, actor)
    wanted = _filter(request)
    found = chosen(lines, wanted)
    context = {
        "province": province,
        "year": year,
        "year_label": school_year_label(year),
        "periods": periods,
        "shown": shown,
        "counts": state_counts(lines),
        "waiting": waiting_for(actor, found),
        "page": Paginator(found, PER_PAGE).get_page(page_number(request)),
        "wanted": wanted,
        "stages": [(key.value, name) for key, name in STAGE_NAMES.items()],
        "states": STATES,
        "has_gateway": gateway_of(province.id) is not None,
        "may_set": bool(reach(actor, WINDOWS).paths),
        "query": _query(request),
    }
    return render(request, "sector/overview.html", context)


@require_POST
@page(OVERVIEW)
def accept_waiting(request: HttpRequest) -> HttpResponse:
    """Duyệt mọi trường đang chờ within the filter; each school is a step of its own."""
    actor = actor_of(request)
    _, year, _, shown, lines = _shown(request, actor)
    done, refused = 0, list[str]()
    for one in waiting_for(actor, chosen(lines, _filter(request))):
        target = Target(school_summary(one.school_id), year, shown.period)
        try:
            approve(actor=actor, now=timezone.now(), target=target)
            done += 1
        except SectorRefused as why:
            refused.append(f"{one.school_name}: {why}")
    messages.success(request, f"Đã duyệt {done} trường.")
    for sentence in refused[:MOST_TOLD]:
        messages.error(request, sentence)
    return redirect(f"{reverse('sector.overview')}?{_query(request)}")


def _query(request: HttpRequest) -> str:
    return urlencode({key: one for key, one in request.GET.items() if key != "page" and one})


@require_safe
@page(OVERVIEW)
def overview_sheet(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    province, year, _, shown, lines = _shown(request, actor_of(request))
    title = (
        f"Đồng bộ dữ liệu ngành, {province.name}, {shown.name.lower()} {school_year_label(year)}"
    )
    found: Sequence[SchoolSync] = chosen(lines, _filter(request))
    return workbook(overview_file(title, found), f"dong-bo-{year}-{shown.period}")


@require_http_methods(["GET", "POST"])
@page(WINDOWS)
def windows(request: HttpRequest) -> HttpResponse:
    """The windows of the year, each with its form."""
    actor = actor_of(request)
    province = _province(actor, WINDOWS)
    if province is None:
        raise OutsidePlace
    year = _year(request, province)
    lines = period_lines(province.id, year, timezone.localdate())
    if request.method == "GET":
        return _windows(request, province, year, lines, {})
    posted = request.POST.get("dot", "")
    if posted not in set(Period):
        raise OutsidePlace
    form = WindowForm(request.POST, prefix=posted)
    if form.is_valid() and _set(actor, province, year, Period(posted), form):
        messages.success(request, "Đã lưu thời gian của đợt.")
        return _to_windows(year)
    return _windows(request, province, year, lines, {posted: form})


def _set(
    actor: Actor, province: OrganisationCard, year: int, period: Period, form: WindowForm
) -> bool:
    try:
        set_window(
            actor=actor,
            now=timezone.now(),
            province_id=province.id,
            year=year,
            period=period,
            days=Days(**form.cleaned_data),
        )
    except WindowRefused as refused:
        for field, sentence in refused.refusals:
            form.refuse(sentence, field)
        return False
    return True


def _windows(
    request: HttpRequest,
    province: OrganisationCard,
    year: int,
    lines: list[PeriodLine],
    bound: dict[str, WindowForm],
) -> HttpResponse:
    forms = [
        bound.get(one.period) or WindowForm(window=one.window, prefix=one.period.value)
        for one in lines
    ]
    context = {
        "province": province,
        "year": year,
        "year_label": school_year_label(year),
        "rows": list(zip(lines, forms, strict=True)),
    }
    return render(request, "sector/windows.html", context, status=422 if bound else 200)


def _to_windows(year: int) -> HttpResponse:
    return redirect(f"{reverse('sector.windows')}?{urlencode({'year': year})}")


@require_POST
@page(WINDOWS)
def shut(request: HttpRequest, province_id: int, year: int, dot: str) -> HttpResponse:
    """Đóng sớm hoặc mở lại."""
    if dot not in set(Period):
        raise OutsidePlace
    permit(actor_of(request), WINDOWS, organisation(province_id).path)
    closing = request.POST.get("shut", "1") == "1"
    shut_window(
        actor=actor_of(request),
        now=timezone.now(),
        province_id=province_id,
        year=year,
        period=Period(dot),
        shut=closing,
    )
    messages.success(request, "Đã đóng đợt." if closing else "Đã mở lại đợt.")
    return _to_windows(year)
