"""Trạng thái thu hồi: what an OCSP response (RFC 6960) or a CRL (RFC 5280) says and proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, SignatureAlgorithmOID

from khue.signing.rules.algorithms import DIGESTS, verify_value
from khue.signing.rules.certificates import load, public_key_of
from khue.signing.rules.chains import extension, is_for_ocsp, is_issued_by, is_valid_at
from khue.signing.rules.shapes import Evidence

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead of ours the clock of an authority may be."""
LONGEST_WITHOUT_END = timedelta(days=1)
"""How long an answer that names no next one is taken as fresh."""
MOST_ANSWERS = 400
"""A file could bring any number; so many are read."""
_HOLD = x509.ReasonFlags.certificate_hold


class Standing(StrEnum):
    """What is known of a certificate at a moment."""

    GOOD = "good"
    REVOKED = "revoked"
    REVOKED_SINCE = "revoked_since"
    """Revoked, but after the moment."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an authority said of one certificate, its signature checked."""

    said_at: datetime
    next_at: datetime | None
    revoked_at: datetime | None = None
    on_hold: bool = False

    def is_fresh(self, at: datetime) -> bool:
        """Whether the answer may be relied on at a moment."""
        last = self.next_at or self.said_at + LONGEST_WITHOUT_END
        return self.said_at <= at + CLOCKS_DIFFER and at <= last

    def proves_good(self, at: datetime, *, until: datetime, now: datetime) -> bool:
        """Whether it shows that a certificate that ends at `until` was not revoked at `at`.

        Either it was fresh then, or it was given later; after its end a certificate may silently
        leave the lists.
        """
        if self.revoked_at is not None or self.said_at > now + CLOCKS_DIFFER:
            return False
        return self.is_fresh(at) or at <= self.said_at <= until


@dataclass(frozen=True, slots=True)
class Finding:
    standing: Standing
    revoked_at: datetime | None = None
    on_hold: bool = False


def standing_of(
    certificate: bytes, issuer: bytes, evidence: Evidence, *, at: datetime, now: datetime
) -> Finding:
    """Trạng thái của chứng thư tại một thời điểm, by all the evidence there is."""
    answers = list(answers_about(certificate, issuer, evidence))
    revoked = [one for one in answers if one.revoked_at is not None]
    if revoked:
        first = min(revoked, key=lambda one: one.revoked_at or now)
        assert first.revoked_at is not None
        is_before = first.revoked_at <= at
        standing = Standing.REVOKED if is_before else Standing.REVOKED_SINCE
        return Finding(standing, first.revoked_at, first.on_hold)
    until = load(certificate).not_valid_after_utc
    if any(one.proves_good(at, until=until, now=now) for one in answers):
        return Finding(Standing.GOOD)
    return Finding(Standing.UNKNOWN)


def answers_about(certificate: bytes, issuer: bytes, evidence: Evidence) -> Iterator[Answer]:
    """Every answer in the evidence that is about this certificate and rightly signed."""
    for content in evidence.ocsp[:MOST_ANSWERS]:
        if (answer := read_ocsp(content, certificate, issuer)) is not None:
            yield answer
    for content in evidence.crls[:MOST_ANSWERS]:
        if (answer := read_crl(content, certificate, issuer)) is not None:
            yield answer


@lru_cache(maxsize=2048)
def read_ocsp(content: bytes, certificate: bytes, issuer: bytes) -> Answer | None:
    """Phản hồi OCSP về một chứng thư; None: of another, unknown, or not signed by who may."""
    try:
        response = ocsp.load_der_ocsp_response(content)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        return _answer_in(response, certificate, issuer)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None


def _answer_in(response: ocsp.OCSPResponse, certificate: bytes, issuer: bytes) -> Answer | None:
    for single in response.responses:
        if not _is_about(single, certificate, issuer):
            continue
        if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return None
        return _ocsp_answer(single) if _rightly_signed(response, single, issuer) else None
    return None


def _ocsp_answer(single: ocsp.OCSPSingleResponse) -> Answer:
    return Answer(
        single.this_update_utc,
        single.next_update_utc,
        single.revocation_time_utc,
        single.revocation_reason is _HOLD,
    )


def _is_about(single: ocsp.OCSPSingleResponse, certificate: bytes, issuer: bytes) -> bool:
    if single.serial_number != load(certificate).serial_number:
        return False
    asked = question(certificate, issuer, single.hash_algorithm.name)
    return (
        asked is not None
        and single.issuer_name_hash == asked.issuer_name_hash
        and single.issuer_key_hash == asked.issuer_key_hash
    )


@lru_cache(maxsize=2048)
def question(certificate: bytes, issuer: bytes, digest: str = "sha1") -> ocsp.OCSPRequest | None:
    """Yêu cầu OCSP; the digest only finds the issuer, SHA-1 is what every responder knows."""
    known: dict[str, hashes.HashAlgorithm] = {
        "sha1": hashes.SHA1(),  # noqa: S303
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    if digest not in known:
        return None
    builder = ocsp.OCSPRequestBuilder()
    return builder.add_certificate(load(certificate), load(issuer), known[digest]).build()


def question_bytes(certificate: bytes, issuer: bytes) -> bytes:
    asked = question(certificate, issuer)
    assert asked is not None
    return asked.public_bytes(Encoding.DER)


def _rightly_signed(
    response: ocsp.OCSPResponse, single: ocsp.OCSPSingleResponse, issuer: bytes
) -> bool:
    """Whether the issuer signed, or one that the issuer made its responder."""
    if _is_signed_by(response, issuer):
        return True
    for one in response.certificates[:8]:
        delegate = one.public_bytes(Encoding.DER)
        if (
            is_for_ocsp(delegate)
            and is_valid_at(delegate, single.this_update_utc)
            and is_issued_by(delegate, issuer)
            and _is_signed_by(response, delegate)
        ):
            return True
    return False


def _is_signed_by(response: ocsp.OCSPResponse, signer: bytes) -> bool:
    digest = response.signature_hash_algorithm
    return digest is not None and verify_value(
        public_key_of(signer),
        response.signature,
        response.tbs_response_bytes,
        digest.name,
        pss=response.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS,
    )


def read_crl(content: bytes, certificate: bytes, issuer: bytes) -> Answer | None:
    """Danh sách thu hồi (CRL) nói gì về một chứng thư; None when it does not speak of it."""
    try:
        listed = _open_crl(content, issuer)
        if listed is None or not _covers(listed, certificate):
            return None
        return _crl_answer(listed, load(certificate).serial_number)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None


@lru_cache(maxsize=8)
def _open_crl(content: bytes, issuer: bytes) -> x509.CertificateRevocationList | None:
    """The list if the issuer's key signed it and nothing critical in it is unknown."""
    listed = x509.load_der_x509_crl(content)
    key = public_key_of(issuer)
    digest = listed.signature_hash_algorithm
    usage = extension(issuer, x509.KeyUsage)
    may_list = usage is None or usage.value.crl_sign
    strong = digest is not None and digest.name in DIGESTS
    if listed.issuer != load(issuer).subject or not (may_list and strong):
        return None
    known = all(
        not one.critical or isinstance(one.value, x509.IssuingDistributionPoint)
        for one in listed.extensions
    )
    return listed if known and listed.is_signature_valid(key) else None  # type: ignore[arg-type]


def _covers(listed: x509.CertificateRevocationList, certificate: bytes) -> bool:
    """Whether certificates of this kind and of this distribution point are in the list."""
    try:
        scope = listed.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    basic = extension(certificate, x509.BasicConstraints)
    is_authority = basic is not None and basic.value.ca
    if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
        return False
    if (is_authority and scope.only_contains_user_certs) or (
        not is_authority and scope.only_contains_ca_certs
    ):
        return False
    named = {one.value for one in scope.full_name or []}
    return not named or bool(named & set(addresses_of_lists(certificate)))


def _crl_answer(listed: x509.CertificateRevocationList, serial: int) -> Answer:
    entry = listed.get_revoked_certificate_by_serial_number(serial)
    said, following = listed.last_update_utc, listed.next_update_utc
    if entry is None:
        return Answer(said, following)
    reason, invalid = None, None
    for one in entry.extensions:
        if isinstance(one.value, x509.CRLReason):
            reason = one.value.reason
        elif isinstance(one.value, x509.InvalidityDate):
            invalid = one.value.invalidity_date_utc
    since = min(entry.revocation_date_utc, invalid or entry.revocation_date_utc)
    return Answer(said, following, since, reason is _HOLD)


def addresses_of_lists(certificate: bytes) -> tuple[str, ...]:
    """Where the CRL of a certificate is published."""
    found = extension(certificate, x509.CRLDistributionPoints)
    return tuple(
        str(name.value)
        for point in (found.value if found else ())
        for name in point.full_name or []
        if isinstance(name, x509.UniformResourceIdentifier)
    )


def addresses_of_responders(certificate: bytes) -> tuple[str, ...]:
    """Where OCSP answers about a certificate."""
    found = extension(certificate, x509.AuthorityInformationAccess)
    return tuple(
        str(one.access_location.value)
        for one in (found.value if found else ())
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    )


def says_where_to_ask(certificate: bytes) -> bool:
    return bool(addresses_of_lists(certificate) or addresses_of_responders(certificate))
