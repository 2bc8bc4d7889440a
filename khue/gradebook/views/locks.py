"""Khóa sổ điểm: the page of a leader."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Actor, actor_of, page
from khue.gradebook.queries import (
    Count,
    SchoolPlace,
    progress_of_school,
    school_year_on,
    schools_to_lock,
    term_states,
)
from khue.gradebook.rules.slots import SPOKEN_TERMS, TERM_NAMES
from khue.gradebook.services import AlreadyLocked, NotLocked, lock_term, unlock_term


def _chosen(request: HttpRequest, schools: list[SchoolPlace]) -> SchoolPlace | None:
    wanted = request.GET.get("school", "")
    named = [one for one in schools if str(one.id) == wanted]
    return next(iter(named or schools), None)


@require_GET
@page("gradebook.lock_term")
def locks(request: HttpRequest) -> HttpResponse:
    """Both terms of this school year: open or closed, how far they have come."""
    actor, year = actor_of(request), school_year_on(timezone.localdate())
    schools = schools_to_lock(actor)
    school = _chosen(request, schools)
    if school is None:
        raise Http404
    context = {
        "year": year,
        "school": school,
        "schools": schools,
        "terms": term_states(actor, school.id, year),
        "counts": {term: _count(actor, school.id, year, term) for term in TERM_NAMES},
        "names": TERM_NAMES,
        "spoken": SPOKEN_TERMS,
    }
    return render(request, "gradebook/locks.html", context)


def _count(actor: Actor, school_id: int, year: int, term: int) -> Count:
    return progress_of_school(actor, school_id, year, term, timezone.now()).count


def _back(school_id: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('gradebook.locks')}?school={school_id}")


@require_POST
@page("gradebook.lock_term")
def close(request: HttpRequest, school_id: int, year: int, term: int) -> HttpResponse:
    """Close a term."""
    try:
        lock_term(
            actor=actor_of(request), now=timezone.now(), school_id=school_id, year=year, term=term
        )
        messages.success(request, f"Đã khóa sổ điểm {SPOKEN_TERMS[term]}.")
    except AlreadyLocked as trouble:
        messages.warning(request, str(trouble))
    return _back(school_id)


@require_POST
@page("gradebook.lock_term")
def reopen(request: HttpRequest, school_id: int, year: int, term: int) -> HttpResponse:
    """Open a closed term again, with a reason."""
    reason = request.POST.get("reason", "").strip()[:500]
    if len(reason) < 3:
        messages.error(request, "Chưa mở sổ vì thiếu lý do. Hãy ghi lý do để lưu vào lịch sử.")
        return _back(school_id)
    try:
        unlock_term(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=school_id,
            year=year,
            term=term,
            reason=reason,
        )
        messages.success(request, f"Đã mở sổ điểm {SPOKEN_TERMS[term]}.")
    except NotLocked as trouble:
        messages.warning(request, str(trouble))
    return _back(school_id)
