"""Gói mang theo: what a machine fetches while there is a line."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from khue.access.api import actor_of, page
from khue.offline.queries.packs import pack as make_pack
from khue.offline.queries.packs import takeable
from kit.numbers import whole_number


@require_GET
@never_cache
@page("offline.use")
def choices(request: HttpRequest) -> HttpResponse:
    """The books and classes that this person may take along."""
    return JsonResponse(takeable(actor_of(request), timezone.now()))


@require_GET
@never_cache
@page("offline.use")
def pack(request: HttpRequest) -> HttpResponse:
    """`?so=1,2&lop=3,4`: books and classes with all that is needed to write in them."""
    made = make_pack(
        actor_of(request),
        timezone.now(),
        _ids(request.GET.get("so", "")),
        _ids(request.GET.get("lop", "")),
    )
    return JsonResponse(made)


def _ids(text: str) -> list[int]:
    found = (whole_number(one) for one in text.split(",")[:200])
    return [one for one in dict.fromkeys(found) if one is not None]
