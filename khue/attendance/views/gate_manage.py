"""Trang cổng trường: the devices, and who is where today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.attendance.forms.gate_file import LARGEST, NO_FILE, read_gate_file
from khue.attendance.forms.gate_pages import DeviceForm
from khue.attendance.permissions import GATE
from khue.attendance.queries.gate_pages import devices_of, gate_today
from khue.attendance.queries.hours import has_hours
from khue.attendance.rules.cards import PAIRING_MINUTES
from khue.attendance.services.devices import change_device, end_device, make_pairing_code
from khue.attendance.services.gate_file import take_gate_file
from khue.attendance.services.gate_health import read_declarations
from khue.attendance.services.work import AttendanceRefused
from khue.attendance.views.common import school_of, to, today_of
from khue.organisations.api import SchoolCard
from kit.dates import vietnam_day, weekday_name
from kit.numbers import whole_number
from kit.refusal import Refusal


@require_http_methods(["GET", "POST"])
@page(GATE)
def devices(request: HttpRequest) -> HttpResponse:
    """Máy ở cổng: those paired, and a new one-time code."""
    school, choose = school_of(request, GATE)
    if school is None:
        return to("organisations.tree") if choose else _nowhere(request)
    form = DeviceForm(request.POST or None)
    code = ""
    if request.method == "POST" and form.is_valid():
        code = _pair(request, school, form)
    return _show(request, school, form, code)


def _pair(request: HttpRequest, school: SchoolCard, form: DeviceForm) -> str:
    given: dict[str, Any] = {
        "actor": actor_of(request),
        "now": timezone.now(),
        "school_id": school.id,
    }
    try:
        return make_pairing_code(**given, **form.cleaned_data)
    except AttendanceRefused as refused:
        form.refuse(refused.sentence)
        return ""


def _show(request: HttpRequest, school: SchoolCard, form: DeviceForm, code: str) -> HttpResponse:
    now = timezone.now()
    context = {
        "school": school,
        "form": form,
        "code": code,
        "minutes": PAIRING_MINUTES,
        "devices": [(one, one.quiet(now)) for one in devices_of(actor_of(request), school.id)],
        "address": request.build_absolute_uri("/cong/"),
        "has_hours": has_hours(school.id),
    }
    return render(request, "attendance/devices.html", context)


@require_POST
@page(GATE)
def change(request: HttpRequest, device_id: int) -> HttpResponse:
    """Đổi tên, đổi chiều của máy."""
    given = {"name": request.POST.get("name", ""), "direction": request.POST.get("direction", "")}

    def act() -> None:
        change_device(actor=actor_of(request), now=timezone.now(), device_id=device_id, **given)

    return _acted(request, act, "Đã lưu.")


@require_POST
@page(GATE)
def end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Ngừng dùng một máy."""

    def act() -> None:
        end_device(actor=actor_of(request), now=timezone.now(), device_id=device_id)

    return _acted(request, act, "Máy đã ngừng dùng. Từ giờ máy ấy không gửi được lượt nào nữa.")


@require_POST
@page(GATE)
def take_file(request: HttpRequest) -> HttpResponse:
    """Nạp tệp lượt qua cổng that a machine which could not send gave away."""
    held = request.FILES.get("file")
    content = held.read(LARGEST + 1) if isinstance(held, UploadedFile) else b""
    read = read_gate_file(content) if content else Refusal("NO_FILE", NO_FILE)
    if isinstance(read, Refusal):
        messages.error(request, read.sentence)
        return _back(request)
    given: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    given |= {"passings": read.passings, "school_name": read.school, "bad": read.bad}
    device_id = whole_number(request.POST.get("device", "")) or 0
    try:
        taken = take_gate_file(device_id=device_id, **given)
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, taken.sentence)
    return _back(request)


def _acted(request: HttpRequest, act: Callable[[], None], said: str) -> HttpResponse:
    try:
        act()
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    school = request.GET.get("school", "")
    return to("attendance.devices", **({"school": school} if school else {}))


@require_GET
@page(GATE)
def gate_day(request: HttpRequest) -> HttpResponse:
    """Hôm nay ở cổng: in school, left, not yet come; the latest passings, the troubles first."""
    school, choose = school_of(request, GATE)
    if school is None:
        return to("organisations.tree") if choose else _nowhere(request)
    day = today_of(request)
    context = {
        "school": school,
        "day": day,
        "weekday": weekday_name(day),
        "is_today": day == vietnam_day(timezone.now()),
        "shown": gate_today(actor_of(request), school.id, day),
        "now": timezone.now(),
        "part": request.GET.get("refresh") == "1",
    }
    template = "attendance/parts/gate_day.html" if context["part"] else "attendance/gate_day.html"
    return render(request, template, context)


@require_POST
@page(GATE)
def declarations(request: HttpRequest) -> HttpResponse:
    """Lời khai sức khỏe of a day, opened for reading; the reading is written down."""
    school, _ = school_of(request, GATE)
    if school is None:
        return to("attendance.gate_day")
    day = today_of(request)
    read = read_declarations(
        actor=actor_of(request), now=timezone.now(), school_id=school.id, day=day
    )
    context = {"school": school, "day": day, "read": read}
    return render(request, "attendance/declarations.html", context)


def _nowhere(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/no_school.html", {})
