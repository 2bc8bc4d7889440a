"""Plain values of signing: what goes in, what comes out, what a verifier tells.

Nothing here knows what a document says; a document is bytes, a place in it is an id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Format(StrEnum):
    """Dạng chữ ký: XAdES in XML, PAdES in PDF, CMS beside any file."""

    XADES = "xades"
    PADES = "pades"
    CMS = "cms"


class Level(StrEnum):
    """Mức chữ ký (ETSI EN 319 102-1): alone; with a trusted time; with proof for the long term."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"

    @property
    def needs_timestamp(self) -> bool:
        return self is not Level.B_B

    @property
    def needs_evidence(self) -> bool:
        return self is Level.B_LT


class Holder(StrEnum):
    """Chủ thể của chứng thư: a person, or an organisation (its seal)."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """The certificate that will sign and those above it, nearest first, all DER."""

    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Proof that certificates were good: certificates, OCSP responses, CRLs, all DER."""

    certificates: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    def __add__(self, other: Evidence) -> Evidence:
        """Both together, each piece once."""
        return Evidence(
            tuple(dict.fromkeys(self.certificates + other.certificates)),
            tuple(dict.fromkeys(self.ocsp + other.ocsp)),
            tuple(dict.fromkeys(self.crls + other.crls)),
        )


@dataclass(frozen=True, slots=True)
class XmlPlace:
    """Where an XML signature covers and stands.

    `covers`: ids of the elements that are signed, in this order. `parent`: id of the element that
    takes the signature. `signature_id`: Id of the new ds:Signature; its SignatureValue gets
    `{signature_id}-value`, so that a later signature can cover it. `role`: claimed role, shown.
    """

    covers: tuple[str, ...]
    parent: str
    signature_id: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class PdfLook:
    """How a PDF signature looks (NĐ 30/2020, Phụ lục I); a box in points from the lower left.

    `image`: PNG with transparency (blue hand signature, red seal) or none. `page` counts from 0,
    -1 is the last. `visible` False: no look at all. `lines`: text beside or instead of the image.
    """

    visible: bool = False
    page: int = -1
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    image: bytes = b""
    lines: tuple[str, ...] = ()
    holder: Holder = Holder.PERSON
    field_name: str = ""
    reason: str = ""
    location: str = ""
    plain: bool = False
    """Black text and no frame, as on an attachment or a copy."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document one signature short.

    `to_be_signed` is hashed with `digest` (sha256, sha384, sha512) and signed by the signer's key:
    RSA PKCS#1 v1.5, or ECDSA as DER. `state` is what `finish_*` of the same format needs; it is
    plain bytes so that it can be kept between two requests.
    """

    format: Format
    to_be_signed: bytes
    digest: str
    state: bytes


class Status(StrEnum):
    """What a verifier says of one signature."""

    VALID = "valid"
    VALID_THEN = "valid_then"
    """Valid at the trusted time of signing; the certificate has ended or was revoked since."""
    BROKEN = "broken"
    """What was signed has been changed, or the signature value is not of this key."""
    MISPLACED = "misplaced"
    """Covers an element that does not stand where it must (signature wrapping)."""
    WEAK = "weak"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    WRONG_USAGE = "wrong_usage"
    STATUS_UNKNOWN = "status_unknown"
    """Whole and of a trusted chain, but nothing proves that the certificate was not revoked."""

    @property
    def is_good(self) -> bool:
        return self in {Status.VALID, Status.VALID_THEN}


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature as it was read from a file, before anybody asked whom to trust.

    `intact`: the digests of everything covered and the signature value hold. `broken`: ids (XML)
    or words (PDF) of what was changed. `fault`: "" or a Status value that needs no trust to see
    (BROKEN, MISPLACED, WEAK). `signature_value` is what a timestamp covers; `timestamps` are RFC
    3161 tokens, DER, `stamped` the very bytes that they cover.
    """

    id: str
    format: Format
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    role: str = ""
    claimed_at: datetime | None = None
    covers: tuple[str, ...] = ()
    intact: bool = False
    broken: tuple[str, ...] = ()
    fault: str = ""
    timestamps: tuple[bytes, ...] = ()
    stamped: bytes = b""
    evidence: Evidence = field(default_factory=Evidence)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says of its holder (NĐ 174/2026, Điều 82: title, organisation) and key."""

    name: str
    title: str
    organisation: str
    email: str
    serial: str
    issuer: str
    valid_from: datetime
    valid_to: datetime
    key: str
    """As shown: "RSA 2048", "ECDSA P-256"."""
    fingerprint: str
    """SHA-256 of the DER, hexadecimal."""


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature judged. `at`: the trusted time if there is one, else the claimed time."""

    id: str
    status: Status
    sentence: str
    signer: CertificateFacts
    role: str = ""
    at: datetime | None = None
    time_is_trusted: bool = False
    level: Level = Level.B_B
    covers: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    holder: Holder = Holder.PERSON


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file judged. `faults`: sentences on the file as a whole (content added after signing …)."""

    kind: str
    signatures: tuple[SignatureReport, ...] = ()
    faults: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there are signatures, every one is good, and nothing stands outside them."""
        return (
            bool(self.signatures)
            and not self.faults
            and all(one.status.is_good for one in self.signatures)
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a verifier trusts: roots, certificates between, roots of timestamp authorities (DER).

    `former`: roots of either kind that were trusted until a moment; what a trusted time puts
    before that moment stays good.
    """

    roots: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    time_roots: tuple[bytes, ...] = ()
    former: tuple[tuple[bytes, datetime], ...] = ()
