"""Học sinh chuyển đến của một lớp: what came along, and what the office types."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.forms.results import CarriedForm
from khue.gradebook.queries.result_arrivals import BRING, Arrival, Arrivals, arrivals_of_class
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.bringing import (
    BringRefused,
    Brought,
    bring_marks,
    record_carried_results,
)


@require_GET
@page(BRING)
def arrivals(request: HttpRequest, class_id: int) -> HttpResponse:
    """Pupils who came after the year began, each with what may be brought along."""
    found = arrivals_of_class(actor_of(request), class_id)
    context = {"found": found, "spoken": SPOKEN_TERMS, "shown": print_mark_cell}
    return render(request, "gradebook/arrivals.html", context)


@require_POST
@page(BRING)
def bring(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Bring the marks of one pupil along from the former class."""
    try:
        done = bring_marks(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            student_id=student_id,
        )
        messages.success(request, _told(done))
    except BringRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("gradebook.arrivals", args=[class_id]))


def _told(done: Brought) -> str:
    closed = ""
    if done.closed:
        closed = f" Sổ đã chốt nên chưa nhận điểm: {', '.join(done.closed)}."
    return f"Đã nhận {done.marks} điểm, {done.results} kết quả học kì.{closed}"


@require_http_methods(["GET", "POST"])
@page(BRING)
def carried(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Results of a finished term of a school outside the platform."""
    found = arrivals_of_class(actor_of(request), class_id, [student_id])
    if not found.pupils or not found.pupils[0].finished_terms:
        raise Http404
    pupil = found.pupils[0]
    form = _form(request, found, pupil)
    if request.method == "POST" and form.is_valid() and _record(request, class_id, pupil, form):
        messages.success(request, "Đã ghi kết quả của trường cũ.")
        return HttpResponseRedirect(reverse("gradebook.arrivals", args=[class_id]))
    context = {"found": found, "pupil": pupil, "form": form}
    return render(request, "gradebook/carried.html", context)


def _form(request: HttpRequest, found: Arrivals, pupil: Arrival) -> CarriedForm:
    given = {"terms": pupil.finished_terms, "books": found.books}
    if request.method == "POST":
        return CarriedForm(request.POST, **given)
    known = {one.subject_id: one for one in pupil.carried if one.term in pupil.finished_terms}
    values = {
        f"book-{book.id}": print_mark_cell(known[book.subject_id].value)
        for book in found.books
        if book.subject_id in known
    }
    first = next(iter(known.values()), None)
    source = {"from_school": first.from_school, "document": first.document} if first else {}
    return CarriedForm(initial={**values, **source}, **given)


def _record(request: HttpRequest, class_id: int, pupil: Arrival, form: CarriedForm) -> bool:
    given = form.cleaned_data
    try:
        record_carried_results(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=class_id,
            student_id=pupil.student_id,
            term=given["term"],
            typed=form.typed,
            from_school=given["from_school"],
            document=given["document"],
        )
    except BringRefused as refusal:
        form.refuse(str(refusal), refusal.field)
        return False
    return True
