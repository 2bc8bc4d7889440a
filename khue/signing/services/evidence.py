"""Bằng chứng trạng thái chứng thư: OCSP first, else the CRL, kept while fresh.

Only addresses that stand in certificates of a trusted chain are asked. TT 22/2020/TT-BTTTT asks
signing software to check by OCSP or CRL and to keep the proof with the signature.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings

from khue.signing.models import KeptEvidence
from khue.signing.rules import revocation, verdicts
from khue.signing.rules.certificates import facts_of
from khue.signing.rules.chains import path_at, readable
from khue.signing.rules.revocation import Answer
from khue.signing.rules.shapes import Evidence, FoundSignature, SigningCertificate, Trust
from khue.signing.services.authority import (
    DEMONSTRATION,
    AuthorityRefused,
    demonstration_list,
)
from khue.signing.services.fetching import Unreachable, fetch
from khue.signing.services.trust import trusted

OCSP, CRL = KeptEvidence.Kind.OCSP, KeptEvidence.Kind.CRL
MOST_BYTES = {OCSP: 200_000, CRL: 30_000_000}
MOST_ASKED = 60
LONGEST_ASKING = 10.0
"""Seconds after which no further service is asked about a file."""
KEPT_FOR = {OCSP: timedelta(minutes=10), CRL: timedelta(hours=1)}
"""However long an answer calls itself fresh: a revocation must be seen soon."""


class EvidenceDown(Exception):
    """Nobody could be asked now whether a certificate was revoked; try again later."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CertificateRevoked(Exception):
    """Chứng thư đã bị thu hồi hoặc tạm dừng: it must not sign."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer and the bytes it was read from."""

    kind: str
    content: bytes
    answer: Answer


def collect_evidence(signer: SigningCertificate, *, now: datetime) -> Evidence:
    """Thu thập bằng chứng: the chain and, for each certificate below the root, a fresh proof.

    Raises EvidenceDown when no service could prove a certificate good, CertificateRevoked when
    one says that it is revoked or on hold.

    Law: TT 22/2020/TT-BTTTT
    """
    path = _path(signer, trusted(), now)
    found = [
        proof
        for certificate, issuer in pairwise(path)
        if (proof := _proof(certificate, issuer, now, is_signer=certificate == path[0]))
    ]
    return Evidence(
        certificates=path[1:],
        ocsp=tuple(one.content for one in found if one.kind == OCSP),
        crls=tuple(dict.fromkeys(one.content for one in found if one.kind == CRL)),
    )


def ask_about(found: Sequence[FoundSignature], *, now: datetime) -> Evidence:
    """Hỏi nơi cấp về các chữ ký thiếu bằng chứng: whatever is answered, good or revoked.

    For checking a file: nothing is raised, silent services leave the status unknown, and all of
    it takes no longer than `LONGEST_ASKING`. Only certificates of trusted paths are asked about.
    """
    trust, ends = trusted(), time.monotonic() + LONGEST_ASKING
    roots = (*trust.roots, *(root for root, _ in trust.former))
    pairs = dict.fromkeys(
        pair
        for one in found
        for pair in pairwise(
            path_at(one.certificate, (*trust.others, *readable(one.chain)), roots, now)
        )
    )
    proofs = [_asked(*pair, now=now, ends=ends) for pair in list(pairs)[:MOST_ASKED]]
    return Evidence(
        ocsp=tuple(one.content for one in proofs if one and one.kind == OCSP),
        crls=tuple(dict.fromkeys(one.content for one in proofs if one and one.kind == CRL)),
    )


def _asked(certificate: bytes, issuer: bytes, *, now: datetime, ends: float) -> Proof | None:
    for question in _questions(certificate, issuer):
        if time.monotonic() > ends:
            return None
        with suppress(Unreachable):
            return question.ask(now)
    return None


def _path(signer: SigningCertificate, trust: Trust, now: datetime) -> tuple[bytes, ...]:
    others = (*trust.others, *readable(signer.chain))
    path = path_at(signer.certificate, others, trust.roots, now)
    if not path:
        name = facts_of(signer.certificate).issuer
        sentence = f"Nơi cấp chứng thư số ({name}) không nằm trong danh sách tin cậy."
        raise EvidenceDown(sentence)
    return path


def _proof(certificate: bytes, issuer: bytes, now: datetime, *, is_signer: bool) -> Proof | None:
    """The proof about one certificate; None for an authority that says nowhere to ask."""
    if not (is_signer or revocation.says_where_to_ask(certificate)):
        return None
    trouble = "Chứng thư số không ghi nơi kiểm tra trạng thái thu hồi."
    for question in _questions(certificate, issuer):
        try:
            return _require_good(question.ask(now), certificate)
        except Unreachable as silent:
            trouble = silent.sentence
    name = facts_of(certificate).issuer
    sentence = f"Chưa kiểm tra được chứng thư số có bị thu hồi hay không ({name}). {trouble}"
    raise EvidenceDown(sentence)


def _require_good(proof: Proof, certificate: bytes) -> Proof:
    since = proof.answer.revoked_at
    if since is None:
        return proof
    facts = facts_of(certificate)
    what = "tạm dừng" if proof.answer.on_hold else "thu hồi"
    raise CertificateRevoked(
        f"Chứng thư số của {verdicts.who(facts)} do {facts.issuer} cấp đã bị {what} từ "
        f"{verdicts.print_instant(since)}, không dùng để ký được nữa."
    )


@dataclass(frozen=True, slots=True)
class Question:
    """Where to ask about a certificate, and how."""

    kind: str
    address: str
    certificate: bytes
    issuer: bytes

    @property
    def about(self) -> str:
        what = self.certificate if self.kind == OCSP else self.address.encode()
        return hashlib.sha256(what).hexdigest()

    def ask(self, now: datetime) -> Proof:
        """A kept answer while it is fresh, else a new one; raises Unreachable."""
        return self._kept(now) or self._fetched(now)

    def read(self, content: bytes) -> Answer | None:
        reader = revocation.read_ocsp if self.kind == OCSP else revocation.read_crl
        return reader(content, self.certificate, self.issuer)

    def _kept(self, now: datetime) -> Proof | None:
        row = KeptEvidence.objects.filter(
            kind=self.kind, about=self.about, fresh_until__gt=now, produced_at__lte=now
        ).first()
        answer = self.read(bytes(row.content)) if row else None
        if row is None or answer is None or not answer.is_fresh(now):
            return None
        return Proof(self.kind, bytes(row.content), answer)

    def _fetched(self, now: datetime) -> Proof:
        content = self._content(now)
        answer = self.read(content)
        if answer is None:
            raise Unreachable("Câu trả lời về trạng thái chứng thư không đúng hoặc không tin được.")
        if not answer.is_fresh(now):
            raise Unreachable("Câu trả lời về trạng thái chứng thư đã quá hạn.")
        if answer.revoked_at is None:
            self._keep(content, answer, now)
        return Proof(self.kind, content, answer)

    def _content(self, now: datetime) -> bytes:
        if self.address.startswith(DEMONSTRATION):
            return _demonstration(self.address, now)
        asked = self.kind == OCSP
        return fetch(
            self.address,
            seconds=settings.EVIDENCE_TIMEOUT,
            most_bytes=MOST_BYTES[KeptEvidence.Kind(self.kind)],
            body=revocation.question_bytes(self.certificate, self.issuer) if asked else None,
            kind="application/ocsp-request" if asked else "",
        )

    def _keep(self, content: bytes, answer: Answer, now: datetime) -> None:
        longest = now + KEPT_FOR[KeptEvidence.Kind(self.kind)]
        row = KeptEvidence(
            kind=self.kind,
            about=self.about,
            content=content,
            produced_at=min(answer.said_at, now),
            fresh_until=min(answer.next_at or longest, longest),
        )
        KeptEvidence.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["kind", "about"],
            update_fields=["content", "produced_at", "fresh_until"],
        )


def _demonstration(address: str, now: datetime) -> bytes:
    try:
        return demonstration_list(address, now=now)
    except AuthorityRefused as refused:
        raise Unreachable(refused.sentence) from refused


def _questions(certificate: bytes, issuer: bytes) -> Iterator[Question]:
    """OCSP answers for one certificate and is the newest; a list is the second choice."""
    for address in revocation.addresses_of_responders(certificate):
        yield Question(OCSP, address, certificate, issuer)
    for address in revocation.addresses_of_lists(certificate):
        yield Question(CRL, address, certificate, issuer)
