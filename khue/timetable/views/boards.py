"""Bảng phân công giảng dạy: classes by subjects; one class to change."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import OutsidePlace, actor_of, explain, page, permit
from khue.organisations.api import (
    Level,
    class_subjects,
    class_summary,
    code_names,
    grades_of_levels,
    school_year,
    school_year_label,
)
from khue.records.api import staff_of_school
from khue.timetable.forms import ClassTeachersForm, EndForm, people_choices
from khue.timetable.queries.assignments import teachers_of, teaching_class
from khue.timetable.queries.boards import Board, board_of, day_within, short_person
from khue.timetable.services.boards import set_class_teachers
from khue.timetable.services.teaching import end_teaching
from khue.timetable.services.work import AssignmentRefused, AssignmentsRefused
from khue.timetable.views.common import MANAGE, VIEW, excel, frame_of, open_classes, to
from kit.sheets.writing import Field

SHEET = [
    Field("class", "Lớp"),
    Field("subject", "Môn", width=34),
    Field("teacher", "Giáo viên", width=28),
    Field("periods", "Tiết/tuần", "integer"),
    Field("first", "Từ ngày", "date"),
    Field("last", "Đến ngày", "date"),
]


@page(VIEW)
def assignments(request: HttpRequest) -> HttpResponse:
    """The board of the school; a teacher sees the rows of her classes."""
    frame = frame_of(request, VIEW)
    if frame is None:
        return to("organisations.tree")
    found = open_classes(request, frame, VIEW)
    board = board_of(frame.school.id, frame.year, found, frame.on)
    if request.GET.get("format") == "xlsx":
        title = f"Phân công giảng dạy năm học {frame.label} – {frame.school.name}"
        return excel("phan-cong-giang-day", title, SHEET, _rows(board))
    names = code_names(["grades"], on=frame.on)["grades"]
    taught = grades_of_levels(Level(one) for one in frame.school.levels)
    context = {
        "frame": frame,
        "board": board,
        "short": short_person,
        "grade": request.GET.get("grade", ""),
        "grades": [(one, names.get(one, one)) for one in taught],
        "refusal": explain(actor_of(request), MANAGE, frame.school.path),
    }
    return render(request, "timetable/assignments.html", context)


def _rows(board: Board) -> Iterator[dict[str, object]]:
    for row in board.rows:
        for cell in row.cells:
            for line in cell.teachers if cell else ():
                yield {
                    "class": row.card.name,
                    "subject": cell.card.subject_name if cell else "",
                    "teacher": line.staff_name,
                    "periods": line.periods_per_week,
                    "first": line.starts_on,
                    "last": line.ends_on,
                }


@page(MANAGE)
def class_teachers(request: HttpRequest, class_id: int) -> HttpResponse:
    """The teachers of one class, changed from a day on."""
    actor, card = actor_of(request), class_summary(class_id)
    permit(actor, MANAGE, card.school_path)
    year = school_year(card.province_id, card.year)
    on = day_within(year, timezone.localdate())
    taught = class_subjects(class_id)
    form = ClassTeachersForm(
        request.POST or None,
        subjects=taught,
        teachers=teachers_of([one.id for one in taught], on),
        people=people_choices(staff_of_school(card.school_id, on)),
        on=on,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = set_class_teachers(
                actor=actor,
                now=timezone.now(),
                class_id=class_id,
                starts_on=form.cleaned_data["starts_on"],
                wanted=form.wanted(),
            )
        except AssignmentsRefused as refused:
            for one in refused.rows.values():
                form.refuse(one.sentence)
        else:
            messages.success(request, f"Đã lưu {changed} thay đổi phân công của lớp {card.name}.")
            return to("timetable.class_teachers", class_id)
    context = {
        "form": form,
        "card": card,
        "on": on,
        "year_label": school_year_label(card.year),
        "ending": EndForm(initial={"on": on}, auto_id="end-%s"),
    }
    return render(request, "timetable/class_teachers.html", context)


@require_POST
@page(MANAGE)
def end_one(request: HttpRequest, teaching_id: int) -> HttpResponse:
    """End one assignment without a successor."""
    class_id = teaching_class(teaching_id)
    if class_id is None:
        raise OutsidePlace
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            end_teaching(
                actor=actor_of(request),
                now=timezone.now(),
                teaching_id=teaching_id,
                **form.cleaned_data,
            )
        except AssignmentRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, "Đã kết thúc phân công.")
    else:
        messages.error(request, "Chưa kết thúc được: hãy ghi ngày cuối theo ngày/tháng/năm.")
    return to("timetable.class_teachers", class_id)
