"""Hoàn tất chữ ký: what the level promises is fetched, then the kind takes the result, or waits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import Request
from khue.signing.rules.certificates import facts_of
from khue.signing.rules.requests import Signed, State, wait_before_attempt
from khue.signing.rules.shapes import Evidence, Level
from khue.signing.services.evidence import EvidenceDown, collect_evidence
from khue.signing.services.keeping import Value, keep
from khue.signing.services.kinds import signing_kind
from khue.signing.services.making import finish, stamped
from khue.signing.services.requests import open_next_steps
from khue.signing.services.timestamping import TimestampDown, stamp

# One statement for a chunk; four times faster than bulk_update builds its own.
MARK_SIGNED = """
update signing_request as row set state = 'signed', kept = null, trouble = '',
  next_attempt_at = null, credential_id = given.credential, batch = given.batch,
  signed_by = given.name, signed_at = given.at, result_digest = given.digest
from unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::text[], %s::timestamptz[], %s::text[])
  as given (id, credential, batch, name, at, digest)
where row.id = given.id
"""
LONGEST_LISTS = 1_000_000
LISTS_TOO_LONG = (
    "Danh sách thu hồi của nơi cấp quá dài để đính kèm vào từng chữ ký; đang chờ dịch vụ trả lời "
    "trạng thái chứng thư (OCSP)."
)
WAITING_FIELDS = [
    *("state", "kept", "trouble", "attempts", "next_attempt_at", "credential_id", "batch"),
    *("signed_by", "signed_at"),
]


class ProofMissing(Exception):
    """A timestamp or a proof cannot be had now; `sentence` says which and what happens next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class Proofs:
    """Fetches what levels promise; a service that is down is asked once in a slice, not 300 times.

    Raises CertificateRevoked and ClockWrong as they come: such a signature must not be made.
    """

    now: datetime
    _no_time: str = ""
    _no_proof: str = ""
    _evidence: dict[bytes, Evidence] = field(default_factory=dict)

    def stamped(self, value: Value, level: Level) -> Value:
        """The value with its timestamp, which is asked for once; raises ProofMissing."""
        if not level.needs_timestamp or value.timestamp:
            return value
        _refuse_if(self._no_time)
        try:
            token = stamp(stamped(value.prepared, value.value), now=self.now)
        except TimestampDown as trouble:
            self._no_time = trouble.sentence
            raise ProofMissing(trouble.sentence) from trouble
        return replace(value, timestamp=token)

    def evidence(self, value: Value) -> Evidence:
        """The chain and the proof of the certificate, once for all it signed; ProofMissing."""
        held = value.signer.certificate
        if held not in self._evidence:
            _refuse_if(self._no_proof)
            try:
                self._evidence[held] = _embeddable(collect_evidence(value.signer, now=self.now))
            except EvidenceDown as trouble:
                self._no_proof = trouble.sentence
                raise ProofMissing(trouble.sentence) from trouble
        return self._evidence[held]


def _refuse_if(down: str) -> None:
    if down:
        raise ProofMissing(down)


def _embeddable(evidence: Evidence) -> Evidence:
    """A list of megabytes does not go into every signature: the short answer is waited for."""
    if sum(map(len, evidence.crls)) > LONGEST_LISTS:
        raise EvidenceDown(LISTS_TOO_LONG)
    return evidence


@dataclass(frozen=True, slots=True)
class Completed:
    """How many requests became SIGNED, and how many wait for a service."""

    signed: int = 0
    unfinished: int = 0

    def __add__(self, other: Completed) -> Completed:
        return Completed(self.signed + other.signed, self.unfinished + other.unfinished)


Pair = tuple[Request, Value]


def complete(pairs: Sequence[Pair], proofs: Proofs) -> Completed:
    """In the running transaction: what is complete is accepted, the rest is kept sealed."""
    signed: list[tuple[Pair, Signed]] = []
    unfinished: list[Pair] = []
    for row, value in pairs:
        pair = (row, value)
        try:
            pair = (row, proofs.stamped(value, Level(row.level)))
            signed.append((pair, _signed(pair, proofs)))
        except ProofMissing as missing:
            unfinished.append(pair)
            row.trouble = missing.sentence[:300]
    _accept(signed)
    _keep_unfinished(unfinished, proofs.now)
    return Completed(len(signed), len(unfinished))


def _signed(pair: Pair, proofs: Proofs) -> Signed:
    row, value = pair
    level = Level(row.level)
    evidence = proofs.evidence(value) if level.needs_evidence else None
    return Signed(
        request_id=row.pk,
        key=row.key,
        result=finish(
            value.prepared, value.value, timestamp=value.timestamp or None, evidence=evidence
        ),
        signer=facts_of(value.signer.certificate),
        account_id=value.account_id,
        signer_name=value.signer_name,
        at=value.at,
        level=level,
    )


def _accept(signed: Sequence[tuple[Pair, Signed]]) -> None:
    if not signed:
        return
    for (row, _), one in signed:
        row.result_digest = hashlib.sha256(one.result).hexdigest()
    _mark_signed([pair for pair, _ in signed])
    by_kind = groupby(sorted(signed, key=_kind_of), _kind_of)
    for kind, found in by_kind:
        signing_kind(kind).accept_many([one for _, one in found])
    _note(signed)
    open_next_steps(pair[0].bundle for pair, _ in signed)


def _mark_signed(pairs: Sequence[Pair]) -> None:
    columns: list[Any] = [
        [row.pk for row, _ in pairs],
        [value.credential_id for _, value in pairs],
        [row.batch for row, _ in pairs],
        [value.signer_name for _, value in pairs],
        [value.at for _, value in pairs],
        [row.result_digest for row, _ in pairs],
    ]
    with connection.cursor() as cursor:
        cursor.execute(MARK_SIGNED, columns)


def _kind_of(one: tuple[Pair, Signed]) -> str:
    return one[0][0].kind


def _note(signed: Sequence[tuple[Pair, Signed]]) -> None:
    """Each signer's entries in the ledger; what a job finishes is still the signer's act."""
    by_signer = attrgetter("account_id", "signer_name", "at")
    for _, found in groupby(signed, lambda one: by_signer(one[0][1])):
        held = list(found)
        value = held[0][0][1]
        operation = Operation(Author(value.account_id, value.signer_name), value.at)
        append_changes(operation, [_change(pair[0], one) for pair, one in held])


def _change(row: Request, signed: Signed) -> Change:
    return Change(
        subject=f"signing:{row.pk}",
        action="sign",
        label=row.title,
        new={
            "certificate": signed.signer.fingerprint,
            "level": signed.level,
            "digest": row.result_digest,
        },
        school_id=row.school_id,
        province_id=row.province_id,
    )


def _keep_unfinished(pairs: Sequence[Pair], now: datetime) -> None:
    for row, value in pairs:
        row.state, row.credential_id = State.UNFINISHED, value.credential_id
        row.signed_by, row.signed_at = value.signer_name, value.at
        row.kept = keep(value)
        row.attempts += 1
        row.next_attempt_at = now + wait_before_attempt(row.attempts)
    Request.objects.bulk_update([row for row, _ in pairs], WAITING_FIELDS)
