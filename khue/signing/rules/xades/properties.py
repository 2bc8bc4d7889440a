"""Thông tin kèm chữ ký (XAdES): claimed time and role, the certificate meant, times and proofs."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone

from khue.signing.rules.algorithms import digest
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import Evidence
from khue.signing.rules.xades.canonical import (
    INCLUSIVE_METHOD,
    Method,
    Unsupported,
    method_of,
)
from khue.signing.rules.xades.elements import (
    Element,
    decoded,
    ds,
    only_child,
    plain_text,
    xades,
)
from khue.signing.rules.xades.references import digest_name

VIETNAM = timezone(timedelta(hours=7))
MOST_VALUES = 200
_SIGNED = xades("SignedSignatureProperties")
_UNSIGNED = (
    f"{ds('Object')}/{xades('QualifyingProperties')}/{xades('UnsignedProperties')}"
    f"/{xades('UnsignedSignatureProperties')}"
)


def claimed_time(properties: Element | None) -> datetime | None:
    """Thời điểm ký do người ký khai; without a zone it is taken as Vietnam's."""
    text = _text(properties, "SigningTime")
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def claimed_role(properties: Element | None) -> str:
    """Chức danh khi ký, the first one claimed."""
    for name in ("SignerRoleV2", "SignerRole"):
        text = _text(properties, name, "ClaimedRoles", "ClaimedRole")
        if text:
            return text
    return ""


def _text(properties: Element | None, *names: str) -> str:
    if properties is None:
        return ""
    return plain_text(properties.find("/".join((_SIGNED, *map(xades, names)))))


def meant_certificate(properties: Element, certificates: Sequence[bytes]) -> bytes | None:
    """The certificate whose digest was signed, None if it is not among these.

    b"" when none was named. Raises Faulty for a weak digest.
    """
    for name in ("SigningCertificateV2", "SigningCertificate"):
        path = "/".join((_SIGNED, xades(name), xades("Cert"), xades("CertDigest")))
        named = properties.find(path)
        if named is not None:
            return _matching(named, certificates)
    return b""


def _matching(named: Element, certificates: Sequence[bytes]) -> bytes | None:
    method = named.find(ds("DigestMethod"))
    algorithm = digest_name("" if method is None else method.get("Algorithm", ""))
    wanted = decoded(named.find(ds("DigestValue")))
    for one in certificates:
        if hmac.compare_digest(digest(algorithm, one), wanted):
            return one
    return None


def told_certificates(signature: Element) -> tuple[bytes, ...]:
    """The certificates that the signature brings in its KeyInfo and can be read, in order."""
    info = only_child(signature, ds("KeyInfo"))
    if info is None:
        return ()
    return _readable(decoded(one) for one in info.iter(ds("X509Certificate")))


def _readable(found: Iterable[bytes]) -> tuple[bytes, ...]:
    kept: dict[bytes, None] = {}
    for one in found:
        if one and len(kept) < MOST_VALUES and _is_certificate(one):
            kept[one] = None
    return tuple(kept)


def _is_certificate(one: bytes) -> bool:
    try:
        load(one)
    except ValueError:
        return False
    return True


def timestamps(signature: Element) -> tuple[Method, tuple[bytes, ...]]:
    """The timestamp tokens over the signature value, and how that value was canonicalised.

    Of tokens with another canonicalisation than the first, none is told.
    """
    method, tokens = INCLUSIVE_METHOD, list[bytes]()
    for one in signature.findall(f"{_UNSIGNED}/{xades('SignatureTimeStamp')}")[:MOST_VALUES]:
        try:
            used = method_of(one.find(ds("CanonicalizationMethod")))
        except Unsupported:
            continue
        method = used if not tokens else method
        if used == method:
            tokens += [decoded(token) for token in one.iter(xades("EncapsulatedTimeStamp"))]
    return method, tuple(token for token in tokens if token)


def evidence_of(signature: Element) -> Evidence:
    """Chứng cứ lưu cùng chữ ký: certificates, OCSP responses, CRLs."""
    properties = signature.find(_UNSIGNED)
    if properties is None:
        return Evidence()
    return Evidence(
        certificates=_readable(map(decoded, properties.iter(xades("EncapsulatedX509Certificate")))),
        ocsp=_values(properties, "EncapsulatedOCSPValue"),
        crls=_values(properties, "EncapsulatedCRLValue"),
    )


def _values(properties: Element, name: str) -> tuple[bytes, ...]:
    found = [decoded(one) for one in properties.iter(xades(name))]
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_VALUES]
