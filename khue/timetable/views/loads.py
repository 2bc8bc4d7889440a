"""Số tiết dạy của giáo viên beside the norm; moving a load to a colleague."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import actor_of, page, permit
from khue.records.api import staff_of_school
from khue.timetable.forms import TransferForm, people_choices
from khue.timetable.queries.loads import StaffLoad, TaughtClass, load_of_staff
from khue.timetable.services.teaching import transfer_load
from khue.timetable.services.work import AssignmentRefused
from khue.timetable.views.common import MANAGE, Frame, excel, frame_of, to
from kit.numbers import print_ratio
from kit.sheets.writing import Field
from kit.vietnamese import search_key

SHEET = [
    Field("name", "Giáo viên", width=28),
    Field("subject", "Môn", width=30),
    Field("classes", "Lớp dạy", width=50),
    Field("homeroom", "Chủ nhiệm"),
    Field("periods", "Tiết/tuần", "code"),
    Field("norm", "Định mức", "integer"),
]
SORTS = {
    "name": lambda one: one.name_key,
    "periods": lambda one: (one.periods, one.name_key),
    "extra": lambda one: (one.extra, one.name_key),
}


def shown(periods: Fraction) -> str:
    """Số tiết: a whole number, or with one digit after the comma."""
    if periods.denominator == 1:
        return str(periods.numerator)
    return print_ratio(periods.numerator, periods.denominator)


def by_subject(taught: tuple[TaughtClass, ...]) -> list[tuple[str, str]]:
    """A load as the timetable tool writes it: Toán, "8A(4), 8B(4)"."""
    rows = sorted(taught, key=lambda one: one.card.subject_name)
    return [
        (name, ", ".join(f"{one.card.class_name}({shown(one.periods)})" for one in found))
        for name, found in groupby(rows, lambda one: one.card.subject_name)
    ]


@page(MANAGE)
def loads(request: HttpRequest) -> HttpResponse:
    frame = frame_of(request, MANAGE)
    if frame is None:
        return to("organisations.tree")
    permit(actor_of(request), MANAGE, frame.school.path)
    every = load_of_staff(frame.school.id, frame.on)
    found = _narrowed(request, every)
    if request.GET.get("format") == "xlsx":
        title = f"Số tiết dạy năm học {frame.label} – {frame.school.name}"
        return excel("so-tiet-day", title, SHEET, [row for one in found for row in _rows(one)])
    context = {
        "frame": frame,
        "lines": [(one, by_subject(one.taught), shown(one.periods)) for one in found],
        "query": request.GET.get("q", ""),
        "show": request.GET.get("show", ""),
        "sort": request.GET.get("sort", "name"),
        "teaching": sum(1 for one in every if one.taught),
        "over": sum(1 for one in every if one.extra),
        "beyond": sum(1 for one in every if one.beyond_cap),
        "shown": shown,
    }
    return render(request, "timetable/loads.html", context)


def _narrowed(request: HttpRequest, every: list[StaffLoad]) -> list[StaffLoad]:
    text, show = search_key(request.GET.get("q", "")), request.GET.get("show", "")
    kept = [
        one
        for one in every
        if text
        in search_key(f"{one.staff_name} {' '.join(name for name, _ in by_subject(one.taught))}")
        and (show != "over" or one.extra)
        and (show != "none" or not one.taught)
    ]
    asked = request.GET.get("sort", "name")
    key = SORTS.get(asked.removeprefix("-"), SORTS["name"])
    return sorted(kept, key=key, reverse=asked.startswith("-"))


def _rows(one: StaffLoad) -> list[dict[str, object]]:
    lines = by_subject(one.taught) or [("", "")]
    same = {
        "name": one.staff_name,
        "homeroom": ", ".join(one.homerooms),
        "periods": shown(one.periods),
        "norm": one.norm,
    }
    return [{**same, "subject": subject, "classes": classes} for subject, classes in lines]


@page(MANAGE)
def staff_load(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person's classes, with the form that moves them to a colleague."""
    frame = _frame(request)
    load = _load(frame, staff_id)
    return _staff_page(request, frame, load, _transfer_form(request, frame, load, bound=False))


@require_POST
@page(MANAGE)
def transfer(request: HttpRequest, staff_id: int) -> HttpResponse:
    frame = _frame(request)
    load = _load(frame, staff_id)
    form = _transfer_form(request, frame, load, bound=True)
    if form.is_valid():
        try:
            moved = transfer_load(
                actor=actor_of(request),
                now=timezone.now(),
                school_id=frame.school.id,
                from_staff_id=staff_id,
                **form.cleaned_data,
            )
        except AssignmentRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã chuyển {moved} lớp dạy của {load.staff_name}.")
            return to("timetable.loads", school=frame.school.id)
    return _staff_page(request, frame, load, form)


def _frame(request: HttpRequest) -> Frame:
    frame = frame_of(request, MANAGE)
    if frame is None:
        raise Http404
    permit(actor_of(request), MANAGE, frame.school.path)
    return frame


def _load(frame: Frame, staff_id: int) -> StaffLoad:
    found = [one for one in load_of_staff(frame.school.id, frame.on) if one.staff_id == staff_id]
    if not found:
        raise Http404
    return found[0]


def _transfer_form(
    request: HttpRequest, frame: Frame, load: StaffLoad, *, bound: bool
) -> TransferForm:
    people = staff_of_school(frame.school.id, frame.on)
    taught = [
        (str(one.teaching_id), f"{one.card.subject_name} {one.card.class_name}")
        for one in load.taught
    ]
    return TransferForm(
        request.POST if bound else None,
        people=people_choices(one for one in people if one.id != load.staff_id),
        taught=taught,
        initial={"starts_on": frame.on},
    )


def _staff_page(
    request: HttpRequest, frame: Frame, load: StaffLoad, form: TransferForm
) -> HttpResponse:
    context = {"frame": frame, "load": load, "form": form, "shown": shown}
    return render(request, "timetable/staff_load.html", context)
