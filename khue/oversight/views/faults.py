"""Lỗi dữ liệu của một trường: every fault, about whom, what to do, whom to call."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import Actor, actor_of, explain, page
from khue.oversight.permissions import FAULTS, VIEW
from khue.oversight.queries.school_faults import faults_of_school, first_school
from khue.oversight.rules.faults import KINDS, Fault, counts_of
from khue.oversight.sheets.lists import faults_book
from khue.oversight.views.common import excel, today

MOST_OF_A_KIND = 200
# Where a fault is mended, and what one must be allowed for it.
DOORS = {
    "pupil": ("records.student", "records.view_student"),
    "class": ("organisations.class", "organisations.view_school"),
    "staff": ("records.staff", "records.view_staff"),
    "school": ("organisations.school", "organisations.view_school"),
}


@require_GET
@page(FAULTS)
def own_faults(request: HttpRequest) -> HttpResponse:
    """The faults of one's own school."""
    school = first_school(actor_of(request))
    if school is None:
        raise Http404
    return HttpResponseRedirect(reverse("oversight.faults", args=[school.id]))


@require_GET
@page(FAULTS)
def faults(request: HttpRequest, school_id: int) -> HttpResponse:
    """Every fault of a school as it is now, kind by kind, the grave ones first."""
    actor = actor_of(request)
    found = faults_of_school(actor, school_id, today())
    counts = counts_of(found.checked.faults)
    order = sorted(counts, key=lambda kind: (not KINDS[kind].grave, -counts[kind]))
    context: dict[str, Any] = {
        "found": found,
        "counts": counts,
        "groups": [(KINDS[kind], _of_kind(found.checked.faults, kind)) for kind in order],
        "most": MOST_OF_A_KIND,
        "doors": {
            kind.whose: _door(actor, found.school.path, kind.whose) for kind in KINDS.values()
        },
        "now": timezone.now(),
        "officer": explain(actor, VIEW, found.school.path) is None,
    }
    return render(request, "oversight/faults.html", context)


def _of_kind(faults: tuple[Fault, ...], kind: str) -> list[Fault]:
    return [one for one in faults if one.kind == kind]


def _door(actor: Actor, path: str, whose: str) -> str:
    """The route to files of this sort; nothing where this person may not open them."""
    route, permission = DOORS.get(whose, ("", ""))
    return route if route and explain(actor, permission, path) is None else ""


@require_GET
@page(FAULTS)
def faults_excel(request: HttpRequest, school_id: int) -> HttpResponse:
    """The same as a workbook."""
    found = faults_of_school(actor_of(request), school_id, today())
    content = faults_book(found.school.name, found.checked.faults)
    return excel(content, f"loi-du-lieu-{school_id}.xlsx")
