"""OneRoster 1.2 over REST: rostering and gradebook, for what the model has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from khue.access.api import OutsidePlace, Refused, public
from khue.interchange.queries import oneroster, oneroster_marks, oneroster_people
from khue.interchange.queries.oneroster_parts import Asked, Listed, Part, listed
from khue.interchange.queries.running_year import running_year
from khue.interchange.rules.filters import Condition, FilterUnreadable, read_filter
from khue.interchange.rules.oneroster import (
    GRADEBOOK,
    LARGEST,
    PAGE,
    ROSTERING,
    TROUBLES,
    only,
    trouble_body,
)
from khue.interchange.rules.scopes import (
    CONTACT,
    DEMOGRAPHICS,
    ENROLMENTS,
    MARKS,
    SCHOOLS,
    STAFF,
    STAFF_CONTACT,
    STUDENTS,
)
from khue.interchange.services.reading_log import note_sensitive
from khue.interchange.views.door import for_programs, program_of, read_of
from kit.dates import vietnam_day
from kit.numbers import whole_number

CHANGED = "dateLastModified"
ALWAYS = frozenset({"sourcedId", "status"})
PEOPLE = (STUDENTS, STAFF, CONTACT, STAFF_CONTACT, ENROLMENTS)


@dataclass(frozen=True)
class Resource:
    """One kind of record: where it stands, what opens it, how it is found and narrowed."""

    plural: str
    singular: str
    scopes: tuple[str, ...]
    parts: Callable[[Asked], list[Part]]
    narrows: frozenset[str]
    base: str = ROSTERING


def _resource(
    plural: str,
    singular: str,
    scopes: tuple[str, ...],
    parts: Callable[[Asked], list[Part]],
    *narrows: str,
    base: str = ROSTERING,
) -> Resource:
    return Resource(plural, singular, scopes, parts, ALWAYS | frozenset(narrows), base)


SCHOOL, CLASS, USER = "school.sourcedId", "class.sourcedId", "user.sourcedId"
LINE_ITEM, STUDENT = "lineItem.sourcedId", "student.sourcedId"
RESOURCES: dict[str, Resource] = {
    one.plural: one
    for one in (
        _resource("orgs", "org", (SCHOOLS,), oneroster.orgs, CHANGED, "type"),
        _resource("schools", "org", (SCHOOLS,), oneroster.schools, CHANGED),
        _resource("academicSessions", "academicSession", (SCHOOLS,), oneroster.sessions, "type"),
        _resource("terms", "academicSession", (SCHOOLS,), oneroster.terms),
        _resource("courses", "course", (SCHOOLS,), oneroster.courses),
        _resource("classes", "class", (SCHOOLS,), oneroster.classes, CHANGED, "classType", SCHOOL),
        _resource("users", "user", PEOPLE, oneroster_people.users, CHANGED, "role", CLASS, SCHOOL),
        _resource("students", "user", PEOPLE, oneroster_people.students, CHANGED, CLASS, SCHOOL),
        _resource("teachers", "user", PEOPLE, oneroster_people.teachers, CHANGED, CLASS, SCHOOL),
        _resource(
            "enrollments",
            "enrollment",
            (ENROLMENTS, STAFF),
            oneroster_people.enrollments,
            *(CHANGED, "role", CLASS, USER, SCHOOL),
        ),
        _resource(
            "demographics",
            "demographics",
            (DEMOGRAPHICS,),
            oneroster_people.demographics,
            *(CHANGED, SCHOOL),
        ),
        _resource("categories", "category", (MARKS,), oneroster_marks.categories, base=GRADEBOOK),
        _resource(
            "scoreScales", "scoreScale", (MARKS,), oneroster_marks.score_scales, base=GRADEBOOK
        ),
        _resource(
            "lineItems",
            "lineItem",
            (MARKS,),
            oneroster_marks.line_items,
            *(CLASS, SCHOOL),
            base=GRADEBOOK,
        ),
        _resource(
            "results",
            "result",
            (MARKS,),
            oneroster_marks.results,
            *(CLASS, LINE_ITEM, STUDENT, SCHOOL),
            base=GRADEBOOK,
        ),
    )
}
# Lists below a record: /schools/{id}/classes asks for the classes of that school.
BELOW: tuple[tuple[str, str, str, str], ...] = (
    (ROSTERING, "schools", "classes", SCHOOL),
    (ROSTERING, "schools", "students", SCHOOL),
    (ROSTERING, "schools", "teachers", SCHOOL),
    (ROSTERING, "schools", "enrollments", SCHOOL),
    (ROSTERING, "classes", "students", CLASS),
    (ROSTERING, "classes", "teachers", CLASS),
    (GRADEBOOK, "classes", "lineItems", CLASS),
    (GRADEBOOK, "classes", "results", CLASS),
    (GRADEBOOK, "students", "results", STUDENT),
    (GRADEBOOK, "lineItems", "results", LINE_ITEM),
)


class WronglyAsked(Exception):
    """The request cannot be understood; the key says which trouble it is."""


def trouble(key: str, *, headers: dict[str, str] | None = None, detail: str = "") -> HttpResponse:
    """The answer to a request that cannot be served, in the frame of OneRoster."""
    told = {"ensure_ascii": False}
    return JsonResponse(
        trouble_body(key), status=TROUBLES[key].status, headers=headers, json_dumps_params=told
    )


def _answer(request: HttpRequest, resource: Resource, extra: dict[str, str]) -> HttpResponse:
    """A list: a window on all records that the conditions leave."""
    limit, offset = _window(request)
    found = listed(resource.parts(_asked(request, resource, extra)), limit=limit, offset=offset)
    _noted(request, resource, found)
    fields = frozenset(filter(None, request.GET.get("fields", "").split(",")))
    headers = read_of(request).headers
    headers["X-Total-Count"] = str(found.total)
    headers["Link"] = _links(request, found.total, limit, offset)
    items = [only(one, fields) for one in found.items]
    return _json({resource.plural: items})


def _json(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _one(request: HttpRequest, resource: Resource, sourced_id: UUID) -> HttpResponse:
    asked = _asked(request, resource, {"sourcedId": str(sourced_id)})
    found = listed(resource.parts(asked), limit=1, offset=0)
    if not found.items:
        return trouble("not-found")
    _noted(request, resource, found)
    fields = frozenset(filter(None, request.GET.get("fields", "").split(",")))
    return _json({resource.singular: only(found.items[0], fields)})


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


def _asked(request: HttpRequest, resource: Resource, extra: dict[str, str]) -> Asked:
    now, actor = timezone.now(), program_of(request).actor
    equals, since = _conditions(request.GET.get("filter", ""), resource)
    today = vietnam_day(now)
    year = running_year(actor, resource.scopes, today)
    return Asked(actor, today, now, year, {**equals, **extra}, since)


def _conditions(text: str, resource: Resource) -> tuple[dict[str, str], datetime | None]:
    """The conditions of a filter as far as we can keep them; the others are refused aloud."""
    try:
        read = read_filter(text)
    except FilterUnreadable as unreadable:
        raise WronglyAsked("filter-invalid") from unreadable
    if not read.both or any(one.field not in resource.narrows for one in read.conditions):
        raise WronglyAsked("filter-invalid")
    equals = {one.field: one.value for one in read.conditions if one.field != CHANGED}
    if any(one.operator != "=" for one in read.conditions if one.field != CHANGED):
        raise WronglyAsked("filter-invalid")
    return equals, _since([one for one in read.conditions if one.field == CHANGED])


def _since(conditions: Sequence[Condition]) -> datetime | None:
    if not conditions:
        return None
    try:
        moment = parse_datetime(conditions[0].value)
    except ValueError:
        moment = None
    if moment is None or conditions[0].operator not in {">", ">="}:
        raise WronglyAsked("filter-invalid")
    return moment if moment.tzinfo else timezone.make_aware(moment)


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
            return trouble(str(wrong))
        except (OutsidePlace, Refused):
            return trouble("not-found")

    return handle


def oneroster_patterns() -> list[URLPattern]:
    """The addresses of both services behind the door."""
    found = []
    for resource in RESOURCES.values():
        address = f"{resource.base[1:]}/{resource.plural}"
        found.append(_route(address, resource, f"oneroster_{resource.plural}"))
        single = f"{address}/<uuid:sourced_id>"
        found.append(_route(single, resource, f"oneroster_one_{resource.plural}", one=True))
    for base, above, plural, field in BELOW:
        address = f"{base[1:]}/{above}/<uuid:sourced_id>/{plural}"
        name = f"oneroster_{above}_{plural}"
        found.append(_route(address, RESOURCES[plural], name, below=field))
    return [*found, path("ims/<path:rest>", nothing_here)]


def _route(
    address: str, resource: Resource, name: str, *, one: bool = False, below: str = ""
) -> URLPattern:
    def view(request: HttpRequest, sourced_id: UUID | None = None) -> HttpResponse:
        if one and sourced_id is not None:
            return _one(request, resource, sourced_id)
        return _answer(request, resource, {below: str(sourced_id)} if below else {})

    guard = for_programs(resource.scopes, address.partition("/<")[0], refuse=trouble)
    guarded: Callable[..., HttpResponse] = guard(_kindly(view))
    return path(address, guarded, name=f"interchange.{name}")


@csrf_exempt
@public
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of OneRoster that does not exist here, said in its own frame."""
    return trouble("not-found")
