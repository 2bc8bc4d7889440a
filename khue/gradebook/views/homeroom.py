"""Tổng hợp của giáo viên chủ nhiệm: the classes, the page of a class, its saves and popovers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, explain, page
from khue.gradebook.forms import SaveUnreadable
from khue.gradebook.forms.cells import CellsRequest, read_cells, summary_change
from khue.gradebook.forms.evidence import KINDS, EvidenceForm
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.homeroom import (
    VIEW,
    WRITE,
    YEAR,
    Summary,
    evidence_of,
    open_class,
    open_summary,
    summary_classes,
)
from khue.gradebook.queries.homeroom_made import how_decided
from khue.gradebook.rules.summaries import level_symbol
from khue.gradebook.services.absences import follows_attendance
from khue.gradebook.services.evidence import EvidenceRefused, note_evidence, withdraw_evidence
from khue.gradebook.services.states import class_closed_sentence
from khue.gradebook.services.summaries import (
    SummaryOutcome,
    subject_of_summary,
    write_summary,
)
from khue.gradebook.sheets.lists import summary_book
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.summary_rows import followed, shown_lines
from khue.gradebook.views.working_year import year_of
from khue.ledger.api import history_of
from kit.vietnamese import search_key

# Lower levels are summed up on pages of their own.
OTHERS = {"01": "gradebook.children_now", "02": "gradebook.primary_class_now"}
OVERVIEW = "gradebook.view_overview"
PERIODS = {1: "Học kì I", 2: "Học kì II", 3: "Cả năm"}
SOMEBODY_ELSE = (
    "Trang này được mở bằng tài khoản khác nên chưa lưu được."
    " Hãy đăng nhập lại bằng tài khoản đã mở trang."
)


def _period(request: HttpRequest) -> int:
    wanted = request.GET.get("term", "")
    if wanted in {"1", "2", "3"}:
        return int(wanted)
    month = timezone.localdate().month
    return 1 if month >= 8 or month == 1 else YEAR if month in {5, 6, 7} else 2


@require_GET
@page(VIEW)
def homerooms(request: HttpRequest) -> HttpResponse:
    """The classes whose summaries I write, then those that I may read."""
    actor, this_year = actor_of(request), school_year_on(timezone.localdate())
    year = year_of(request, this_year)
    lines = summary_classes(actor, year)
    if len(lines) == 1 and "year" not in request.GET:
        return redirect("gradebook.homeroom", lines[0].card.id)
    context = {
        "year": year,
        "lines": lines,
        "years": [this_year - back for back in range(3)],
        "schools": len({one.card.school_id for one in lines}),
    }
    return render(request, "gradebook/homerooms.html", context)


@require_GET
@page(VIEW)
def homeroom(request: HttpRequest, class_id: int) -> HttpResponse:
    """Bảng tổng hợp of a class for a term or the year."""
    actor, period = actor_of(request), _period(request)
    summary = open_summary(actor, class_id)
    if not summary.is_secondary:
        return redirect(OTHERS[summary.results.level], class_id)
    return render(request, "gradebook/homeroom.html", _context(actor, summary, period))


def _context(actor: Actor, summary: Summary, period: int) -> dict[str, Any]:
    results = summary.results
    refusal = explain(actor, WRITE, results.place)
    closed = class_closed_sentence(results.class_id, min(period, 2), timezone.now())
    return {
        "summary": summary,
        "results": results,
        "period": period,
        "periods": PERIODS,
        "refusal": refusal,
        "closed": closed,
        "writable": refusal is None and not closed,
        "follows": follows_attendance(results.school_id, results.year),
        "lines": shown_lines(summary, period),
        "account": actor.account_id,
        "symbol": level_symbol,
        "steps": explain(actor, OVERVIEW, results.place) is None,
    }


@require_POST
@page(WRITE)
def save_summary(request: HttpRequest, class_id: int) -> HttpResponse:
    """Save some cells; the answer tells of each what became of it, and what follows."""
    try:
        wanted, changes = read_changes(request)
    except SaveUnreadable as unreadable:
        return JsonResponse({"error": str(unreadable)}, status=400)
    actor = actor_of(request)
    if wanted.account not in (None, actor.account_id):
        return JsonResponse({"error": SOMEBODY_ELSE}, status=409)
    outcomes = write_summary(
        actor=actor,
        now=timezone.now(),
        class_id=class_id,
        changes=changes,
        operation_id=wanted.operation,
    )
    pupils = {one.student_id for one in outcomes if one.status == "saved"}
    follows = followed(open_summary(actor, class_id), pupils) if pupils else {}
    return JsonResponse({"cells": [_told(one) for one in outcomes], "follows": follows})


def read_changes(request: HttpRequest) -> tuple[CellsRequest, Any]:
    """What the page sent; a form that was sent instead is not a save."""
    body = request.body if request.content_type == "application/json" else b""
    wanted = read_cells(body)
    return wanted, wanted.changes(summary_change)


def _told(one: SummaryOutcome) -> dict[str, str]:
    key = f"{one.student_id}:{one.field}"
    return {"key": key, "status": one.status, "text": one.text, "sentence": one.sentence}


@require_GET
@page(VIEW)
def how_level_was_made(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Cách tính of a level, the decision and the title; a part of a page for its dialog."""
    made = how_decided(actor_of(request), class_id, student_id, _period(request))
    fragment = bool(request.headers.get("HX-Request"))
    name = "homeroom_made_part" if fragment else "homeroom_made"
    return render(
        request, f"gradebook/{name}.html", {"made": made, "results": made.summary.results}
    )


@require_http_methods(["GET", "POST"])
@page(VIEW)
def evidence(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Ghi nhận of a pupil beside the conduct: read, added by the homeroom teacher."""
    actor = actor_of(request)
    form = EvidenceForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            note_evidence(
                actor=actor,
                now=timezone.now(),
                class_id=class_id,
                student_id=student_id,
                **form.cleaned_data,
            )
            form = EvidenceForm(initial={"day": timezone.localdate()})
        except EvidenceRefused as refused:
            form.add_error("day" if refused.key == "DAY" else "text", str(refused))
    return _evidence_page(request, actor, class_id, student_id, form)


def _evidence_page(
    request: HttpRequest, actor: Actor, class_id: int, student_id: int, form: EvidenceForm
) -> HttpResponse:
    summary = open_summary(actor, class_id)
    pupil = summary.results.pupil(student_id)
    if pupil is None:
        raise Http404
    context = {
        "results": summary.results,
        "pupil": pupil,
        "lines": evidence_of(actor, class_id, student_id),
        "kinds": dict(KINDS),
        "form": form,
        "why_not": explain(actor, WRITE, summary.results.place),
        "history": history_of(subject_of_summary(class_id, student_id), limit=30),
    }
    name = "homeroom_notes_part" if request.headers.get("HX-Request") else "homeroom_notes"
    return render(request, f"gradebook/{name}.html", context)


@require_POST
@page(WRITE)
def remove_evidence(request: HttpRequest, class_id: int, evidence_id: int) -> HttpResponse:
    """Withdraw a note; it stays, struck out."""
    actor = actor_of(request)
    student_id = withdraw_evidence(
        actor=actor, now=timezone.now(), class_id=class_id, evidence_id=evidence_id
    )
    if request.headers.get("HX-Request"):
        form = EvidenceForm(initial={"day": timezone.localdate()})
        return _evidence_page(request, actor, class_id, student_id, form)
    return redirect("gradebook.evidence", class_id, student_id)


@require_GET
@page(VIEW)
def export_summary(request: HttpRequest, class_id: int) -> HttpResponse:
    """Bảng tổng hợp as an Excel file."""
    actor = actor_of(request)
    card = open_class(actor, class_id)
    content = summary_book(open_summary(actor, class_id))
    name = search_key(card.name).replace(" ", "-")
    return excel_response(content, f"tong-hop-lop-{name}-{card.year}.xlsx")
