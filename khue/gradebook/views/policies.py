"""Lựa chọn về đánh giá: the page of a department and of a school."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.policies import VIEW, policy_page, policy_places
from khue.gradebook.rules.policies import UnknownPolicy
from khue.gradebook.services.policies import PolicyRefused, set_policy
from kit.numbers import whole_number


@require_GET
@page(VIEW)
def policies(request: HttpRequest) -> HttpResponse:
    """Begin where the viewer stands."""
    places = policy_places(actor_of(request))
    if not places:
        raise Http404
    return HttpResponseRedirect(reverse("gradebook.policies_of", args=[places[0].id]))


@require_GET
@page(VIEW)
def policies_of(request: HttpRequest, node_id: int) -> HttpResponse:
    """Every choice with what holds now, who decided it and from when."""
    this_year = school_year_on(timezone.localdate())
    year = whole_number(request.GET.get("nam", "")) or this_year
    years = [this_year, this_year + 1]
    if year not in years:
        year = this_year
    found = policy_page(actor_of(request), node_id, year)
    return render(request, "gradebook/policies.html", {"found": found, "years": years})


@require_POST
@page(VIEW)
def choose(request: HttpRequest, node_id: int) -> HttpResponse:
    """Decide one choice from a school year on."""
    given = request.POST
    key, subject = given.get("key", ""), given.get("subject", "")
    year = whole_number(given.get("year", "")) or 0
    try:
        ordered = set_policy(
            actor=actor_of(request),
            now=timezone.now(),
            organisation_id=node_id,
            key=f"{key}:{whole_number(subject)}" if subject else key,
            from_year=year,
            value=given.get("value", ""),
        )
        messages.success(request, _done(ordered))
    except UnknownPolicy:
        raise Http404 from None
    except PolicyRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{reverse('gradebook.policies_of', args=[node_id])}?nam={year}")


def _done(schools: int) -> str:
    if not schools:
        return "Đã lưu lựa chọn."
    return f"Đã lưu lựa chọn. Kết quả của {schools} trường đang được tính lại."
