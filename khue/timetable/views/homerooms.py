"""Phân công chủ nhiệm: one line for each class."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import actor_of, explain, page, permit
from khue.organisations.api import ClassCard
from khue.records.api import staff_of_school
from khue.timetable.forms import HomeroomsForm, people_choices
from khue.timetable.queries.assignments import HomeroomLine, homeroom_of
from khue.timetable.services.boards import set_homerooms
from khue.timetable.services.work import AssignmentsRefused
from khue.timetable.views.common import MANAGE, VIEW, Frame, excel, frame_of, open_classes, to
from kit.sheets.writing import Field

SHEET = [
    Field("class", "Lớp"),
    Field("teacher", "Giáo viên chủ nhiệm", width=28),
    Field("first", "Từ ngày", "date"),
]


@page(VIEW)
def homerooms(request: HttpRequest) -> HttpResponse:
    """Who leads which class; whoever assigns changes it here."""
    frame = frame_of(request, VIEW)
    if frame is None:
        return to("organisations.tree")
    actor = actor_of(request)
    found = open_classes(request, frame, VIEW)
    led = homeroom_of([card.id for card in found], frame.on)
    if request.GET.get("format") == "xlsx":
        title = f"Phân công chủ nhiệm năm học {frame.label} – {frame.school.name}"
        return excel("chu-nhiem", title, SHEET, [_row(card, led.get(card.id)) for card in found])
    if request.method == "POST":
        permit(actor, MANAGE, frame.school.path)
    refusal = explain(actor, MANAGE, frame.school.path)
    form = _form(request, frame, found, led)
    if request.method == "POST" and form.is_valid() and _save(request, frame, form, found):
        return to("timetable.homerooms", school=frame.school.id, year=frame.year)
    context = {
        "frame": frame,
        "rows": [(card, led.get(card.id), form.of_class(card.id)) for card in found],
        "missing": sum(1 for card in found if card.id not in led),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "timetable/homerooms.html", context)


def _row(card: ClassCard, line: HomeroomLine | None) -> dict[str, object]:
    return {
        "class": card.name,
        "teacher": line.staff_name if line else "",
        "first": line.starts_on if line else None,
    }


def _form(
    request: HttpRequest, frame: Frame, found: list[ClassCard], led: dict[int, HomeroomLine]
) -> HomeroomsForm:
    return HomeroomsForm(
        request.POST or None,
        class_ids=[card.id for card in found],
        homerooms=led,
        people=people_choices(staff_of_school(frame.school.id, frame.on)),
        on=frame.on,
    )


def _save(request: HttpRequest, frame: Frame, form: HomeroomsForm, found: list[ClassCard]) -> bool:
    names = {card.id: card.name for card in found}
    try:
        changed = set_homerooms(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=frame.school.id,
            starts_on=form.cleaned_data["starts_on"],
            wanted=form.wanted(),
        )
    except AssignmentsRefused as refused:
        for class_id, one in refused.rows.items():
            form.refuse(f"Lớp {names[class_id]}: {one.sentence}", f"staff_{class_id}")
        return False
    messages.success(request, f"Đã lưu {changed} thay đổi chủ nhiệm.")
    return True
