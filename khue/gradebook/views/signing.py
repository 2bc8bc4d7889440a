"""Trình ký sổ: what can be signed, who will sign in which order, and how far it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from khue.access.api import Actor, Refused, actor_of, explain, page
from khue.gradebook.queries import BookLine, my_teaching, readable_books, school_year_on
from khue.gradebook.services.signing import (
    HAND_IN,
    TABLE,
    WHOLE,
    Paper,
    book_states,
    hand_in_paper,
    open_book_signing,
    open_class_signing,
    print_subject_book,
    signing_of_class,
)
from khue.gradebook.services.signing_register import (
    REGISTER_VIEW,
    open_register_signing,
    print_register_of,
    register_states,
)
from khue.gradebook.views.papers import pdf_answer
from khue.organisations.api import schools_in_reach

VIEW = "gradebook.view_marks"
YEARS = 4


@page(HAND_IN)
@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """The classes whose papers this person may hand in, and her own books."""
    actor, year = actor_of(request), school_year_on(timezone.localdate())
    own = [line.book for line in my_teaching(actor, year) if line.book.slots]
    context = {
        "year": year,
        "classes": _classes(actor, readable_books(actor, year)),
        "books": book_states(own),
        "registers": _registers(actor),
    }
    return render(request, "gradebook/signing.html", context)


def _registers(actor: Actor) -> list[Any]:
    """The registers of the schools whose papers this person may hand in."""
    schools = schools_in_reach(actor, REGISTER_VIEW)
    mine = [one for one in schools if explain(actor, HAND_IN, one.path) is None]
    this = timezone.localdate().year
    return [(one, register_states(one.id, range(this, this - YEARS, -1))) for one in mine]


def _classes(actor: Actor, lines: list[BookLine]) -> list[Any]:
    """One book of each class of which everything may be read and handed in."""
    books = {line.book.class_id: line.book for line in lines}.values()
    return [
        one for one in books if not any(explain(actor, p, one.class_place) for p in (VIEW, HAND_IN))
    ]


@page(HAND_IN)
@require_safe
def signing_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """Every paper of a class, with its state and the way to hand it in."""
    held = signing_of_class(actor_of(request), class_id)
    return render(request, "gradebook/signing_class.html", {"held": held})


@page(HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in_class(request: HttpRequest, class_id: int, paper: str) -> HttpResponse:
    """Who will sign this paper of the class; then off it goes."""
    opened = open_class_signing(actor_of(request), class_id, paper, timezone.now())
    return _hand_in(request, opened, _preview(class_id, paper))


def _preview(class_id: int, paper: str) -> str:
    """The address of the same paper without signatures."""
    if paper == WHOLE:
        return reverse("gradebook.print_class", args=[class_id])
    if paper.startswith(TABLE):
        period = int(paper.removeprefix(TABLE))
        return reverse("gradebook.print_table", args=[class_id, period])
    return reverse("gradebook.print_list", args=[class_id, paper])


@page(HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in_book(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """Who will sign the book of this subject; then off it goes."""
    now = timezone.now()
    opened = open_book_signing(actor_of(request), class_subject_id, term, now)
    preview = reverse("gradebook.print_book", args=[class_subject_id, term])
    return _hand_in(request, opened, preview)


def _hand_in(request: HttpRequest, paper: Paper, preview: str) -> HttpResponse:
    if request.method == "POST":
        try:
            made = hand_in_paper(actor=actor_of(request), now=timezone.now(), paper=paper)
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, "Đã trình ký. Người ký đầu tiên thấy ở trang Chờ tôi ký.")
            return redirect("signing.document", made)
    return render(request, "gradebook/signing_paper.html", {"paper": paper, "preview": preview})


@page(HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in_register(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Who will sign the register of those who entered in a year."""
    opened = open_register_signing(actor_of(request), school_id, year, timezone.now())
    preview = reverse("gradebook.print_register", args=[school_id, year])
    return _hand_in(request, opened, preview)


@page("records.view_register")
@require_safe
def print_register(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Sổ đăng bộ of a year as PDF."""
    given = {"school_id": school_id, "year": year}
    return pdf_answer(print_register_of(actor=actor_of(request), now=timezone.now(), **given))


@page(VIEW)
@require_safe
def print_book(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """The book of one subject in one term as PDF."""
    given = {"class_subject_id": class_subject_id, "term": term}
    return pdf_answer(print_subject_book(actor=actor_of(request), now=timezone.now(), **given))
