"""Chữ ký CMS/CAdES: the signed attributes, the signature around them, what is added later.

The bytes are joined directly; openssl, poppler and pyHanko read them in the tests.
Law: TT 22/2020/TT-BTTTT, phụ lục.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import load_der_x509_certificate

from khue.signing.rules.algorithms import digest as digest_value
from khue.signing.rules.algorithms import require_strong_key
from khue.signing.rules.cms.der import (
    GENERALIZED_TIME,
    NULL,
    OCTETS,
    OID,
    SET,
    UTC_TIME,
    children,
    content,
    retagged,
    sequence,
    set_of,
    tlv,
)
from khue.signing.rules.shapes import Evidence, SigningCertificate

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_TIME = bytes.fromhex("06092a864886f70d010905")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
TIMESTAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
OCSP_RESPONSE = bytes.fromhex("06082b06010505071002")

_DIGEST_OIDS = {
    "sha256": tlv(OID, bytes.fromhex("608648016503040201")),
    "sha384": tlv(OID, bytes.fromhex("608648016503040202")),
    "sha512": tlv(OID, bytes.fromhex("608648016503040203")),
}
_RSA_WITH = {
    "sha256": bytes.fromhex("06092a864886f70d01010b"),
    "sha384": bytes.fromhex("06092a864886f70d01010c"),
    "sha512": bytes.fromhex("06092a864886f70d01010d"),
}
_ECDSA_WITH = {
    "sha256": bytes.fromhex("06082a8648ce3d040302"),
    "sha384": bytes.fromhex("06082a8648ce3d040303"),
    "sha512": bytes.fromhex("06082a8648ce3d040304"),
}
# What stands in a form of a signature until the true bytes are known.
_MARK, _OTHER_MARK = b"\xa5", b"\x5a"
_NOTHING = tlv(NULL)
_ONE, _THREE, _FIVE = b"\x02\x01\x01", b"\x02\x01\x03", b"\x02\x01\x05"
_LAST_SHORT_YEAR = 2049

Chunks = tuple[bytes, ...]


def packed(*chunks: bytes) -> bytes:
    """Several pieces in one, each behind its length."""
    return b"".join(len(one).to_bytes(6, "big") + one for one in chunks)


def unpacked(state: bytes) -> Chunks:
    found, at = [], 0
    while at < len(state):
        size = int.from_bytes(state[at : at + 6], "big")
        found.append(state[at + 6 : at + 6 + size])
        at += 6 + size
    return tuple(found)


_DIGESTS = {name: sequence(oid) for name, oid in _DIGEST_OIDS.items()}


@lru_cache(maxsize=1024)
def signature_algorithm(certificate: bytes, digest: str) -> bytes:
    """How the key of this certificate signs with this digest; a weak key or digest is refused."""
    key = load_der_x509_certificate(certificate).public_key()
    digest_value(digest, b"")
    require_strong_key(key)
    if isinstance(key, rsa.RSAPublicKey):
        return sequence(_RSA_WITH[digest], _NOTHING)
    return sequence(_ECDSA_WITH[digest])


@lru_cache(maxsize=1024)
def longest_signature(certificate: bytes) -> int:
    """How many bytes a value of this certificate's key may take."""
    key = load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return 2 * ((key.key_size + 7) // 8 + 3) + 4


@lru_cache(maxsize=1024)
def issuer_and_serial(certificate: bytes) -> bytes:
    """Who made the certificate and its number, in the very bytes of the certificate."""
    body = children(children(certificate)[0][1])
    after_version = body[1:] if body[0][0] == 0xA0 else body
    return sequence(after_version[2][1], after_version[0][1])


def attribute(name: bytes, *values: bytes) -> bytes:
    return sequence(name, set_of(*values))


@lru_cache(maxsize=1024)
def _names_certificate(certificate: bytes) -> bytes:
    """ESS signing-certificate-v2: this certificate and no other with the same key."""
    told = sequence(sequence(sequence(tlv(OCTETS, hashlib.sha256(certificate).digest()))))
    return attribute(SIGNING_CERTIFICATE_V2, told)


_CONTENT_IS_DATA = attribute(CONTENT_TYPE, DATA)


def time_value(at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    if moment.year <= _LAST_SHORT_YEAR:
        return tlv(UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())


def signed_attributes(
    message_digest: bytes, certificate: bytes, at: datetime | None, *, ready: bool = True
) -> bytes:
    """What the key signs. A PDF tells the time in its own dictionary, so `at` is None there."""
    if at is None and ready:
        return message_digest.join(_around_digest(certificate, len(message_digest)))
    told = [
        _CONTENT_IS_DATA,
        attribute(MESSAGE_DIGEST, tlv(OCTETS, message_digest)),
        _names_certificate(certificate),
    ]
    if at is not None:
        told.append(attribute(SIGNING_TIME, time_value(at)))
    return set_of(*told)


@lru_cache(maxsize=1024)
def _around_digest(certificate: bytes, size: int) -> Chunks:
    """Attributes without a time are the same for every file, but for the digest."""
    mark = _MARK * size
    before, after = signed_attributes(mark, certificate, None, ready=False).split(mark)
    return before, after


@lru_cache(maxsize=1024)
def _around_value(signer: SigningCertificate, digest: str, told: int, size: int) -> Chunks:
    """A CMS with nothing added later is the same for every file, but for attributes and value."""
    attributes, value = tlv(SET, _MARK * told), _OTHER_MARK * size
    before, rest = signature_of(signer, attributes, value, digest).split(_MARK * told)
    between, after = rest.split(value)
    return before, between, after


def plain_signature(
    signer: SigningCertificate, attributes: bytes, signature: bytes, digest: str
) -> bytes:
    """The same as `signature_of` without timestamp and evidence, many times as fast."""
    inner = content(attributes)
    before, between, after = _around_value(signer, digest, len(inner), len(signature))
    return b"".join((before, inner, between, signature, after))


def signature_of(
    signer: SigningCertificate,
    attributes: bytes,
    signature: bytes,
    digest: str,
    *,
    timestamp: bytes | None = None,
    evidence: Evidence | None = None,
) -> bytes:
    """ContentInfo with one signature, beside its content (detached), DER."""
    info = _signer_info(signer.certificate, attributes, signature, digest, timestamp)
    proof = evidence or Evidence()
    certificates = [signer.certificate, *signer.chain, *proof.certificates]
    return signed_data([_DIGESTS[digest]], certificates, revocations(proof), [info])


def _signer_info(
    certificate: bytes, attributes: bytes, signature: bytes, digest: str, timestamp: bytes | None
) -> bytes:
    parts = [
        _ONE,
        issuer_and_serial(certificate),
        _DIGESTS[digest],
        retagged(attributes, 0xA0),
        signature_algorithm(certificate, digest),
        tlv(OCTETS, signature),
    ]
    if timestamp:
        parts.append(set_of(attribute(TIMESTAMP_TOKEN, timestamp), tag=0xA1))
    return sequence(*parts)


def revocations(evidence: Evidence) -> list[bytes]:
    """Revocation lists as they are, OCSP answers as other information (RFC 5940)."""
    answers = [tlv(0xA1, OCSP_RESPONSE, one) for one in evidence.ocsp]
    return [*evidence.crls, *answers]


@lru_cache(maxsize=1024)
def _certificate_set(certificates: tuple[bytes, ...]) -> bytes:
    return set_of(*certificates, tag=0xA0)


_DETACHED = sequence(DATA)


def signed_data(
    digests: Sequence[bytes],
    certificates: Sequence[bytes],
    revoked: Sequence[bytes],
    signers: Sequence[bytes],
    *,
    within: bytes = _DETACHED,
) -> bytes:
    has_other = any(one[0] == 0xA1 for one in revoked)
    parts = [
        _FIVE if has_other else _ONE if within == _DETACHED else _THREE,
        set_of(*digests),
        within,
        _certificate_set(tuple(certificates)),
    ]
    if revoked:
        parts.append(set_of(*revoked, tag=0xA1))
    body = sequence(*parts, set_of(*signers))
    return sequence(SIGNED_DATA, tlv(0xA0, body))
