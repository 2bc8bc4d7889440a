"""Bảng tổng hợp of a primary class: read, printed, taken along; recognition and decisions."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, explain, page
from khue.gradebook.queries.primary import has_unfinished, point_on, primary_class
from khue.gradebook.queries.primary_summary import how_primary_was_made, open_summary
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.primary import AGAIN, SHORT_NAMES, SPOKEN, YEAR_END
from khue.gradebook.rules.year_reasons import DECISIONS
from khue.gradebook.services.deciding import DECIDE, DecisionRefused, decide_outcome
from khue.gradebook.services.primary_closing import closed_qualities
from khue.gradebook.services.primary_recognising import RecognitionClosed, recognise_pupils
from khue.gradebook.sheets.primary import primary_summary_book
from khue.gradebook.views.answers import excel_response
from kit.numbers import whole_number
from kit.vietnamese import search_key


def _of_year(point: int) -> int:
    if point not in SPOKEN or point == AGAIN:
        raise Http404
    return point


@require_GET
@page("gradebook.view_marks")
def primary_class_now(request: HttpRequest, class_id: int) -> HttpResponse:
    """The summary at the point that comes next by the calendar."""
    facts = primary_class(class_id)
    today = timezone.localdate()
    open_summary(actor_of(request), class_id, 1, today)
    return redirect("gradebook.primary_summary", class_id=class_id, point=point_on(facts, today))


@require_GET
@page("gradebook.view_marks")
def primary_summary(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """The whole table of a class at a point."""
    actor, today = actor_of(request), timezone.localdate()
    summary = open_summary(actor, class_id, _of_year(point), today)
    facts = summary.facts
    writes = summary.refusal is None and not closed_qualities(facts, YEAR_END, timezone.now())
    context = {
        "summary": summary,
        "facts": facts,
        "point": point,
        "points": [(one, name) for one, name in SHORT_NAMES.items() if one != AGAIN],
        "spoken": SPOKEN[point],
        "shown": print_cell,
        "recognises": writes and point == YEAR_END,
        "decides": explain(actor, DECIDE, facts.place) is None,
        "decisions": [(one.value, one.name_vi) for one in DECISIONS],
        "unfinished": point == YEAR_END and has_unfinished(facts),
    }
    return render(request, "gradebook/primary_summary.html", context)


@require_GET
@page("gradebook.view_marks")
def export_primary_summary(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """The same table as an Excel file."""
    summary = open_summary(actor_of(request), class_id, _of_year(point), timezone.localdate())
    name = search_key(summary.facts.name).replace(" ", "-")
    return excel_response(primary_summary_book(summary), f"tong-hop-lop-{name}-{point}.xlsx")


@require_GET
@page("gradebook.view_marks")
def primary_made(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Cách đánh giá of one pupil's year: a fragment for the popover, or a page."""
    made = how_primary_was_made(actor_of(request), class_id, student_id, timezone.localdate())
    if made is None:
        raise Http404
    fragment = bool(request.headers.get("HX-Request"))
    name = "parts/primary_made" if fragment else "primary_made"
    return render(request, f"gradebook/{name}.html", {"made": made, "facts": made.facts})


def _back(class_id: int) -> HttpResponseRedirect:
    address = reverse("gradebook.primary_summary", args=[class_id, YEAR_END])
    return HttpResponseRedirect(f"{address}#ca-nam")


@require_POST
@page("gradebook.assess_pupils")
def recognise(request: HttpRequest, class_id: int) -> HttpResponse:
    """Note which pupils the class recognises."""
    wanted = {whole_number(one) for one in request.POST.getlist("ids")} - {None}
    try:
        moved = recognise_pupils(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            student_ids={one for one in wanted if one is not None},
        )
    except RecognitionClosed as closed:
        messages.error(request, str(closed))
    else:
        messages.success(request, f"Đã ghi công nhận của lớp, {moved} học sinh thay đổi.")
    return _back(class_id)


@require_POST
@page(DECIDE)
def decide_primary(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """The principal's decision on a pupil who has not completed the grade after help."""
    try:
        decide_outcome(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=primary_class(class_id).id,
            student_id=student_id,
            decision=request.POST.get("decision", ""),
            reason=request.POST.get("reason", ""),
        )
    except DecisionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã ghi quyết định của hiệu trưởng.")
    return _back(class_id)
