"""Ký XML: the pieces of a signature, written as texts that are canonical as they stand.

Every element declares the prefixes it uses where exclusive canonicalisation puts them, so that
what is digested and what stands in the document are the same bytes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from khue.signing.rules.algorithms import (
    XML_DIGESTS,
    coordinate_size,
    require_strong_key,
    xml_algorithm,
)
from khue.signing.rules.algorithms import digest as hashed
from khue.signing.rules.certificates import is_self_signed, public_key_of
from khue.signing.rules.shapes import Evidence, SigningCertificate, XmlPlace
from khue.signing.rules.xades.names import (
    DS,
    ENVELOPED,
    EXCLUSIVE,
    SIGNED_PROPERTIES,
    XADES,
    XADES_141,
)

_DS = f' xmlns:ds="{DS}"'
_PROPERTIES = f' xmlns:xades="{XADES}"'
_METHOD = f'Algorithm="{EXCLUSIVE}"'
_NAME = re.compile(r"[^\W\d][\w.-]*", re.ASCII)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
END_OF_PROPERTIES = b"</xades:QualifyingProperties>"
END_OF_UNSIGNED = b"</xades:UnsignedSignatureProperties>"


@dataclass(frozen=True, slots=True)
class Covered:
    """A digested part: its id ("" = the whole document), and whether the signature stands in it."""

    id: str
    digest: bytes
    enveloping: bool = False


@dataclass(frozen=True, slots=True)
class SignerTexts:
    """What is the same in every signature of a signer."""

    method: str
    certificate: str
    key_info: str
    coordinate: int


@lru_cache(maxsize=256)
def signer_texts(signer: SigningCertificate, digest: str) -> SignerTexts:
    """The texts of a certificate; raises Weak for a key or digest that must not sign."""
    key = public_key_of(signer.certificate)
    require_strong_key(key)
    told = [signer.certificate, *(one for one in signer.chain if not is_self_signed(one))]
    certificates = "".join(
        f"<ds:X509Certificate>{_text64(one)}</ds:X509Certificate>" for one in dict.fromkeys(told)
    )
    value = _text64(hashed(digest, signer.certificate))
    return SignerTexts(
        method=xml_algorithm(key, digest),
        certificate=f"<xades:CertDigest>{_digest(value, digest, _DS)}</xades:CertDigest>",
        key_info=f"<ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>",
        coordinate=coordinate_size(key),
    )


def signed_properties(
    place: XmlPlace, signer: SignerTexts, parts: Sequence[Covered], at: datetime
) -> str:
    """xades:SignedProperties, canonical: time, certificate, role, form of every part."""
    role = (
        "<xades:SignerRoleV2><xades:ClaimedRoles><xades:ClaimedRole>"
        f"{escape(place.role)}</xades:ClaimedRole></xades:ClaimedRoles></xades:SignerRoleV2>"
        if place.role
        else ""
    )
    forms = "".join(
        f'<xades:DataObjectFormat ObjectReference="#{place.signature_id}-r{number}">'
        "<xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>"
        for number, _ in enumerate(parts)
    )
    return (
        f'<xades:SignedProperties{_PROPERTIES} Id="{place.signature_id}-props">'
        f"<xades:SignedSignatureProperties><xades:SigningTime>{moment(at)}</xades:SigningTime>"
        "<xades:SigningCertificateV2><xades:Cert>"
        f"{signer.certificate}</xades:Cert></xades:SigningCertificateV2>"
        f"{role}</xades:SignedSignatureProperties>"
        f"<xades:SignedDataObjectProperties>{forms}</xades:SignedDataObjectProperties>"
        "</xades:SignedProperties>"
    )


def signed_info(
    signature_id: str, parts: Sequence[Covered], properties: bytes, method: str, digest: str
) -> str:
    """ds:SignedInfo, canonical: a reference for every part in turn, the last for the properties."""
    references = "".join(
        f'<ds:Reference Id="{signature_id}-r{number}"{_address(part.id)}>'
        f"{_transforms(enveloping=part.enveloping)}"
        f"{_digest(_text64(part.digest), digest)}</ds:Reference>"
        for number, part in enumerate(parts)
    )
    return (
        f"<ds:SignedInfo{_DS}><ds:CanonicalizationMethod {_METHOD}></ds:CanonicalizationMethod>"
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>{references}'
        f'<ds:Reference Type="{SIGNED_PROPERTIES}" URI="#{signature_id}-props">'
        f"{_transforms()}{_digest(_text64(properties), digest)}</ds:Reference></ds:SignedInfo>"
    )


def _address(part: str) -> str:
    return f' URI="#{part}"' if part else ' URI=""'


def _transforms(*, enveloping: bool = False) -> str:
    own = f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>' if enveloping else ""
    return f"<ds:Transforms>{own}<ds:Transform {_METHOD}></ds:Transform></ds:Transforms>"


def _digest(value: str, digest: str, declared: str = "") -> str:
    return (
        f'<ds:DigestMethod{declared} Algorithm="{XML_DIGESTS[digest]}"></ds:DigestMethod>'
        f"<ds:DigestValue{declared}>{value}</ds:DigestValue>"
    )


def before_value(signature_id: str, info: str) -> str:
    """From the start of the element to where the signature value goes."""
    return (
        f'<ds:Signature{_DS} Id="{signature_id}">{info}'
        f'<ds:SignatureValue Id="{signature_id}-value">'
    )


def after_value(signature_id: str, key_info: str, properties: str) -> str:
    """From behind the signature value to the end of the element."""
    return (
        f"</ds:SignatureValue>{key_info}<ds:Object>"
        f'<xades:QualifyingProperties{_PROPERTIES} Target="#{signature_id}">{properties}'
        f"{END_OF_PROPERTIES.decode()}</ds:Object></ds:Signature>"
    )


def stamped_value(signature_id: str, value: str) -> bytes:
    """The canonical ds:SignatureValue, which a timestamp and later signatures cover."""
    return (
        f'<ds:SignatureValue{_DS} Id="{signature_id}-value">{value}</ds:SignatureValue>'
    ).encode()


def timestamp_text(signature_id: str, number: int, token: bytes) -> str:
    """xades:SignatureTimeStamp with one token."""
    return (
        f'<xades:SignatureTimeStamp Id="{signature_id}-time-{number}">'
        f"<ds:CanonicalizationMethod {_METHOD}></ds:CanonicalizationMethod>"
        f"<xades:EncapsulatedTimeStamp>{_text64(token)}</xades:EncapsulatedTimeStamp>"
        "</xades:SignatureTimeStamp>"
    )


def evidence_text(evidence: Evidence, *, again: bool = False) -> str:
    """Certificates and revocation values; `again`: what is added to such as stand there already."""
    certificates = _values(
        "CertificateValues", _each("EncapsulatedX509Certificate", evidence.certificates)
    )
    lists = _values("CRLValues", _each("EncapsulatedCRLValue", evidence.crls))
    answers = _values("OCSPValues", _each("EncapsulatedOCSPValue", evidence.ocsp))
    told = certificates + _values("RevocationValues", lists + answers)
    if not (again and told):
        return told
    name = "xades141:TimeStampValidationData"
    return f'<{name} xmlns:xades141="{XADES_141}">{told}</{name}>'


def _values(name: str, inside: str) -> str:
    return f"<xades:{name}>{inside}</xades:{name}>" if inside else ""


def _each(name: str, values: Iterable[bytes]) -> str:
    return "".join(f"<xades:{name}>{_text64(one)}</xades:{name}>" for one in dict.fromkeys(values))


def require_name(text: str) -> str:
    """An id as we write it; raises ValueError for one that needs escaping."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"not an id that can be signed: {text!r}")
    return text


def escape(text: str) -> str:
    """Text as canonical XML has it; raises ValueError for what XML cannot hold."""
    if _FORBIDDEN.search(text):
        raise ValueError("a character that XML cannot hold")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#xD;")


def moment(at: datetime) -> str:
    """Thời điểm ký, in UTC; raises ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError("the time of signing needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text64(data: bytes) -> str:
    return b64encode(data).decode()
