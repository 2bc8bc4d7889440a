"""Bảng điểm: the grid, what it saves, and what its popovers ask."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.gradebook import queries, sheets
from khue.gradebook.forms import SaveUnreadable, read_save
from khue.gradebook.queries import Grid
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS, TERM_NAMES
from khue.gradebook.services import CellOutcome, RowResult, Saved, enter_marks
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.rows import shown_rows
from khue.gradebook.views.states import book_steps
from kit.vietnamese import search_key

SOMEBODY_ELSE = (
    "Trang này được mở bằng tài khoản khác nên điểm chưa được lưu. "
    "Hãy đăng nhập lại bằng tài khoản đã mở trang."
)


def _known_term(term: int) -> int:
    if term not in TERM_NAMES:
        raise Http404
    return term


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


@require_GET
@page("gradebook.view_marks")
def grid(request: HttpRequest, class_subject_id: int, term: int, strand: int = 0) -> HttpResponse:
    """The grid of a term: written in by the teacher of the subject, read by others."""
    actor, today = actor_of(request), timezone.localdate()
    shown = queries.open_grid(actor, class_subject_id, _known_term(term), today, strand=strand)
    if shown.book.is_primary:
        return redirect("gradebook.primary_now", class_subject_id=class_subject_id)
    sisters = queries.sister_books(actor, shown.book)
    context = {
        "grid": shown,
        "book": shown.book,
        "term": term,
        "writable": shown.refusal is None and not shown.closed,
        "titles": {slot: shown.book.slot_title(slot) for slot in shown.book.slots},
        "sisters": sisters,
        "neighbours": _neighbours(shown, [one.id for one in sisters]),
        "account": actor.account_id,
        "rows": shown_rows(shown),
        "spoken_term": SPOKEN_TERMS[term],
        **book_steps(actor, shown.book, term, shown.closing),
    }
    return render(request, "gradebook/grid.html", context)


def _neighbours(shown: Grid, ids: list[int]) -> tuple[int | None, int | None]:
    """The book before and the book after, in the order of the list."""
    if shown.book.id not in ids:
        return None, None
    here = ids.index(shown.book.id)
    return (ids[here - 1] if here else None), (ids[here + 1] if here + 1 < len(ids) else None)


@require_GET
@page("gradebook.view_marks")
def export_book(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """The grid as an Excel file."""
    today = timezone.localdate()
    shown = queries.open_grid(actor_of(request), class_subject_id, _known_term(term), today)
    name = search_key(shown.book.title).replace(" ", "-")
    return excel_response(sheets.term_book(shown), f"so-diem-{name}-hk{term}.xlsx")


def _body_of(request: HttpRequest) -> bytes:
    """What the grid sent; a form that was sent instead has been read already."""
    return request.body if request.content_type == "application/json" else b""


@require_POST
@page("gradebook.enter_marks")
def save(request: HttpRequest, class_subject_id: int, term: int, strand: int = 0) -> HttpResponse:
    """Save some cells; the answer tells of each what became of it."""
    try:
        wanted = read_save(_body_of(request))
    except SaveUnreadable as unreadable:
        return JsonResponse({"error": str(unreadable)}, status=400)
    actor = actor_of(request)
    if wanted.account not in (None, actor.account_id):
        return JsonResponse({"error": SOMEBODY_ELSE}, status=409)
    saved = enter_marks(
        actor=actor,
        now=timezone.now(),
        class_subject_id=class_subject_id,
        term=_known_term(term),
        changes=wanted.changes,
        operation_id=wanted.operation,
        strand=strand,
    )
    return JsonResponse(_answer(saved))


def _answer(saved: Saved) -> dict[str, Any]:
    return {
        "cells": [_cell(one) for one in saved.outcomes],
        "rows": [_row(one) for one in saved.rows],
        "progress": {"due": saved.progress.due, "entered": saved.progress.entered},
    }


def _cell(outcome: CellOutcome) -> dict[str, Any]:
    answer = {
        "student": outcome.student_id,
        "slot": outcome.slot,
        "status": outcome.status,
        "value": outcome.value,
        "text": outcome.text,
    }
    more = {
        "sentence": outcome.sentence,
        "author": outcome.author,
        "at": outcome.at,
        "struck": outcome.struck,
    }
    return answer | {key: value for key, value in more.items() if value}


def _row(row: RowResult) -> dict[str, Any]:
    return {
        "student": row.student_id,
        "average": print_mark_cell(row.average),
        "provisional": print_mark_cell(row.provisional) if row.average is None else "",
        "year": print_mark_cell(row.year),
    }


@require_GET
@page("gradebook.view_marks")
def cell_history(
    request: HttpRequest,
    class_subject_id: int,
    term: int,
    student_id: int,
    slot: str,
    strand: int = 0,
) -> HttpResponse:
    """What happened to one cell, from the ledger: a fragment for the popover, or a page."""
    actor = actor_of(request)
    book, lines = queries.cell_history(
        actor, class_subject_id, _known_term(term), student_id, slot, strand=strand
    )
    label = book.slot_label(slot) if slot in book.slots else ""
    if not label:
        raise Http404
    context = {"book": book, "term": term, "lines": lines, "label": label}
    name = "parts/history" if _is_fragment(request) else "history"
    return render(request, f"gradebook/{name}.html", context)


@require_GET
@page("gradebook.view_marks")
def how_made(
    request: HttpRequest, class_subject_id: int, term: int, student_id: int
) -> HttpResponse:
    """Cách tính of one result: a fragment for the popover, or a page."""
    made = queries.how_it_was_made(
        actor_of(request), class_subject_id, _known_term(term), student_id, timezone.localdate()
    )
    if made is None:
        raise Http404
    context = {"made": made, "book": made.book, "term": term, "spoken_term": SPOKEN_TERMS[term]}
    name = "parts/how_made" if _is_fragment(request) else "how_made"
    return render(request, f"gradebook/{name}.html", context)
