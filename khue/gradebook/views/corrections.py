"""Đề nghị sửa điểm: the dialog beside a cell, and the page where requests are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, page
from khue.gradebook.forms.corrections import CorrectionForm
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.corrections import (
    VIEW,
    CorrectionLine,
    OpenCell,
    corrections_of,
    open_cell,
)
from khue.gradebook.services.corrections import (
    CorrectionRefused,
    Wish,
    ask_correction,
    consent_correction,
    refuse_correction,
    verify_correction,
    withdraw_correction,
)
from kit.vietnamese import search_key

TABS: dict[str, tuple[str, Callable[[CorrectionLine], bool]]] = {
    "": ("Chờ tôi trả lời", lambda line: line.waits),
    "dang-cho": ("Đang chờ", lambda line: line.is_open),
    "cua-toi": ("Tôi đề nghị", lambda line: line.person.account_id == line.asked_by_id),
    "lich-su": ("Đã xong", lambda line: not line.is_open),
}
ANSWERS: dict[str, Callable[..., bool]] = {
    "xac-nhan": verify_correction,
    "dong-y": consent_correction,
}
ANSWERS_WITH_REASON: dict[str, Callable[..., bool]] = {
    "tu-choi": refuse_correction,
    "rut": withdraw_correction,
}
DONE = {
    "xac-nhan": "Đã xác nhận đề nghị.",
    "dong-y": "Đã đồng ý; điểm đã được sửa.",
    "tu-choi": "Đã từ chối đề nghị; điểm giữ nguyên.",
    "rut": "Đã rút đề nghị; điểm giữ nguyên.",
}
ALREADY = "Đề nghị này đã được trả lời trước đó; không có gì thay đổi."


@require_http_methods(["GET", "POST"])
@page("gradebook.ask_correction")
def ask(
    request: HttpRequest, class_subject_id: int, term: int, student_id: int, slot: str
) -> HttpResponse:
    """The dialog of one cell: a fragment in the grid's popover, or a page."""
    actor = actor_of(request)
    cell = open_cell(actor, class_subject_id, term, student_id, slot, timezone.localdate())
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm()
    if request.method == "POST" and form.is_valid() and _ask(actor, cell, form):
        messages.success(request, "Đã gửi đề nghị sửa điểm. Giáo viên chủ nhiệm sẽ xác nhận.")
        return HttpResponseRedirect(reverse("gradebook.grid", args=[class_subject_id, term]))
    context = {"cell": cell, "book": cell.book, "term": term, "form": form}
    name = "parts/corrections_ask" if request.headers.get("HX-Request") else "corrections_ask"
    return render(request, f"gradebook/{name}.html", context)


def _ask(actor: Actor, cell: OpenCell, form: CorrectionForm) -> bool:
    given = form.cleaned_data
    wish = Wish(
        cell.book.id,
        cell.term,
        cell.student_id,
        cell.slot,
        given["base"],
        given["text"],
        given["reason"],
    )
    try:
        ask_correction(actor=actor, now=timezone.now(), wish=wish)
    except CorrectionRefused as refused:
        form.refuse(str(refused))
        return False
    return True


@require_GET
@page(VIEW)
def corrections(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I asked for, what became of the rest."""
    today = timezone.localdate()
    year = school_year_on(today)
    lines = corrections_of(actor_of(request), year, today)
    tab = request.GET.get("muc", "")
    tab = tab if tab in TABS else ""
    wanted = search_key(request.GET.get("q", ""))
    context = {
        "year": year,
        "tab": tab,
        "tabs": [(key, name, _count(lines, key)) for key, (name, _) in TABS.items()],
        "query": request.GET.get("q", ""),
        "lines": [
            line
            for line in lines
            if TABS[tab][1](line) and wanted in search_key(f"{line.cell} {line.pupil}")
        ],
    }
    return render(request, "gradebook/corrections.html", context)


def _count(lines: list[CorrectionLine], key: str) -> int:
    return sum(1 for line in lines if TABS[key][1](line))


@require_POST
@page(VIEW)
def answer(request: HttpRequest, correction_id: int, step: str) -> HttpResponse:
    """Verify, consent, refuse or withdraw one request."""
    given: dict[str, Any] = {"now": timezone.now(), "correction_id": correction_id}
    if step in ANSWERS_WITH_REASON:
        given["reason"] = request.POST.get("reason", "")
    elif step not in ANSWERS:
        raise Http404
    call = {**ANSWERS, **ANSWERS_WITH_REASON}[step]
    try:
        done = call(actor=actor_of(request), **given)
        messages.info(request, DONE[step] if done else ALREADY)
    except CorrectionRefused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("gradebook.corrections"))
