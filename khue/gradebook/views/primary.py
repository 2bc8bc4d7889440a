"""Sổ đánh giá tiểu học: the page of a subject, of qualities and competences, and their saves."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, explain, page
from khue.gradebook.queries import sister_books
from khue.gradebook.queries.primary import (
    Sheet,
    cell_lines,
    has_unfinished,
    open_levels,
    open_qualities,
    optional_slots,
    point_on,
    subject_of_levels,
    subject_of_qualities,
)
from khue.gradebook.queries.states import closing_of
from khue.gradebook.rules.primary import AGAIN, SHORT_NAMES, SPOKEN
from khue.gradebook.services.primary import enter_levels, enter_qualities
from khue.gradebook.services.primary_closing import closed_levels, closed_qualities
from khue.gradebook.sheets.primary import primary_sheet_book
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.primary_rows import head_of, shown_rows
from khue.gradebook.views.primary_saving import answer_save
from khue.gradebook.views.states import book_steps
from kit.vietnamese import search_key


def known_point(point: int) -> int:
    """A point of the year, or Http404."""
    if point not in SPOKEN:
        raise Http404
    return point


def points_of(sheet: Sheet) -> list[tuple[int, str]]:
    """The points to leaf through; re-assessment where somebody needs it."""
    shown = sheet.point == AGAIN or has_unfinished(sheet.facts)
    return [(one, name) for one, name in SHORT_NAMES.items() if one != AGAIN or shown]


def _context(request: HttpRequest, sheet: Sheet, closed: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "facts": sheet.facts,
        "point": sheet.point,
        "points": points_of(sheet),
        "spoken": SPOKEN[sheet.point],
        "closed": closed,
        "writable": sheet.refusal is None and not closed,
        "rows": shown_rows(sheet),
        "head": head_of(sheet),
        "account": actor_of(request).account_id,
    }


@require_GET
@page("gradebook.view_marks")
def primary(request: HttpRequest, class_subject_id: int, point: int) -> HttpResponse:
    """The sheet of a subject at a point: levels, tests, remarks."""
    actor, now = actor_of(request), timezone.now()
    sheet = open_levels(actor, class_subject_id, known_point(point), timezone.localdate())
    assert sheet.book is not None
    sees_class = explain(actor, "gradebook.view_marks", sheet.facts.place) is None
    context = {
        **_context(request, sheet, closed_levels(sheet.book, point, now)),
        "book": sheet.book,
        "sisters": sister_books(actor, sheet.book),
        "sees_class": sees_class,
        **book_steps(
            actor, sheet.book, point, closing_of(sheet.book.class_id, sheet.book.id, point)
        ),
    }
    return render(request, "gradebook/primary.html", context)


@require_GET
@page("gradebook.view_marks")
def primary_now(request: HttpRequest, class_subject_id: int) -> HttpResponse:
    """The sheet of a subject at the point that comes next by the calendar."""
    today = timezone.localdate()
    sheet = open_levels(actor_of(request), class_subject_id, 1, today)
    point = point_on(sheet.facts, today)
    return redirect("gradebook.primary", class_subject_id=class_subject_id, point=point)


@require_POST
@page("gradebook.enter_marks")
def save_primary(request: HttpRequest, class_subject_id: int, point: int) -> HttpResponse:
    """Save some cells of a subject; the answer tells of each what became of it."""
    return answer_save(
        request,
        lambda wanted: enter_levels(
            actor=actor_of(request),
            now=timezone.now(),
            class_subject_id=class_subject_id,
            point=known_point(point),
            changes=wanted.changes,
            operation_id=wanted.operation,
        ),
    )


@require_GET
@page("gradebook.view_marks")
def primary_history(
    request: HttpRequest, class_subject_id: int, point: int, student_id: int, slot: str
) -> HttpResponse:
    """What happened to one cell of a subject."""
    sheet = open_levels(
        actor_of(request), class_subject_id, known_point(point), timezone.localdate()
    )
    return _history(request, sheet, subject_of_levels(class_subject_id, point, student_id), slot)


def _history(request: HttpRequest, sheet: Sheet, subject: str, slot: str) -> HttpResponse:
    label, lines = cell_lines(sheet, subject, slot)
    if not label:
        raise Http404
    title = sheet.book.title if sheet.book else f"Lớp {sheet.facts.name}"
    context = {"title": title, "lines": lines, "label": label}
    fragment = bool(request.headers.get("HX-Request"))
    name = "parts/primary_history" if fragment else "primary_history"
    return render(request, f"gradebook/{name}.html", context)


@require_GET
@page("gradebook.view_marks")
def qualities(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """Phẩm chất, năng lực of a class at a point: written by its homeroom teacher."""
    actor, now = actor_of(request), timezone.now()
    sheet = open_qualities(actor, class_id, known_point(point), timezone.localdate())
    context = {
        **_context(request, sheet, closed_qualities(sheet.facts, point, now)),
        "optional": optional_slots(sheet.facts),
    }
    return render(request, "gradebook/primary_qualities.html", context)


@require_GET
@page("gradebook.view_marks")
def export_levels(request: HttpRequest, class_subject_id: int, point: int) -> HttpResponse:
    """The sheet of a subject at a point as an Excel file; it can be filled and read back."""
    actor, today = actor_of(request), timezone.localdate()
    return _as_excel(open_levels(actor, class_subject_id, known_point(point), today))


@require_GET
@page("gradebook.view_marks")
def export_qualities(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """The sheet of qualities and competences as an Excel file; it can be filled and read back."""
    actor, today = actor_of(request), timezone.localdate()
    return _as_excel(open_qualities(actor, class_id, known_point(point), today))


def _as_excel(sheet: Sheet) -> HttpResponse:
    what = search_key(sheet.book.title if sheet.book else f"pham chat {sheet.facts.name}")
    name = re.sub(r"[^a-z0-9]+", "-", what).strip("-")
    return excel_response(primary_sheet_book(sheet), f"{name}-{sheet.point}.xlsx")


@require_POST
@page("gradebook.assess_pupils")
def save_qualities(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """Save some cells of qualities and competences."""
    return answer_save(
        request,
        lambda wanted: enter_qualities(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            point=known_point(point),
            changes=wanted.changes,
            operation_id=wanted.operation,
        ),
    )


@require_GET
@page("gradebook.view_marks")
def quality_history(
    request: HttpRequest, class_id: int, point: int, student_id: int, slot: str
) -> HttpResponse:
    """What happened to one cell of qualities and competences."""
    sheet = open_qualities(actor_of(request), class_id, known_point(point), timezone.localdate())
    return _history(request, sheet, subject_of_qualities(class_id, point, student_id), slot)
