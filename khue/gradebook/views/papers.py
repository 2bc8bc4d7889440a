"""In sổ: what may be printed, the files, and the books of a whole school."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import Actor, OutsidePlace, actor_of, explain, page
from khue.gradebook.queries import BookLine, readable_books, school_year_on
from khue.gradebook.services.papers import (
    PRINT_SCHOOL,
    Printed,
    own_order,
    print_class_book,
    print_class_list,
    print_class_table,
    print_teacher_book,
    start_school_books,
    take_order,
)
from khue.records.api import staff_of_account
from khue.timetable.api import my_classes
from kit.numbers import whole_number

VIEW = "gradebook.view_marks"
YEARS_SHOWN = 4
POINT_NAMES = ((1, "Giữa học kì I"), (2, "Cuối học kì I"), (3, "Giữa học kì II"), (4, "Cuối năm"))
PERIOD_NAMES = ((1, "Học kì I"), (2, "Học kì II"), (3, "Cả năm"))
LIST_NAMES = (
    ("len-lop", "Lên lớp"),
    ("danh-gia-lai", "Đánh giá lại"),
    ("ren-luyen-he", "Rèn luyện hè"),
    ("khong-len-lop", "Không lên lớp"),
    ("khen-thuong", "Khen thưởng"),
)


def pdf_answer(printed: Printed, kind: str = "application/pdf") -> HttpResponse:
    disposition = f'attachment; filename="{printed.name}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(printed.content, content_type=kind, headers=headers)


def _year(request: HttpRequest) -> int:
    this = school_year_on(timezone.localdate())
    asked = whole_number(request.GET.get("nam", ""), digits=4)
    return asked if asked and this - YEARS_SHOWN < asked <= this else this


@page(VIEW)
@require_safe
def prints(request: HttpRequest) -> HttpResponse:
    """What this person may print: classes with their lists, her own book, a whole school."""
    actor, year = actor_of(request), _year(request)
    classes = _classes(actor, readable_books(actor, year))
    this = school_year_on(timezone.localdate())
    context = {
        "year": year,
        "years": [this - back for back in range(YEARS_SHOWN)],
        "classes": classes,
        "schools": _schools(actor, classes),
        "own": bool(my_classes(actor, timezone.localdate())) and year == this,
        "lists": LIST_NAMES,
        "tables": {True: POINT_NAMES, False: PERIOD_NAMES},
    }
    return render(request, "gradebook/prints.html", context)


def _classes(actor: Actor, lines: list[BookLine]) -> list[dict[str, Any]]:
    """The classes of which every book may be read, once each."""
    found = groupby((line.book for line in lines), lambda book: book.class_id)
    books = [next(group) for _, group in found]
    return [
        {"id": one.class_id, "name": one.class_name, "school": one.school_name, "book": one}
        for one in books
        if explain(actor, VIEW, one.class_place) is None
    ]


def _schools(actor: Actor, classes: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """The schools whose books this person may print all at once."""
    books = {one["book"].school_id: one["book"] for one in classes}.values()
    return [
        (one.school_id, one.school_name)
        for one in books
        if explain(actor, PRINT_SCHOOL, one.school_path) is None
    ]


def _own_staff(actor: Actor) -> int | None:
    posts = staff_of_account(actor.account_id, timezone.localdate())
    return posts[0].id if posts else None


@page(VIEW)
@require_safe
def print_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """The book of a class as PDF."""
    return pdf_answer(
        print_class_book(actor=actor_of(request), now=timezone.now(), class_id=class_id)
    )


@page(VIEW)
@require_safe
def print_list(request: HttpRequest, class_id: int, listed: str) -> HttpResponse:
    """A list of Điều 12 to 15 as PDF."""
    actor, now = actor_of(request), timezone.now()
    return pdf_answer(print_class_list(actor=actor, now=now, class_id=class_id, listed=listed))


@page(VIEW)
@require_safe
def print_table(request: HttpRequest, class_id: int, period: int) -> HttpResponse:
    """The wide table of a class at a point, in a term or for the year, as PDF."""
    actor, now = actor_of(request), timezone.now()
    return pdf_answer(print_class_table(actor=actor, now=now, class_id=class_id, period=period))


@page(VIEW)
@require_safe
def print_mine(request: HttpRequest) -> HttpResponse:
    """The teacher's own book as PDF."""
    actor = actor_of(request)
    staff_id = _own_staff(actor)
    if staff_id is None:
        raise OutsidePlace(actor.account_id)
    return pdf_answer(print_teacher_book(actor=actor, now=timezone.now(), staff_id=staff_id))


@page(VIEW)
@require_safe
def print_teacher(request: HttpRequest, staff_id: int) -> HttpResponse:
    """The book of a teacher as PDF, as far as the reader may open its subjects."""
    actor = actor_of(request)
    return pdf_answer(print_teacher_book(actor=actor, now=timezone.now(), staff_id=staff_id))


@page(PRINT_SCHOOL)
@require_POST
def print_all(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Order the books of a whole school."""
    key = start_school_books(
        actor=actor_of(request), now=timezone.now(), school_id=school_id, year=year
    )
    return redirect("gradebook.printed", key)


@page(PRINT_SCHOOL)
@require_safe
def printed(request: HttpRequest, print_id: UUID) -> HttpResponse:
    """One's own order: how far it is, and where to fetch it."""
    order = own_order(actor_of(request), print_id, timezone.now())
    return render(request, "gradebook/printed.html", {"order": order})


@page(PRINT_SCHOOL)
@require_safe
def take_printed(request: HttpRequest, print_id: UUID) -> HttpResponse:
    """The archive of one's own order."""
    return pdf_answer(take_order(actor_of(request), print_id, timezone.now()), "application/zip")
