"""Học sinh chuyển đến, kiểm tra bù: what came along, what the office types, what still waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.forms.results import CarriedForm
from khue.gradebook.queries.result_arrivals import BRING, Arrival, Arrivals, arrivals_of_class
from khue.gradebook.queries.result_makeups import ENTER, makeups_of_book
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.bringing import (
    BringRefused,
    Brought,
    bring_marks,
    record_carried_results,
)
from khue.gradebook.services.cells import Saved
from khue.gradebook.services.results_makeups import close_makeups
from kit.numbers import whole_number


@require_http_methods(["GET", "POST"])
@page(ENTER)
def makeups(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """Assessments that wait for a make-up; those chosen become KP."""
    if term not in SPOKEN_TERMS:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        saved = close_makeups(
            actor=actor,
            now=now,
            class_subject_id=class_subject_id,
            term=term,
            only=_chosen(request),
        )
        _tell_makeups(request, saved)
        return redirect("gradebook.makeups", class_subject_id, term)
    book, waiting = makeups_of_book(actor, class_subject_id, term, timezone.localdate())
    context = {"book": book, "term": term, "waiting": waiting, "spoken_term": SPOKEN_TERMS[term]}
    return render(request, "gradebook/makeups.html", context)


def _chosen(request: HttpRequest) -> set[tuple[int, str]]:
    pairs = [one.partition(".") for one in request.POST.getlist("cells")]
    return {(whole_number(student) or 0, slot) for student, _, slot in pairs}


def _tell_makeups(request: HttpRequest, saved: Saved) -> None:
    done = sum(one.status == "saved" for one in saved.outcomes)
    refused = [one.sentence for one in saved.outcomes if one.status == "refused"]
    if done:
        messages.success(request, f"Đã ghi KP cho {done} lần đánh giá.")
    if refused:
        messages.error(request, refused[0])
    if not saved.outcomes:
        messages.warning(request, "Chưa chọn ô nào. Hãy chọn các lần không kiểm tra bù.")


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
    terms, books = pupil.finished_terms, found.books
    if request.method == "POST":
        return CarriedForm(request.POST, terms=terms, books=books)
    known = {one.subject_id: one for one in pupil.carried if one.term in pupil.finished_terms}
    values = {
        f"book-{book.id}": print_mark_cell(known[book.subject_id].value)
        for book in found.books
        if book.subject_id in known
    }
    first = next(iter(known.values()), None)
    source = {"from_school": first.from_school, "document": first.document} if first else {}
    return CarriedForm(initial={**values, **source}, terms=terms, books=books)


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
