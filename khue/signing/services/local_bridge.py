"""Ký bằng thiết bị cắm ở máy người ký: digests go out to the browser, values come back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor
from khue.signing.models import Request
from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import public_key_of
from khue.signing.rules.requests import PREPARED_FOR, State
from khue.signing.services.bulk import (
    CHUNK,
    Run,
    SliceOutcome,
    hold_chunk,
    open_run,
    outcome_of,
    prepare_rows,
    signable_rows,
    value_of,
)
from khue.signing.services.checking import CredentialUnfit, check_before_signing
from khue.signing.services.completing import Pair, complete
from khue.signing.services.evidence import CertificateRevoked
from khue.signing.services.keeping import keep, take
from khue.signing.services.timestamping import ClockWrong

NOT_OF_THIS_KEY = (
    "{count} giá trị nhận được không phải chữ ký của chứng thư đã chọn nên không được ghi nhận. "
    "Hãy kiểm tra thiết bị đang cắm có đúng là của thầy cô không rồi ký lại."
)


@dataclass(frozen=True, slots=True)
class PreparedHash:
    """What the agent signs for one request: the digest, never the document."""

    request_id: int
    title: str
    digest: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class PreparedSlice:
    """The digests of a slice; `trouble`: "" or why none could be prepared."""

    hashes: tuple[PreparedHash, ...] = ()
    left: int = 0
    trouble: str = ""


def prepare_slice(
    *,
    actor: Actor,
    now: datetime,
    credential_id: int,
    request_ids: Sequence[int],
    batch: UUID | None,
    size: int = CHUNK,
) -> PreparedSlice:
    """Prepare some for the signer's own device; they wait ten minutes for their values."""
    run = open_run(actor, now, credential_id, request_ids, batch)
    try:
        check_before_signing(run.card.id, now=now)
    except (CredentialUnfit, CertificateRevoked) as unfit:
        return PreparedSlice(left=signable_rows(run).count(), trouble=unfit.sentence)
    with transaction.atomic():
        hashes = _prepare(run, hold_chunk(run, size))
    return PreparedSlice(tuple(hashes), signable_rows(run).count())


def _prepare(run: Run, rows: Sequence[Request]) -> list[PreparedHash]:
    hashes = []
    for row, prepared in prepare_rows(run, rows):
        row.state, row.next_attempt_at = State.PREPARED, run.now + PREPARED_FOR
        row.credential_id, row.kept = run.card.id, keep(value_of(run, prepared))
        row.save(update_fields=["state", "next_attempt_at", "credential_id", "kept", "batch"])
        hashed = hashlib.new(prepared.digest, prepared.to_be_signed).digest()
        hashes.append(PreparedHash(row.pk, row.title, prepared.digest, hashed))
    return hashes


def accept_values(
    *,
    actor: Actor,
    now: datetime,
    credential_id: int,
    request_ids: Sequence[int],
    batch: UUID | None,
    values: Mapping[int, bytes],
) -> SliceOutcome:
    """Take the values that the device made; each is checked against the certificate first.

    `request_ids` is the whole act, so that the answer tells what is left of it.
    """
    run = open_run(actor, now, credential_id, request_ids, batch)
    trouble = ""
    try:
        with transaction.atomic():
            good, wrong = _checked(run, values)
            run.completed += complete(good, run.proofs)
            _give_back(wrong)
        trouble = NOT_OF_THIS_KEY.format(count=len(wrong)) if wrong else ""
    except (CertificateRevoked, ClockWrong) as stopped:
        trouble = stopped.sentence
    return outcome_of(run, trouble)


def _checked(run: Run, values: Mapping[int, bytes]) -> tuple[list[Pair], list[Request]]:
    """The pairs whose value is of this certificate, and the requests whose value is not."""
    rows = signable_rows(run).filter(
        pk__in=list(values), state=State.PREPARED, credential_id=run.card.id
    )
    good: list[Pair] = []
    wrong: list[Request] = []
    for row in rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk"):
        pair = _with_value(row, values[row.pk])
        if pair is None:
            wrong.append(row)
        else:
            good.append(pair)
    return good, wrong


def _with_value(row: Request, made: bytes) -> Pair | None:
    value = take(bytes(row.kept or b""))
    prepared = value.prepared
    public_key = public_key_of(value.signer.certificate)
    if not verify_value(public_key, made, prepared.to_be_signed, prepared.digest):
        return None
    return row, replace(value, value=made)


def _give_back(rows: Sequence[Request]) -> None:
    Request.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.WAITING, kept=None, next_attempt_at=None
    )
