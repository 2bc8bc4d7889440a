"""Ký: one act with one authorisation: choose the certificate, type the PIN, watch it go."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import Actor, actor_of, page
from khue.signing.permissions import SIGN
from khue.signing.queries.credentials import CredentialCard, credentials_of, seals_of
from khue.signing.queries.inbox import BatchView, batch_view
from khue.signing.services.backends import secret_of
from khue.signing.services.batches import batch_ids
from khue.signing.services.bulk import SliceOutcome, sign_slice
from khue.signing.services.local_bridge import accept_values, prepare_slice
from kit.content_security import policy
from kit.numbers import whole_number

WITHOUT_SCRIPT_SECONDS = 8.0
CHOOSE = "Hãy chọn chứng thư dùng để ký."
LOCAL = "local"


@page(SIGN)
@require_safe
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The act: what is chosen, which certificates fit, how far it is."""
    actor = actor_of(request)
    view = batch_view(actor, batch)
    cards = fitting(actor, view)
    context = {
        "batch": view,
        "cards": [(card, _left(card, view)) for card in cards],
        "now": timezone.now(),
        "agents": settings.SIGNING_AGENTS,
    }
    response = render(request, "signing/batch.html", context)
    if any(card.backend == LOCAL for card in cards):
        sources = ("'self'", *settings.SIGNING_AGENTS)
        response.headers["Content-Security-Policy"] = policy(connect_src=sources)
    return response


def fitting(actor: Actor, view: BatchView) -> list[CredentialCard]:
    """The certificates with which something of the act can still be signed."""
    own = credentials_of(actor) if view.own_left else []
    seals = [one for one in seals_of(actor) if one.organisation_id in view.seals_left]
    return [*own, *seals]


def _left(card: CredentialCard, view: BatchView) -> int:
    return view.seals_left.get(card.organisation_id or 0, 0) if card.is_seal else view.own_left


@page(SIGN)
@require_POST
@sensitive_post_parameters("secret", "code")
@sensitive_variables("secret")
def sign(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One slice: the page's script asks again until nothing is left; a form does one at a time."""
    actor, scripted = actor_of(request), _wants_json(request)
    credential = whole_number(request.POST.get("credential", ""), digits=18)
    if credential is None:
        return _answer(request, batch, SliceOutcome(0, 0, 0, CHOOSE))
    budget = {} if scripted else {"budget_seconds": WITHOUT_SCRIPT_SECONDS}
    outcome = sign_slice(
        actor=actor,
        now=timezone.now(),
        credential_id=credential,
        secret=secret_of(request.POST.get("secret", ""), request.POST.get("code", "")),
        request_ids=batch_ids(actor, batch),
        batch=batch,
        **budget,
    )
    return _answer(request, batch, outcome)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _answer(request: HttpRequest, batch: UUID, outcome: SliceOutcome) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(told(outcome))
    if outcome.trouble:
        messages.error(request, outcome.trouble)
    elif outcome.left:
        messages.info(request, f"Đã ký {outcome.done} bản. Hãy nhập lại mã PIN để ký tiếp.")
    return redirect("signing.batch", batch)


def told(outcome: SliceOutcome) -> dict[str, Any]:
    return {
        "done": outcome.done,
        "left": outcome.left,
        "unfinished": outcome.unfinished,
        "trouble": outcome.trouble,
        "secret": outcome.secret_for_next,
    }


@page(SIGN)
@require_POST
def prepare(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The digests of the next documents, for the agent on the signer's own machine."""
    actor = actor_of(request)
    given = _body(request)
    made = prepare_slice(
        actor=actor,
        now=timezone.now(),
        credential_id=_number(given, "credential"),
        request_ids=batch_ids(actor, batch),
        batch=batch,
    )
    hashes = [
        {"id": one.request_id, "digest": one.digest, "hash": b64encode(one.hash).decode("ascii")}
        for one in made.hashes
    ]
    return JsonResponse({"hashes": hashes, "left": made.left, "trouble": made.trouble})


@page(SIGN)
@require_POST
def values(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The values that the agent made; each is checked before it counts."""
    actor, given = actor_of(request), _body(request)
    outcome = accept_values(
        actor=actor,
        now=timezone.now(),
        credential_id=_number(given, "credential"),
        request_ids=batch_ids(actor, batch),
        batch=batch,
        values=_values(given.get("values")),
    )
    return JsonResponse(told(outcome))


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON of a request; a form that was read already is none."""
    try:
        read = json.loads(request.body)
    except (ValueError, RawPostDataException):
        return {}
    return read if isinstance(read, dict) else {}


def _number(given: dict[str, Any], name: str) -> int:
    return whole_number(str(given.get(name, "")), digits=18) or 0


def _values(given: object) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for key, text in (given if isinstance(given, dict) else {}).items():
        number = whole_number(str(key), digits=18)
        try:
            made = b64decode(str(text), validate=True)
        except ValueError:
            made = b""
        if number is not None:
            found[number] = made
    return found
