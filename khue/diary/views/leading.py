"""Theo dõi: the pace of every class and subject, teaching plans, how lessons are rated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from khue.access.api import actor_of, explain, page, permit
from khue.diary.forms import RatingForm
from khue.diary.permissions import FOLLOW, PLANS, RATE, VIEW
from khue.diary.queries.plans import has_own_scheme, open_plan, plans_of_school, scheme_of
from khue.diary.queries.teaching import TeachingRow, teaching_of_school
from khue.diary.services.plans import set_rating_scheme
from khue.diary.services.work import DiaryRefused
from khue.diary.views.common import excel, school_of, year_on
from khue.organisations.api import school_summary, school_year_label
from kit.sheets.writing import Field
from kit.vietnamese import search_key

SHOWN = {
    "unwritten": "Bảy ngày qua chưa ghi",
    "missing": "Tuần trước ghi thiếu",
    "behind": "Chậm chương trình",
    "ahead": "Nhanh chương trình",
    "late": "Có ghi bù",
}
SHEET = [
    Field("class", "Lớp"),
    Field("subject", "Môn học", width=24),
    Field("teachers", "Giáo viên", width=30),
    Field("lessons", "Số tiết đã ghi", "integer"),
    Field("newest", "Ghi gần nhất", "date"),
    Field("missing", "Tuần trước còn thiếu", "integer"),
    Field("late", "Ghi bù", "integer"),
    Field("taught", "Tiết PPCT đã dạy", "integer"),
    Field("planned", "Tiết PPCT cả năm", "integer"),
    Field("pace", "Tiến độ", width=20),
]


@page(FOLLOW)
@require_safe
def teaching(request: HttpRequest) -> HttpResponse:
    """Who has not written, who is ahead or behind, late lines; for those who lead the school."""
    school, today = school_of(request, FOLLOW), timezone.localdate()
    if school is None:
        return redirect("organisations.tree")
    year = year_on(school, today)
    rows = teaching_of_school(actor_of(request), school.id, year, timezone.now())
    chosen = request.GET.get("show", "")
    found = list(_chosen(rows, chosen, request.GET.get("q", "")))
    if request.GET.get("format") == "xlsx":
        title = f"Tiến độ giảng dạy năm học {school_year_label(year)} – {school.name}"
        return excel("tien-do-giang-day", title, SHEET, _sheet(found))
    context = {
        "school": school,
        "no_ratings": explain(actor_of(request), RATE, school.path) or "",
        "label": school_year_label(year),
        "rows": found,
        "counts": {name: sum(1 for _ in _chosen(rows, name, "")) for name in SHOWN},
        "shown": list(SHOWN.items()),
        "show": chosen,
        "today": today,
    }
    return render(request, "diary/teaching.html", context)


def _chosen(rows: Sequence[TeachingRow], show: str, text: str) -> Iterator[TeachingRow]:
    words = search_key(text).split()
    for row in rows:
        told = search_key(f"{row.card.class_name} {row.card.subject_name} {row.teachers}")
        if _fits(row, show) and all(word in told for word in words):
            yield row


def _fits(row: TeachingRow, show: str) -> bool:
    off = row.progress.off or 0
    fits = {
        "unwritten": row.recent == 0,
        "missing": row.missing > 0,
        "behind": off < 0,
        "ahead": off > 0,
        "late": row.late > 0,
    }
    return fits.get(show, True)


def _sheet(rows: Sequence[TeachingRow]) -> Iterator[dict[str, object]]:
    for row in rows:
        yield {
            "class": row.card.class_name,
            "subject": row.card.subject_name,
            "teachers": row.teachers,
            "lessons": row.lessons,
            "newest": row.newest,
            "missing": row.week.missing if row.week else None,
            "late": row.late,
            "taught": row.progress.taught,
            "planned": row.progress.planned,
            "pace": row.progress.told,
        }


@page(VIEW)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The teaching plans of a school in its running year."""
    actor, school = actor_of(request), school_of(request, VIEW)
    if school is None:
        return redirect("organisations.tree")
    year = year_on(school, timezone.localdate())
    context = {
        "school": school,
        "label": school_year_label(year),
        "plans": plans_of_school(school.id, year),
        "may_import": explain(actor, PLANS, school.path) is None,
        "import_to": f"{reverse('intake.upload', args=['ppct'])}?school={school.id}",
    }
    return render(request, "diary/plans.html", context)


@page(VIEW)
@require_safe
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan, lesson by lesson."""
    card, lines = open_plan(actor_of(request), plan_id)
    context = {"card": card, "lines": lines, "label": school_year_label(card.year)}
    return render(request, "diary/plan.html", context)


@page(RATE)
@require_http_methods(["GET", "HEAD", "POST"])
def ratings(request: HttpRequest, school_id: int) -> HttpResponse:
    """How the lessons of a school are rated, from a day on."""
    actor, today = actor_of(request), timezone.localdate()
    school = school_summary(school_id)
    permit(actor, RATE, school.path)
    form = RatingForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = set_rating_scheme(
                actor=actor, now=timezone.now(), school_id=school_id, **form.cleaned_data
            )
        except DiaryRefused as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"Đã đặt cách xếp loại giờ học: {made.name}.")
            return redirect("diary.ratings", school_id)
    context = {
        "form": form,
        "school": school,
        "scheme": scheme_of(school_id, today),
        "own": has_own_scheme(school_id),
    }
    return render(request, "diary/ratings.html", context)
