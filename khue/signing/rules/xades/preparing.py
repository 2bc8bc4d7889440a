"""Ký XML (XAdES): what the signer's key must sign, and the signature element made of its answer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.signing.rules.algorithms import digest as hashed
from khue.signing.rules.algorithms import raw_ecdsa
from khue.signing.rules.shapes import (
    Evidence,
    Format,
    Prepared,
    SigningCertificate,
    XmlPlace,
)
from khue.signing.rules.xades.canonical import canonical, canonical_document
from khue.signing.rules.xades.elements import ById, Element, elements_by_id
from khue.signing.rules.xades.lengthening import lengthen_xades
from khue.signing.rules.xades.names import WHOLE
from khue.signing.rules.xades.writing import (
    Covered,
    after_value,
    before_value,
    require_name,
    signed_info,
    signed_properties,
    signer_texts,
    stamped_value,
)
from khue.signing.rules.xml_safe import parse_xml


class NoSuchPart(ValueError):
    """Phần cần ký không có hoặc có hai lần; `sentence` is for the user."""

    def __init__(self, part: str, found: int) -> None:
        what = "không có trong tài liệu" if not found else f"có {found} lần trong tài liệu"
        self.sentence = f"Không ký được: phần “{part}” {what}. Hãy lập lại tài liệu rồi ký lại."
        super().__init__(self.sentence)


def prepare_xades_parts(
    parts: Sequence[tuple[str, bytes]],
    place: XmlPlace,
    signer: SigningCertificate,
    *,
    at: datetime,
    digest: str = "sha256",
) -> Prepared:
    """Chuẩn bị ký các phần (id, bytes) that are canonical (exclusive c14n 1.0) already.

    The parts are those of `place.covers` in that order; the signature must stand outside them.
    Raises ValueError when they are others, Weak for a key or digest that must not sign.
    """
    if tuple(part for part, _ in parts) != place.covers:
        raise ValueError("the parts are not those that the place names")
    covered = [Covered(require_name(part), hashed(digest, content)) for part, content in parts]
    return _prepare(covered, place, signer, at, digest)


def prepare_xades(
    document: bytes,
    place: XmlPlace,
    signer: SigningCertificate,
    *,
    at: datetime,
    digest: str = "sha256",
) -> Prepared:
    """Chuẩn bị ký một tài liệu XML: the elements whose `Id` is in `place.covers`.

    "/" among them covers the whole document. A part that holds the place of the signature gets the
    enveloped-signature transform. Raises UnsafeXml, NoSuchPart, Weak.
    """
    root = parse_xml(document)
    by_id = elements_by_id(root)
    parent = _only(by_id, place.parent)
    if place.signature_id in by_id:
        raise ValueError(f"the document has an element {place.signature_id!r} already")
    covered = [_covered(root, by_id, part, parent, digest) for part in place.covers]
    return _prepare(covered, place, signer, at, digest)


def _covered(root: Element, by_id: ById, part: str, parent: Element, digest: str) -> Covered:
    if part == WHOLE:
        return Covered("", hashed(digest, canonical_document(root)), enveloping=True)
    element = _only(by_id, part)
    holds = element is parent or element in parent.iterancestors()
    return Covered(require_name(part), hashed(digest, canonical(element)), enveloping=holds)


def _only(by_id: ById, part: str) -> Element:
    found = by_id.get(part, [])
    if len(found) != 1:
        raise NoSuchPart(part, len(found))
    return found[0]


def _prepare(
    covered: Sequence[Covered],
    place: XmlPlace,
    signer: SigningCertificate,
    at: datetime,
    digest: str,
) -> Prepared:
    if not covered:
        raise ValueError("a signature must cover something")
    texts = signer_texts(signer, digest)
    signature_id = require_name(place.signature_id)
    properties = signed_properties(place, texts, covered, at)
    value = hashed(digest, properties.encode())
    info = signed_info(signature_id, covered, value, texts.method, digest)
    state = _State(
        signature_id.encode(),
        b"%d" % texts.coordinate,
        before_value(signature_id, info).encode(),
        after_value(signature_id, texts.key_info, properties).encode(),
    )
    return Prepared(Format.XADES, info.encode(), digest, state.pack())


@dataclass(frozen=True, slots=True)
class _State:
    """The signature element around the value that is still to come, as bytes."""

    signature_id: bytes
    coordinate: bytes
    before: bytes
    after: bytes

    def pack(self) -> bytes:
        return b"\0".join((self.signature_id, self.coordinate, self.before, self.after))

    @classmethod
    def unpack(cls, state: bytes) -> _State:
        return cls(*state.split(b"\0"))

    def value(self, signature: bytes) -> bytes:
        size = int(self.coordinate)
        return b64encode(raw_ecdsa(signature, size) if size else signature)


def xades_stamped(prepared: Prepared, signature: bytes) -> bytes:
    """What a timestamp covers: the canonical ds:SignatureValue. ECDSA as DER."""
    state = _State.unpack(prepared.state)
    return stamped_value(state.signature_id.decode(), state.value(signature).decode())


def finish_xades(
    prepared: Prepared,
    signature: bytes,
    *,
    timestamp: bytes | None = None,
    evidence: Evidence | None = None,
) -> bytes:
    """Phần tử ds:Signature hoàn chỉnh. `signature`: RSA as it is, ECDSA as DER.

    `timestamp`: a token (DER) over `xades_stamped` makes B-T; with `evidence` it is B-LT.
    """
    state = _State.unpack(prepared.state)
    element = state.before + state.value(signature) + state.after
    if timestamp is None and evidence is None:
        return element
    return lengthen_xades(element, timestamp=timestamp, evidence=evidence)
