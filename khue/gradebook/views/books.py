"""Sổ điểm: the books that a person may open."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from khue.access.api import Actor, actor_of, page
from khue.gradebook.queries import (
    BookLine,
    Count,
    book_lines,
    books_of_class,
    readable_books,
    school_year_on,
    term_on,
)
from khue.gradebook.queries.preschool import preschool_classes
from khue.gradebook.queries.primary_year import class_facts
from kit.vietnamese import search_key


def by_class(lines: list[BookLine]) -> list[dict[str, Any]]:
    """Lines of one class together, with the sum of each term."""
    return [
        {
            "class_id": key[0],
            "name": key[1],
            "school": key[2],
            "lines": found,
            "sums": {term: sum((one.terms[term] for one in found), Count()) for term in (1, 2)},
        }
        for key, group in groupby(lines, _class_of)
        if (found := list(group))
    ]


def _class_of(line: BookLine) -> tuple[int, str, str]:
    return line.book.class_id, line.book.class_name, line.book.school_name


def _term(lines: list[BookLine]) -> int:
    if not lines:
        return 1
    book = lines[0].book
    return term_on(book.province_id, book.year, timezone.localdate())


def _wanted(lines: list[BookLine], text: str) -> list[BookLine]:
    wanted = search_key(text)
    return [one for one in lines if wanted in search_key(f"{one.book.title} {one.book.short_name}")]


@page("gradebook.view_marks")
def my_books(request: HttpRequest) -> HttpResponse:
    """The books I write in first, then those that I may read, class by class."""
    actor, year = actor_of(request), school_year_on(timezone.localdate())
    lines = readable_books(actor, year)
    text = request.GET.get("q", "")
    found = _wanted(lines, text)
    context = {
        "preschool": preschool_classes(actor, year) if not text else [],
        "year": year,
        "term": _term(lines),
        "query": text,
        "any": bool(lines),
        "mine": [line for line in found if line.writable],
        "classes": by_class([line for line in found if not line.writable]),
        "schools": len({line.book.school_id for line in lines}),
    }
    return render(request, "gradebook/my_books.html", context)


@page("gradebook.view_marks")
def class_books(request: HttpRequest, class_id: int) -> HttpResponse:
    """Every book of one class, for its homeroom teacher and the leaders."""
    if class_facts(class_id).is_preschool:
        return redirect("gradebook.children_now", class_id=class_id)
    return _class_page(request, actor_of(request), class_id)


def _class_page(request: HttpRequest, actor: Actor, class_id: int) -> HttpResponse:
    lines = [one for one in book_lines(actor, books_of_class(actor, class_id)) if one.book.is_kept]
    context = {"group": by_class(lines)[0] if lines else None, "term": _term(lines)}
    return render(request, "gradebook/class_books.html", context)
