"""Đọc chữ ký XML: every ds:Signature of a document, ours or another program's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khue.signing.rules.algorithms import (
    XML_METHODS,
    Weak,
    XmlMethod,
    coordinate_size,
    der_ecdsa,
    require_strong_key,
    verify_value,
)
from khue.signing.rules.certificates import public_key_of
from khue.signing.rules.shapes import Format, FoundSignature, Status
from khue.signing.rules.xades.canonical import Unsupported, method_of
from khue.signing.rules.xades.elements import Element, decoded, ds, only_child, xades
from khue.signing.rules.xades.properties import (
    claimed_role,
    claimed_time,
    evidence_of,
    meant_certificate,
    timestamps,
    told_certificates,
)
from khue.signing.rules.xades.references import (
    Document,
    Fault,
    Faulty,
    Positions,
    Reference,
    check_reference,
)
from khue.signing.rules.xml_safe import UnsafeXml, parse_xml

MOST_SIGNATURES = 2000
MOST_REFERENCES = 500
MOST_TRIED = 20
_GRAVEST_FIRST = (Status.MISPLACED, Status.BROKEN, Status.WEAK)
_RESIGNED = Fault(
    Status.BROKEN, "Chứng thư kèm theo không phải chứng thư đã được khai khi ký: chữ ký bị thay."
)
_CHANGED = Fault(Status.BROKEN, "Nội dung chữ ký hoặc giá trị chữ ký đã bị thay đổi.")
_NO_CERTIFICATE = Fault(Status.BROKEN, "Chữ ký không kèm chứng thư nào đọc được.")
_EMPTY = Fault(Status.BROKEN, "Chữ ký không bảo vệ nội dung nào.")
_TORN = Fault(Status.BROKEN, "Chữ ký thiếu phần bắt buộc hoặc có phần bị lặp lại.")
_OWN_PARTS = {xades("SignedProperties"), ds("KeyInfo")}


@dataclass(frozen=True, slots=True)
class _Signer:
    """The signer's certificate; `holds`: the signature value was made with its key."""

    certificate: bytes
    faults: tuple[Fault, ...] = ()
    holds: bool = False


def read_xades(document: bytes, *, positions: Positions | None = None) -> list[FoundSignature]:
    """Đọc mọi chữ ký trong tệp XML, in the order of the document. Raises UnsafeXml.

    `positions` says of a covered element what is wrong with where it stands, "" if nothing is (a
    sentence for the user, kept in `facts["fault"]`): the caller knows the schema. Without it,
    only ids that stand twice and parts hidden in signatures are seen as misplaced. `covers` names
    the whole document "/". A signature without a readable certificate has `certificate` b"".
    """
    read = Document.of(parse_xml(document))
    found = list(read.root.iter(ds("Signature")))
    if len(found) > MOST_SIGNATURES:
        raise UnsafeXml(
            f"Tệp có hơn {MOST_SIGNATURES} chữ ký nên không được kiểm tra. Hãy chia nhỏ tệp."
        )
    return [
        _Reader(read, one, one.get("Id") or f"signature-{number}", positions).read()
        for number, one in enumerate(found, start=1)
    ]


@dataclass(slots=True)
class _Reader:
    """One signature of a document."""

    document: Document
    signature: Element
    id: str
    positions: Positions | None

    def read(self) -> FoundSignature:
        references = self._references()
        properties = self._properties(references)
        evidence, told = evidence_of(self.signature), told_certificates(self.signature)
        signer = self._signer(properties, [*told, *evidence.certificates])
        covered = [one.id for one in references if not self._is_own(one.element)]
        own = signer.faults if covered else (*signer.faults, _EMPTY)
        faults = [*own, *(one.fault for one in references if one.fault)]
        gravest = min(faults, key=_gravity, default=None)
        tokens, stamped = self._times()
        return FoundSignature(
            id=self.id,
            format=Format.XADES,
            certificate=signer.certificate,
            chain=tuple(one for one in told if one != signer.certificate),
            role=claimed_role(properties),
            claimed_at=claimed_time(properties),
            covers=tuple(covered),
            intact=signer.holds and bool(covered) and all(one.holds for one in references),
            broken=self._broken(references, own),
            fault=gravest.status.value if gravest else "",
            timestamps=tokens,
            stamped=stamped,
            evidence=evidence,
            facts={"fault": gravest.sentence} if gravest and not gravest.is_in_parts else {},
        )

    def _times(self) -> tuple[tuple[bytes, ...], bytes]:
        """The timestamp tokens, and the bytes that they must cover."""
        method, tokens = timestamps(self.signature)
        value = self.signature.find(ds("SignatureValue"))
        if not tokens or value is None:
            return (), b""
        try:
            return tokens, self.document.form(value, method)
        except Unsupported:
            return (), b""

    def _references(self) -> list[Reference]:
        info = self.signature.find(ds("SignedInfo"))
        nodes = [] if info is None else info.findall(ds("Reference"))
        if len(nodes) > MOST_REFERENCES:
            raise UnsafeXml(
                f"Một chữ ký bảo vệ hơn {MOST_REFERENCES} phần nên không được kiểm tra. Hãy kiểm "
                "tra lại tệp."
            )
        return [
            check_reference(self.document, self.signature, node, self.positions) for node in nodes
        ]

    def _properties(self, references: Sequence[Reference]) -> Element | None:
        """The signed properties that this signature really covers and holds itself."""
        for one in references:
            element = one.element
            if element is None or element.tag != xades("SignedProperties"):
                continue
            if self.signature in element.iterancestors():
                return element
        return None

    def _signer(self, properties: Element | None, told: Sequence[bytes]) -> _Signer:
        """The signer's certificate, and what is wrong with it or with the signature value."""
        if not told:
            return _Signer(b"", (_NO_CERTIFICATE,))
        try:
            meant = b"" if properties is None else meant_certificate(properties, told)
        except Faulty as faulty:
            return _Signer(told[0], (faulty.fault,))
        if meant is None:
            return _Signer(told[0], (_RESIGNED,))
        return self._compare(meant) if meant else self._best(told)

    def _best(self, told: Sequence[bytes]) -> _Signer:
        """Of certificates without one that is named, the one whose key made the value."""
        tried = [self._compare(one) for one in told[:MOST_TRIED]]
        return next((one for one in tried if one.holds), tried[0])

    def _compare(self, certificate: bytes) -> _Signer:
        """The signature value against the key of a certificate."""
        try:
            key = public_key_of(certificate)
            method, signed, value = self._signed()
        except ValueError:
            return _Signer(certificate, (_NO_CERTIFICATE,))
        except Faulty as faulty:
            return _Signer(certificate, (faulty.fault,))
        if not _is_value(key, method, value, signed):
            return _Signer(certificate, (_CHANGED,))
        return _Signer(certificate, _weakness(key), holds=True)

    def _signed(self) -> tuple[XmlMethod, bytes, bytes]:
        """Algorithm, canonical ds:SignedInfo and signature value; raises Faulty."""
        info = only_child(self.signature, ds("SignedInfo"))
        value = only_child(self.signature, ds("SignatureValue"))
        if info is None or value is None:
            raise Faulty(_TORN.status, _TORN.sentence)
        try:
            canonicalised = method_of(info.find(ds("CanonicalizationMethod")))
            return signature_method(info), self.document.form(info, canonicalised), decoded(value)
        except Unsupported as unknown:
            raise Faulty(
                Status.BROKEN, f"Chữ ký dùng cách chuẩn hóa không được hỗ trợ ({unknown.what})."
            ) from unknown

    def _is_own(self, element: Element | None) -> bool:
        """Whether a covered part is only of the signature itself: its properties, its key."""
        if element is None or element.tag not in _OWN_PARTS:
            return False
        return self.signature in element.iterancestors()

    def _broken(self, references: Sequence[Reference], own: Sequence[Fault]) -> tuple[str, ...]:
        """The ids of what was changed or misplaced; the signature itself when its value fails."""
        parts = [one.id for one in references if one.fault and one.fault.status != Status.WEAK]
        fails = any(one.status is Status.BROKEN for one in own)
        return (*parts, self.id) if fails else tuple(parts)


def signature_method(info: Element) -> XmlMethod:
    """The signature algorithm that is named; raises Faulty for a weak or an unknown one."""
    node = info.find(ds("SignatureMethod"))
    address = "" if node is None else node.get("Algorithm", "")
    method = XML_METHODS.get(address)
    if method is not None:
        return method
    name = address.rpartition("#")[2].lower()
    if name.startswith("dsa") or any(weak in name for weak in ("sha1", "md5", "sha224")):
        raise Faulty(Status.WEAK, f"Chữ ký dùng thuật toán {name.upper()}, dễ bị giả mạo.")
    raise Faulty(Status.BROKEN, f"Chữ ký dùng thuật toán không được hỗ trợ ({address[:80]}).")


def _is_value(key: object, method: XmlMethod, value: bytes, signed: bytes) -> bool:
    size = coordinate_size(key)
    if (method.family == "ecdsa") != bool(size):
        return False
    if size:
        if len(value) != 2 * size:
            return False
        value = der_ecdsa(value)
    return verify_value(key, value, signed, method.digest, pss=method.pss)


def _gravity(fault: Fault) -> tuple[int, bool]:
    return _GRAVEST_FIRST.index(fault.status), fault.is_in_parts


def _weakness(key: object) -> tuple[Fault, ...]:
    try:
        require_strong_key(key)
    except Weak as weak:
        return (Fault(Status.WEAK, weak.sentence),)
    return ()
