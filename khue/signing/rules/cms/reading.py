"""Đọc chữ ký CMS: who signed, whether the value holds, what time and proof it carries.

Nobody is trusted here; that is asked later. Certificates, OCSP answers and revocation lists are
handed on wherever a signature may carry them: in the CMS, in CAdES and in Adobe attributes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import cms, pem
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import (
    DuplicateExtension,
    ExtensionNotFound,
    InvalidVersion,
    SubjectKeyIdentifier,
    load_der_x509_certificate,
)

from khue.signing.rules.algorithms import DIGESTS, Weak, require_strong_key
from khue.signing.rules.cms.algorithms import Method, digest_named, method_of, value_holds
from khue.signing.rules.cms.der import (
    GENERALIZED_TIME,
    OCTETS,
    SEQUENCE,
    SET,
    children,
    content,
    retagged,
    sequence,
    set_of,
    tlv,
    whole,
)
from khue.signing.rules.cms.making import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    OCSP_RESPONSE,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    TIMESTAMP_TOKEN,
    issuer_and_serial,
)
from khue.signing.rules.shapes import Evidence, Format, FoundSignature, Status

NOT_CMS = "Tệp này không phải chữ ký CMS (.p7s), hoặc đã bị hỏng. Hãy chọn lại tệp chữ ký."
CHANGED = "Nội dung đã bị thay đổi sau khi ký."
WRONG_VALUE = "Giá trị chữ ký không khớp với chứng thư của người ký."
OTHER_FILE = "Tệp chữ ký chứa nội dung của một tệp khác."
UNREADABLE = "Giá trị chữ ký không đọc được."
CONTENT = "nội dung"
VALUE = "giá trị chữ ký"
INDEFINITE = 0x80
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910020c")
CERTIFICATE_VALUES = bytes.fromhex("060b2a864886f70d0109100217")
REVOCATION_VALUES = bytes.fromhex("060b2a864886f70d0109100218")
ADOBE_REVOCATIONS = bytes.fromhex("06092a864886f72f010108")
BASIC_OCSP = bytes.fromhex("06092b0601050507300101")

# Whatever the readers of certificates and DER raise about bytes that are none.
UNREADABLE_VALUES = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    InvalidVersion,
    DuplicateExtension,
)

DigestOf = Callable[[str], bytes]
Attributes = dict[bytes, list[bytes]]


class UnfitCms(Exception):
    """Chữ ký không đọc được; `sentence` is for the user."""

    def __init__(self, sentence: str = NOT_CMS) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Signer:
    """One SignerInfo taken apart, every part in its own bytes."""

    sid: bytes
    digest: str
    signed: bytes
    method: Method
    value: bytes
    unsigned: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A CMS taken apart: its signers, and what it carries for all of them."""

    signers: tuple[Signer, ...]
    certificates: tuple[bytes, ...]
    evidence: Evidence
    content_type: bytes
    content: bytes | None


def as_der(data: bytes) -> bytes:
    """The CMS in definite lengths, out of PEM armour and without what stands behind it."""
    raw = bytes(pem.unarmor(data.lstrip())[2]) if data.lstrip()[:5] == b"-----" else data
    if raw[1:2] == bytes((INDEFINITE,)):
        return bytes(cms.ContentInfo.load(raw).dump(force=True))
    return whole(raw)


def open_cms(data: bytes) -> Opened:
    """Raises UnfitCms with a sentence when the bytes are not a CMS signature."""
    try:
        return _opened(as_der(data))
    except (ValueError, TypeError, LookupError, RecursionError):
        raise UnfitCms from None


def _opened(der: bytes) -> Opened:
    (_, kind), (_, wrapped) = children(der)
    if kind != SIGNED_DATA:
        raise UnfitCms
    _, _, (_, within), *rest = children(children(wrapped)[0][1])
    more = dict(rest[:-1])
    content_type, *inner = children(within)
    return Opened(
        signers=tuple(_signer(raw) for _, raw in children(rest[-1][1])),
        certificates=_only(more.get(0xA0), SEQUENCE),
        evidence=_revocations(more.get(0xA1)),
        content_type=content_type[1],
        content=_octets(children(inner[0][1])[0][1]) if inner else None,
    )


def _octets(value: bytes) -> bytes:
    """An octet string, also one that was sent in pieces."""
    if value[0] == OCTETS:
        return content(value)
    return b"".join(_octets(raw) for _, raw in children(value))


def _only(values: bytes | None, tag: int) -> tuple[bytes, ...]:
    return tuple(raw for kind, raw in children(values) if kind == tag) if values else ()


def _revocations(values: bytes | None) -> Evidence:
    others = [children(raw) for raw in _only(values, 0xA1)]
    answers = [told[1][1] for told in others if told[0][1] == OCSP_RESPONSE]
    return Evidence(ocsp=tuple(answers), crls=_only(values, SEQUENCE))


def _signer(raw: bytes) -> Signer:
    _, (_, sid), (_, digest), *rest = children(raw)
    told = dict(rest)
    named = digest_named(digest)
    return Signer(
        sid=sid,
        digest=named,
        signed=told.get(0xA0, b""),
        method=method_of(told[SEQUENCE], named),
        value=content(told[OCTETS]),
        unsigned=told.get(0xA1, b""),
    )


def read_cms(cms: bytes, content: bytes) -> list[FoundSignature]:
    """Every signature in a CMS that stands beside `content` (or holds the same content)."""
    opened = open_cms(cms)
    found = [
        read_signer(one, opened, lambda name: hashlib.new(name, content).digest())
        for one in opened.signers
    ]
    named = [replace(one, id=f"ky-{number}") for number, one in enumerate(found, 1)]
    if opened.content in {None, content}:
        return named
    return [_for_another(one) for one in named]


def _for_another(found: FoundSignature) -> FoundSignature:
    """The CMS holds a file of its own, and that is not the one beside it."""
    facts = {**found.facts, "fault": OTHER_FILE}
    fault = found.fault or Status.BROKEN
    return replace(found, intact=False, broken=(CONTENT,), fault=fault, facts=facts)


def read_signer(signer: Signer, opened: Opened, digest_of: DigestOf) -> FoundSignature:
    """One signature. `digest_of` tells the digest of what it covers, by the digest's name.

    What cannot be read any further is BROKEN, and has no certificate.
    """
    try:
        return _read_signer(signer, opened, digest_of)
    except UNREADABLE_VALUES:
        facts = {"fault": UNREADABLE}
        return FoundSignature(
            "", Format.CMS, b"", broken=(VALUE,), fault=Status.BROKEN, facts=facts
        )


def _read_signer(signer: Signer, opened: Opened, digest_of: DigestOf) -> FoundSignature:
    signed, unsigned = attributes(signer.signed), attributes(signer.unsigned)
    certificates = dict.fromkeys((*opened.certificates, *_certificate_values(unsigned)))
    certificate = _certificate_of(signer.sid, certificates)
    covered = _covers_content(signer, signed, opened.content_type, digest_of)
    valued = _value_holds(signer, signed, certificate, digest_of)
    return FoundSignature(
        id="",
        format=Format.CMS,
        certificate=certificate,
        chain=tuple(one for one in certificates if one != certificate),
        claimed_at=_time(signed),
        intact=covered and valued,
        broken=_broken(covered=covered, valued=valued),
        fault=_fault(signer, certificate, intact=covered and valued),
        timestamps=tuple(unsigned.get(TIMESTAMP_TOKEN, ())),
        stamped=signer.value,
        evidence=_joined(opened.evidence, _adobe(signed), _cades(unsigned)),
        facts={"digest": signer.digest, "fault": _why(covered=covered, valued=valued)},
    )


def _broken(*, covered: bool, valued: bool) -> tuple[str, ...]:
    if not covered:
        return (CONTENT,)
    return () if valued else (VALUE,)


def _why(*, covered: bool, valued: bool) -> str:
    if not covered:
        return CHANGED
    return "" if valued else WRONG_VALUE


def attributes(values: bytes) -> Attributes:
    """Attributes by name. One told twice counts as absent: nobody may choose between the two."""
    found: Attributes = {}
    twice: set[bytes] = set()
    for _, raw in children(values) if values else ():
        (_, name), (_, told) = children(raw)
        if name in found:
            twice.add(name)
        found[name] = [one for _, one in children(told)]
    return {name: told for name, told in found.items() if told and name not in twice}


def _covers_content(
    signer: Signer, signed: Attributes, content_type: bytes, digest_of: DigestOf
) -> bool:
    """Without signed attributes the value itself covers the content."""
    if not signer.signed:
        return True
    if signed.get(CONTENT_TYPE) != [content_type] or not signer.digest:
        return False
    return signed.get(MESSAGE_DIGEST) == [tlv(OCTETS, digest_of(signer.digest))]


def _value_holds(
    signer: Signer, signed: Attributes, certificate: bytes, digest_of: DigestOf
) -> bool:
    name = signer.method.digest
    if not (certificate and name and _is_named(certificate, signed)):
        return False
    key = load_der_x509_certificate(certificate).public_key()
    return any(
        value_holds(key, signer.value, covered, signer.method)
        for covered in _covered_by_value(signer, digest_of)
    )


def _covered_by_value(signer: Signer, digest_of: DigestOf) -> Iterable[bytes]:
    """The attributes as they are, and in the order that DER wants: some writers forget it."""
    name = signer.method.digest
    if not signer.signed:
        yield digest_of(name)
        return
    yield hashlib.new(name, retagged(signer.signed, SET)).digest()
    ordered = set_of(*(raw for _, raw in children(signer.signed)))
    yield hashlib.new(name, ordered).digest()


def _is_named(certificate: bytes, signed: Attributes) -> bool:
    """ESS signing-certificate: when the signer told her certificate, it must be this one."""
    for kind, name in ((SIGNING_CERTIFICATE_V2, "sha256"), (SIGNING_CERTIFICATE, "sha1")):
        if kind in signed:
            return _first_named(signed[kind][0], certificate, name)
    return True


def _first_named(value: bytes, certificate: bytes, name: str) -> bool:
    told = children(children(children(value)[0][1])[0][1])
    if told[0][0] == SEQUENCE:
        name, told = digest_named(told[0][1]), told[1:]
    return bool(name) and content(told[0][1]) == hashlib.new(name, certificate).digest()


def _certificate_of(sid: bytes, certificates: Iterable[bytes]) -> bytes:
    """The signer's certificate, or b"" when the CMS does not bring it."""
    for one in certificates:
        if _is_meant(sid, one):
            return one
    return b""


def _is_meant(sid: bytes, certificate: bytes) -> bool:
    if sid[0] == SEQUENCE:
        return issuer_and_serial(certificate) == sid
    with suppress(ExtensionNotFound, ValueError):
        found = load_der_x509_certificate(certificate).extensions
        key_id = found.get_extension_for_class(SubjectKeyIdentifier).value.digest
        return key_id == content(sid)
    return False


def _time(signed: Attributes) -> datetime | None:
    if SIGNING_TIME not in signed:
        return None
    value = signed[SIGNING_TIME][0]
    shape = "%Y%m%d%H%M%SZ" if value[0] == GENERALIZED_TIME else "%y%m%d%H%M%SZ"
    with suppress(ValueError):
        return datetime.strptime(content(value).decode("ascii"), shape).replace(tzinfo=UTC)
    return None


def _fault(signer: Signer, certificate: bytes, *, intact: bool) -> str:
    if not certificate:
        return Status.BROKEN
    if {signer.digest, signer.method.digest} - set(DIGESTS) or _has_weak_key(certificate):
        return Status.WEAK
    return "" if intact else Status.BROKEN


def _has_weak_key(certificate: bytes) -> bool:
    try:
        require_strong_key(load_der_x509_certificate(certificate).public_key())
    except Weak:
        return True
    return False


def _joined(*parts: Evidence) -> Evidence:
    return Evidence(
        ocsp=tuple(dict.fromkeys(one for part in parts for one in part.ocsp)),
        crls=tuple(dict.fromkeys(one for part in parts for one in part.crls)),
    )


def _certificate_values(unsigned: Attributes) -> tuple[bytes, ...]:
    found = unsigned.get(CERTIFICATE_VALUES)
    return _only(found[0], SEQUENCE) if found else ()


def _lists(value: bytes) -> dict[int, list[bytes]]:
    return {
        tag: [raw for _, raw in children(children(part)[0][1])] for tag, part in children(value)
    }


def _adobe(signed: Attributes) -> Evidence:
    """adbe-revocationInfoArchival: lists, and whole OCSP responses."""
    if ADOBE_REVOCATIONS not in signed:
        return Evidence()
    told = _lists(signed[ADOBE_REVOCATIONS][0])
    return Evidence(ocsp=tuple(told.get(0xA1, ())), crls=tuple(told.get(0xA0, ())))


def _cades(unsigned: Attributes) -> Evidence:
    """revocation-values: lists, and the inner part of OCSP responses."""
    if REVOCATION_VALUES not in unsigned:
        return Evidence()
    told = _lists(unsigned[REVOCATION_VALUES][0])
    answers = [_response(one) for one in told.get(0xA1, ())]
    return Evidence(ocsp=tuple(answers), crls=tuple(told.get(0xA0, ())))


def _response(basic: bytes) -> bytes:
    inner = sequence(BASIC_OCSP, tlv(OCTETS, basic))
    return sequence(b"\x0a\x01\x00", tlv(0xA0, inner))
