"""Sổ theo dõi trẻ mầm non: the sheet of a stage, its saves, the stages, the five-year-olds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.queries.preschool import (
    five_year_olds,
    open_children,
    preschool_class,
    subject_of_child,
)
from khue.gradebook.queries.primary import cell_lines
from khue.gradebook.rules.child_stages import FIVE_YEARS, TERM_1, YEAR_END, Stage, child_columns
from khue.gradebook.services.preschool import (
    StagesNotKept,
    closed_children,
    enter_children,
    set_stages,
)
from khue.gradebook.sheets.preschool import completion_book
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.primary_rows import head_of, shown_rows
from khue.gradebook.views.primary_saving import answer_save
from kit.vietnamese import search_key


@require_GET
@page("gradebook.view_marks")
def children(request: HttpRequest, class_id: int, stage: int) -> HttpResponse:
    """A preschool class at a stage: written by its teacher, read by others."""
    actor = actor_of(request)
    shown = open_children(actor, class_id, stage, timezone.localdate())
    closed = closed_children(shown.sheet.facts, shown.stage)
    own = [one.name for one in shown.stages if one.number not in (TERM_1, YEAR_END)]
    context = {
        "shown": shown,
        "sheet": shown.sheet,
        "facts": shown.sheet.facts,
        "closed": closed,
        "writable": shown.sheet.refusal is None and not closed,
        "rows": shown_rows(shown.sheet),
        "head": head_of(shown.sheet),
        "account": actor.account_id,
        "own_names": "\n".join(own),
        "has_list": shown.sheet.facts.age_group == FIVE_YEARS,
    }
    return render(request, "gradebook/preschool.html", context)


@require_GET
@page("gradebook.view_marks")
def children_now(request: HttpRequest, class_id: int) -> HttpResponse:
    """The stage that comes next: the end of term I in autumn, of the year after."""
    today = timezone.localdate()
    open_children(actor_of(request), class_id, TERM_1, today)
    stage = TERM_1 if today.month >= 8 else YEAR_END
    return redirect("gradebook.children", class_id=class_id, stage=stage)


@require_POST
@page("gradebook.assess_pupils")
def save_children(request: HttpRequest, class_id: int, stage: int) -> HttpResponse:
    """Save some cells; the answer tells of each what became of it."""
    return answer_save(
        request,
        lambda wanted: enter_children(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            stage=stage,
            changes=wanted.changes,
            operation_id=wanted.operation,
        ),
    )


@require_GET
@page("gradebook.view_marks")
def child_history(
    request: HttpRequest, class_id: int, stage: int, student_id: int, slot: str
) -> HttpResponse:
    """What happened to one cell of a child."""
    shown = open_children(actor_of(request), class_id, stage, timezone.localdate())
    label, lines = cell_lines(shown.sheet, subject_of_child(class_id, stage, student_id), slot)
    if not label:
        raise Http404
    context = {"title": f"Lớp {shown.sheet.facts.name}", "lines": lines, "label": label}
    fragment = bool(request.headers.get("HX-Request"))
    name = "parts/primary_history" if fragment else "primary_history"
    return render(request, f"gradebook/{name}.html", context)


@require_POST
@page("gradebook.name_stages")
def name_stages(request: HttpRequest, class_id: int) -> HttpResponse:
    """Name the stages of the school of this class."""
    facts = preschool_class(class_id)
    try:
        set_stages(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=facts.school_id,
            year=facts.year,
            names=request.POST.get("names", "").splitlines(),
        )
    except StagesNotKept as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã lưu các giai đoạn đánh giá của trường.")
    return redirect("gradebook.children_now", class_id=class_id)


@require_GET
@page("gradebook.view_marks")
def completions(request: HttpRequest, class_id: int) -> HttpResponse:
    """Danh sách trẻ 5 tuổi hoàn thành chương trình giáo dục mầm non."""
    facts, lines = five_year_olds(actor_of(request), class_id, timezone.localdate())
    columns = child_columns(facts.age_group, facts.grades[0], Stage(YEAR_END, ""))[:-3]
    if request.GET.get("format") == "xlsx":
        name = search_key(facts.name).replace(" ", "-")
        return excel_response(completion_book(facts, lines, columns), f"hoan-thanh-{name}.xlsx")
    context = {"facts": facts, "lines": lines, "columns": columns}
    return render(request, "gradebook/preschool_completed.html", context)
