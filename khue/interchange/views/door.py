"""Cửa cho phần mềm: the token, the pace, the scope; then the fence opens just for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from khue.access.api import ClientDoor, for_clients, reach, scope_of
from khue.interchange.rules.limits import seconds_left
from khue.interchange.rules.scopes import permissions_of, scope_of_permission
from khue.interchange.services.admitting import Program, admit
from khue.interchange.services.reading_log import note_reading
from khue.interchange.views.problems import problem
from kit.fences import set_scope

LONGEST_TOKEN = 200
KEPT = "private, no-cache"
Refuse = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


@dataclass
class Read:
    """What an answer held, for the log: records by school; and how the list goes on."""

    records: Counter[int] = field(default_factory=Counter)
    headers: dict[str, str] = field(default_factory=dict)


def open_door(
    request: HttpRequest, permissions: tuple[str, ...], *, refuse: Refuse = problem
) -> HttpResponse | None:
    """Let a program in that holds one of the permissions somewhere, or say why not."""
    token = bearer_of(request)
    if not token:
        return refuse("token-missing", headers=_challenge())
    now = timezone.now()
    program = admit(token, now=now)
    if program is None:
        return refuse("token-invalid", headers=_challenge("invalid_token"))
    pace = _pace(program, now)
    if program.is_too_fast:
        return refuse("rate-limited", headers={**pace, "Retry-After": str(seconds_left(now))})
    request.pace = pace  # type: ignore[attr-defined]
    return _let_in(request, program, permissions, refuse)


def _pace(program: Program, now: datetime) -> dict[str, str]:
    """How many calls the running minute still holds, and when the next begins."""
    allowed = program.calls_a_minute
    return {
        "RateLimit-Limit": str(allowed),
        "RateLimit-Remaining": str(max(allowed - program.calls, 0)),
        "RateLimit-Reset": str(seconds_left(now)),
        "RateLimit-Policy": f"{allowed};w=60",
    }


def _let_in(
    request: HttpRequest, program: Program, permissions: Sequence[str], refuse: Refuse
) -> HttpResponse | None:
    actor = program.actor_with(permissions)
    if all(reach(actor, one).is_empty for one in permissions):
        needed = " ".join(scope_of_permission(one).name for one in permissions)
        told = {**_challenge("insufficient_scope", needed), **request.pace}  # type: ignore[attr-defined]
        return refuse("scope-missing", headers=told)
    request.program, request.viewer = program, actor  # type: ignore[attr-defined]
    request.reading = Read()  # type: ignore[attr-defined]
    set_scope(scope_of(actor))
    return None


def bearer_of(request: HttpRequest) -> str:
    """The token of the header; never one of the address, which would stand in logs."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    plain = token.strip() if scheme.lower() == "bearer" else ""
    return plain if len(plain) <= LONGEST_TOKEN else ""


def _challenge(error: str = "", scope: str = "") -> dict[str, str]:
    parts = ['Bearer realm="khue"']
    parts += [f'error="{error}"'] if error else []
    parts += [f'scope="{scope}"'] if scope else []
    return {"WWW-Authenticate": ", ".join(parts)}


def program_of(request: HttpRequest) -> Program:
    found = getattr(request, "program", None)
    if not isinstance(found, Program):
        raise TypeError("a view for programs was reached around the door")
    return found


def read_of(request: HttpRequest) -> Read:
    found = getattr(request, "reading", None)
    if not isinstance(found, Read):
        raise TypeError("a view for programs was reached around the door")
    return found


def for_programs(scopes: Sequence[str], endpoint: str, *, refuse: Refuse = problem) -> Any:
    """A view that programs with one of the scopes reach; what it shows is written down."""
    names = list(scopes)

    def guard(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                response = _finished(request, response, endpoint, names)
            for name, value in request.pace.items():  # type: ignore[attr-defined]
                response.headers[name] = value
            return response

        door = ClientDoor(permissions_of(names), partial(open_door, refuse=refuse))
        return for_clients(door)(handle)

    return guard


def _finished(
    request: HttpRequest, response: HttpResponse, endpoint: str, scopes: list[str]
) -> HttpResponse:
    """Note the reading; tell where the next page is; say "unchanged" to whoever has it already."""
    read, program = read_of(request), program_of(request)
    held = [one for one in scopes if program.holds(one)]
    note_reading(
        program=program,
        now=timezone.now(),
        endpoint=endpoint,
        scopes=held,
        records=read.records,
    )
    if response.streaming:
        response.headers["Cache-Control"] = "no-store"
        return response
    tag = f'"{sha256(response.content).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return _kept(HttpResponse(status=304), tag)
    for name, value in read.headers.items():
        response.headers[name] = value
    return _kept(response, tag)


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    """The program may keep it for itself, and asks each time whether it still holds."""
    response.headers["ETag"], response.headers["Cache-Control"] = tag, KEPT
    patch_vary_headers(response, ["Authorization"])
    return response
