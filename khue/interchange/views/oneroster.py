"""OneRoster 1.2 over REST: rostering and gradebook, for what the model has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from khue.access.api import OutsidePlace, Refused, public
from khue.interchange.queries.oneroster_parts import Asked, Listed, SortedTooDeep, listed
from khue.interchange.queries.oneroster_resources import BELOW, RESOURCES, Below, Resource
from khue.interchange.queries.running_year import running_year
from khue.interchange.rules.filters import Filter, FilterUnreadable, read_filter
from khue.interchange.rules.oneroster import (
    GRADEBOOK,
    LARGEST,
    PAGE,
    TROUBLES,
    only,
    trouble_body,
)
from khue.interchange.rules.scopes import DEMOGRAPHICS
from khue.interchange.services.reading_log import note_sensitive
from khue.interchange.views.door import for_programs, program_of, read_of
from kit.dates import vietnam_day
from kit.numbers import whole_number


class WronglyAsked(Exception):
    """The request cannot be understood; the key says which trouble it is."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.key, self.detail = key, detail


def trouble(key: str, *, headers: dict[str, str] | None = None, detail: str = "") -> HttpResponse:
    """The answer to a request that cannot be served, in the frame of OneRoster."""
    told = {"ensure_ascii": False}
    return JsonResponse(
        trouble_body(key, detail),
        status=TROUBLES[key].status,
        headers=headers,
        json_dumps_params=told,
    )


def _answer(request: HttpRequest, resource: Resource, pinned: dict[str, str]) -> HttpResponse:
    """A list: a window on all records that the conditions leave."""
    limit, offset = _window(request)
    asked, fields = _asked(request, resource, pinned), _fields(request, resource)
    found = listed(resource.parts(asked), asked, limit=limit, offset=offset)
    _noted(request, resource, found)
    headers = read_of(request).headers
    headers["X-Total-Count"] = str(found.total)
    headers["Link"] = _links(request, found.total, limit, offset)
    return _json({resource.plural: [only(one, fields) for one in found.items]})


def _json(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _one(request: HttpRequest, resource: Resource, sourced_id: UUID) -> HttpResponse:
    fields = _fields(request, resource)
    found = _found(request, resource, {"sourcedId": str(sourced_id)})
    _noted(request, resource, found)
    return _json({resource.singular: only(found.items[0], fields)})


def _found(request: HttpRequest, resource: Resource, pinned: dict[str, str]) -> Listed:
    """The one record of an id. Raises OutsidePlace."""
    asked = _plainly(request, resource, pinned)
    found = listed(resource.parts(asked), asked, limit=1, offset=0)
    if not found.items:
        raise OutsidePlace(pinned)
    return found


def _noted(request: HttpRequest, resource: Resource, found: Listed) -> None:
    read_of(request).records.update(found.records)
    if DEMOGRAPHICS in resource.scopes and found.students:
        note_sensitive(
            program=program_of(request),
            now=timezone.now(),
            students=found.students,
            fields="dân tộc, quốc tịch, nơi sinh (qua OneRoster)",
        )


def _window(request: HttpRequest) -> tuple[int, int]:
    limit = whole_number(request.GET.get("limit", str(PAGE)))
    offset = whole_number(request.GET.get("offset", "0"))
    if limit is None or offset is None or not 1 <= limit <= LARGEST or offset < 0:
        raise WronglyAsked("paging-invalid")
    return limit, offset


def _fields(request: HttpRequest, resource: Resource) -> frozenset[str]:
    """The chosen fields; a name that no record has is refused aloud."""
    asked = request.GET.get("fields")
    names = frozenset() if asked is None else frozenset(one.strip() for one in asked.split(","))
    strange = sorted(names - resource.tells)
    if strange:
        raise WronglyAsked("fields-invalid", strange[0][:60])
    return names


def _plainly(request: HttpRequest, resource: Resource, pinned: dict[str, str]) -> Asked:
    """What the address says, without filter or order."""
    now, actor = timezone.now(), program_of(request).actor
    today = vietnam_day(now)
    return Asked(actor, today, now, running_year(actor, resource.scopes, today), pinned)


def _asked(request: HttpRequest, resource: Resource, pinned: dict[str, str]) -> Asked:
    plain = _plainly(request, resource, pinned)
    falling = {"": False, "asc": False, "desc": True}.get(request.GET.get("orderBy", ""))
    if falling is None:
        raise WronglyAsked("sort-invalid")
    wanted = request.GET.get("sort", "")
    # As the standard says: whoever sorts by what does not exist gets the order of the house.
    sort = wanted if wanted in resource.sorts else ""
    asked = (_filter(request, resource), sort, falling)
    return Asked(plain.actor, plain.today, plain.now, plain.year, pinned, *asked)


def _filter(request: HttpRequest, resource: Resource) -> Filter:
    read = read_filter(request.GET.get("filter", ""))
    for one in read.conditions:
        if one.field not in resource.narrows:
            raise WronglyAsked("filter-invalid", one.field)
    return read


def _links(request: HttpRequest, total: int, limit: int, offset: int) -> str:
    """Where the other windows are: first, previous, next, last."""
    last = max(total - 1, 0) // limit * limit
    places = {"first": 0, "last": last}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(offset - limit, 0)
    return ", ".join(
        f'<{_address(request, limit, place)}>; rel="{name}"' for name, place in places.items()
    )


def _address(request: HttpRequest, limit: int, offset: int) -> str:
    asked = {**request.GET.dict(), "limit": limit, "offset": offset}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")


def _kindly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals in the frame of OneRoster, whatever raised them."""

    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET":
            return trouble("method-not-allowed", headers={"Allow": "GET"})
        try:
            return view(request, *args, **kwargs)
        except WronglyAsked as wrong:
            return trouble(wrong.key, detail=wrong.detail)
        except FilterUnreadable as unreadable:
            return trouble("filter-invalid", detail=str(unreadable)[:60])
        except SortedTooDeep:
            return trouble("sort-too-deep")
        except (OutsidePlace, Refused):
            return trouble("not-found")

    return handle


def oneroster_patterns() -> list[URLPattern]:
    """The addresses of both services behind the door."""
    found = []
    for resource in RESOURCES.values():
        found.append(_route(f"{resource.base}/{resource.plural}", resource, resource.plural))
        single = f"{resource.base}/{resource.plural}/{{sourced_id}}"
        found.append(_route(single, resource, f"one_{resource.plural}"))
    for below in BELOW:
        words = [*(plural for plural, _ in below.above), below.plural]
        service = below.base.split("/")[3]
        name = f"{service}_{'_'.join(words)}"
        found.append(_route(below.address, RESOURCES[below.plural], name, below=below))
    return [*found, path("ims/<path:rest>", nothing_here)]


def _route(
    address: str, resource: Resource, name: str, *, below: Below | None = None
) -> URLPattern:
    def view(request: HttpRequest, **ids: UUID) -> HttpResponse:
        if below is not None:
            return _answer(request, resource, _pinned(request, below, list(ids.values())))
        if ids:
            return _one(request, resource, ids["sourced_id"])
        return _answer(request, resource, {})

    guard = for_programs(resource.scopes, _logged(address), refuse=trouble)
    guarded: Callable[..., HttpResponse] = guard(_kindly(view))
    route = address[1:].replace("{", "<uuid:").replace("}", ">")
    return path(route, guarded, name=f"interchange.oneroster_{name}")


def _logged(address: str) -> str:
    """The address as the log of readings keeps it: without the ids."""
    return "/".join(one for one in address[1:].split("/") if not one.startswith("{"))


def _pinned(request: HttpRequest, below: Below, ids: list[UUID]) -> dict[str, str]:
    """What stands above, each in what stands above it. Raises OutsidePlace.

    Whoever may not read what stands above still gets what lies below within the own places.
    """
    pinned: dict[str, str] = {}
    for (plural, name), own in zip(below.above, ids, strict=True):
        above, own_id = RESOURCES[plural], {"sourcedId": str(own)}
        if any(program_of(request).holds(scope) for scope in above.scopes):
            within = {} if plural == "students" and below.base == GRADEBOOK else pinned
            _found(request, above, {**within, **own_id})
        pinned[name] = str(own)
    return pinned


@csrf_exempt
@public
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of OneRoster that does not exist here, said in its own frame."""
    return trouble("not-found")
