"""Một tuần của lớp như sổ giấy; chốt tuần, mở lại tuần."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import OutsidePlace, actor_of, explain, page
from khue.diary.permissions import CLOSE_WEEK, HAND_IN, REOPEN, VIEW, WRITE
from khue.diary.queries.missing import counts_of_week
from khue.diary.queries.papers import told_teacher, told_totals
from khue.diary.queries.weeks import BookWeek, week_of_class
from khue.diary.services.weeks import close_week, reopen_week
from khue.diary.services.work import DiaryRefused
from khue.diary.views.common import asked_day, excel, to_week
from khue.organisations.api import class_subjects
from kit.dates import print_date
from kit.sheets.writing import Field

SHEET = [
    Field("day", "Ngày", "date"),
    Field("session", "Buổi"),
    Field("period", "Tiết", "integer"),
    Field("subject", "Môn học", width=20),
    Field("number", "Tiết PPCT", "integer"),
    Field("title", "Tên bài, nội dung", width=44),
    Field("absent", "Học sinh vắng", width=30),
    Field("remark", "Nhận xét", width=30),
    Field("homework", "Giao về nhà", width=30),
    Field("rating", "Xếp loại", width=16),
    Field("teacher", "Giáo viên", width=28),
]


@page(VIEW)
@require_safe
def week(request: HttpRequest, class_id: int) -> HttpResponse:
    """A week of a class, as the paper book shows it."""
    actor, asked = actor_of(request), asked_day(request.GET.get("tuan", ""))
    held = week_of_class(actor, class_id, asked, timezone.now())
    if request.GET.get("format") == "xlsx":
        title = f"Sổ ghi đầu bài lớp {held.card.name}, tuần từ {print_date(held.monday)}"
        return excel("so-dau-bai", title, SHEET, _rows(held))
    place, school = held.card.place, held.card.school_path
    subjects = class_subjects(class_id)
    counts = counts_of_week(subjects, held.monday, timezone.localdate())
    context = {
        "held": held,
        "short": [one for one in counts.values() if one.missing],
        "totals": told_totals(held.lines),
        "told_teacher": told_teacher,
        "subjects": subjects,
        "closing_refusal": explain(actor, CLOSE_WEEK, place),
        "may_reopen": explain(actor, REOPEN, place) is None,
        "may_write": explain(actor, WRITE, place) is None or explain(actor, WRITE, school) is None,
        "may_hand_in": explain(actor, HAND_IN, place) is None,
        "today": timezone.localdate(),
        "month": held.saturday.strftime("%Y-%m"),
    }
    return render(request, "diary/week.html", context)


def _rows(held: BookWeek) -> Iterator[dict[str, object]]:
    for line in held.lines:
        one = line.lesson
        yield {
            "day": one.day,
            "session": one.session_name,
            "period": one.period,
            "subject": one.subject_name,
            "number": one.plan_number,
            "title": one.title,
            "absent": ", ".join(line.absent),
            "remark": one.remark,
            "homework": one.homework,
            "rating": one.rated,
            "teacher": told_teacher(line),
        }


def _monday(request: HttpRequest) -> date:
    found = asked_day(request.POST.get("monday", ""))
    if found is None:
        raise OutsidePlace
    return found


@page(CLOSE_WEEK)
@require_POST
def close(request: HttpRequest, class_id: int) -> HttpResponse:
    """Chốt tuần with the remark of the homeroom teacher."""
    monday = _monday(request)
    try:
        close_week(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            monday=monday,
            remark=request.POST.get("remark", ""),
        )
    except DiaryRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Đã chốt tuần. Từ nay sửa sổ của tuần này phải ghi lý do.")
    return to_week(class_id, monday)


@page(REOPEN)
@require_POST
def reopen(request: HttpRequest, class_id: int) -> HttpResponse:
    """Mở lại tuần with the reason of a leader."""
    monday = _monday(request)
    try:
        reopen_week(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            monday=monday,
            reason=request.POST.get("reason", ""),
        )
    except DiaryRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Đã mở lại tuần. Giáo viên sửa được các tiết của mình.")
    return to_week(class_id, monday)
