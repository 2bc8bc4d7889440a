"""Ký hàng loạt: one authorisation, small transactions; trouble never undoes what is signed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from khue.access.api import Actor, Refused, permit, reach
from khue.signing.models import Request
from khue.signing.permissions import SIGN
from khue.signing.queries.credentials import CredentialCard, usable_credential
from khue.signing.queries.mine import own_requests
from khue.signing.rules.pades import UnfitPdf
from khue.signing.rules.requests import OpenRequest, Signable, Signer, State
from khue.signing.rules.shapes import Format, Level, Prepared
from khue.signing.rules.xml_safe import UnsafeXml
from khue.signing.services.backends import (
    KeyTrouble,
    OpenKey,
    ServiceDown,
    TokenGone,
    open_key,
)
from khue.signing.services.checking import CredentialUnfit, check_before_signing
from khue.signing.services.completing import Completed, Pair, Proofs, complete
from khue.signing.services.evidence import CertificateRevoked
from khue.signing.services.keeping import Value
from khue.signing.services.kinds import signing_kind
from khue.signing.services.making import DIGEST, prepare
from khue.signing.services.timestamping import ClockWrong

CHUNK = 25
BUDGET_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SliceOutcome:
    """What one slice did. `left`: still to be signed; `trouble`: "" or why it stopped.

    `secret_for_next` opens the key for the next slice of the same act; it goes back to the signer
    and is kept nowhere.
    """

    done: int
    left: int
    unfinished: int
    trouble: str = ""
    secret_for_next: str = field(default="", repr=False)


@dataclass
class Run:
    """One slice on its way."""

    actor: Actor
    now: datetime
    card: CredentialCard
    wanted: tuple[int, ...]
    batch: UUID | None
    proofs: Proofs
    passed_over: set[int] = field(default_factory=set)
    completed: Completed = field(default_factory=Completed)


def sign_slice(
    *,
    actor: Actor,
    now: datetime,
    credential_id: int,
    secret: str,
    request_ids: Sequence[int],
    batch: UUID | None,
    budget_seconds: float = BUDGET_SECONDS,
) -> SliceOutcome:
    """Ký: sign what waits among `request_ids` with one certificate, as long as the budget lasts.

    Signs only requests of the actor (or of the seal, with its certificate). Whatever happens,
    what is signed stays signed and the rest stays waiting.
    """
    run = open_run(actor, now, credential_id, request_ids, batch)
    deadline = time.monotonic() + budget_seconds
    trouble, next_secret = "", ""
    try:
        next_secret = _sign_until(run, secret, deadline)
    except (KeyTrouble, CredentialUnfit, CertificateRevoked, ClockWrong) as stopped:
        trouble = stopped.sentence
    except Refused as refused:
        trouble = str(refused)
    return outcome_of(run, trouble, next_secret)


def open_run(
    actor: Actor,
    now: datetime,
    credential_id: int,
    request_ids: Sequence[int],
    batch: UUID | None,
) -> Run:
    """Through the gate, with a certificate that the actor may use."""
    if reach(actor, SIGN).is_empty:
        permit(actor, SIGN, *(granted.place for granted in actor.grants))
    card = usable_credential(actor, credential_id)
    return Run(actor, now, card, tuple(dict.fromkeys(request_ids)), batch, Proofs(now))


def outcome_of(run: Run, trouble: str, next_secret: str = "") -> SliceOutcome:
    left = signable_rows(run).count()
    done = run.completed
    return SliceOutcome(done.signed, left, done.unfinished, trouble, next_secret)


def signable_rows(run: Run) -> QuerySet[Request]:
    """What still waits for this holder among the wanted, whoever holds it just now."""
    # One array in place of thousands of placeholders.
    wanted = RawSQL("select unnest(%s::bigint[])", (list(run.wanted),))
    mine = own_requests(run.actor).filter(pk__in=wanted)
    if run.card.is_seal:
        mine = mine.filter(seal_of_id=run.card.organisation_id)
    else:
        mine = mine.filter(account_id=run.actor.account_id)
    return mine.filter(state__in=[State.WAITING, State.PREPARED])


def hold_chunk(run: Run, size: int = CHUNK) -> list[Request]:
    """Some that nobody else is signing at this moment, locked."""
    free = Q(state=State.WAITING) | Q(next_attempt_at__lte=run.now) | Q(batch=run.batch)
    rows = signable_rows(run).filter(free).exclude(pk__in=run.passed_over)
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("group", "position", "pk")[:size])


def _sign_until(run: Run, secret: str, deadline: float) -> str:
    count = signable_rows(run).count()
    if not count:
        return ""
    check_before_signing(run.card.id, now=run.now)
    with open_key(run.card, secret, count=count) as key:
        while _sign_chunk(run, key) and time.monotonic() < deadline:
            pass
        return key.secret_for_next


def _sign_chunk(run: Run, key: OpenKey) -> bool:
    """One transaction; False when nothing is left to take."""
    trouble: KeyTrouble | None = None
    with transaction.atomic():
        rows = hold_chunk(run)
        opened = prepare_rows(run, rows)
        try:
            values = _values(key, [prepared for _, prepared in opened])
        except (TokenGone, ServiceDown) as gone:
            values, trouble = gone.done, gone
        pairs = _pairs(run, opened, values)
        completed = complete(pairs, run.proofs)
    run.completed += completed
    if trouble is not None:
        raise trouble
    return bool(rows)


def _values(key: OpenKey, prepared: Sequence[Prepared]) -> list[bytes]:
    """All values of a chunk in one call of the key."""
    return key.sign([one.to_be_signed for one in prepared], DIGEST) if prepared else []


def _pairs(
    run: Run, opened: Sequence[tuple[Request, Prepared]], values: Sequence[bytes]
) -> list[Pair]:
    return [
        (row, value_of(run, prepared, made))
        for (row, prepared), made in zip(opened, values, strict=False)
    ]


def value_of(run: Run, prepared: Prepared, made: bytes = b"") -> Value:
    actor = run.actor
    return Value(
        prepared, run.card.signer, run.card.id, actor.account_id, actor.name, run.now, made
    )


def prepare_rows(run: Run, rows: Sequence[Request]) -> list[tuple[Request, Prepared]]:
    """Each document one signature short; what its kind does not open is passed over."""
    requests = {row.pk: _open_request(run, row) for row in rows}
    signables = _open(list(requests.values()))
    run.passed_over.update(row.pk for row in rows if row.pk not in signables)
    opened = []
    for row in rows:
        row.batch = run.batch
        made = _prepared(run, requests[row.pk], signables.get(row.pk))
        if made is not None:
            opened.append((row, made))
    return opened


def _prepared(run: Run, request: OpenRequest, signable: Signable | None) -> Prepared | None:
    """None for a document that its kind does not open, or that nobody can sign; that is told."""
    if signable is None:
        return None
    try:
        return prepare(request, signable, run.card.signer)
    except (UnfitPdf, UnsafeXml) as unfit:
        run.passed_over.add(request.id)
        Request.objects.filter(pk=request.id).update(trouble=unfit.sentence[:300])
    return None


def _open(requests: Sequence[OpenRequest]) -> dict[int, Signable]:
    opened: dict[int, Signable] = {}
    for kind in dict.fromkeys(one.kind for one in requests):
        opened.update(signing_kind(kind).open_many([r for r in requests if r.kind == kind]))
    return opened


def _open_request(run: Run, row: Request) -> OpenRequest:
    return OpenRequest(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        bundle=row.bundle,
        step=row.step,
        format=Format(row.format),
        level=Level(row.level),
        role=row.role,
        account_id=row.account_id,
        seal_of=row.seal_of_id,
        signer=_signer(run.card),
        at=run.now,
    )


def _signer(card: CredentialCard) -> Signer:
    return Signer(card.holder, card.name, card.title, card.organisation, card.image)
