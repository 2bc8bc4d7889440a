"""Phần được ký: references followed within the document only, transformed, and compared.

Nothing is fetched and nothing is run: transforms are the canonicalisations, the removal of the
signature itself, and base64. XSLT and XPath are refused.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from khue.signing.rules.algorithms import DIGEST_OF_XML, digest
from khue.signing.rules.shapes import Status
from khue.signing.rules.xades.canonical import (
    INCLUSIVE_METHOD,
    Method,
    Unsupported,
    canonical,
    canonical_document,
    method_of,
)
from khue.signing.rules.xades.elements import (
    ById,
    Element,
    decoded,
    ds,
    elements_by_id,
    xades,
)
from khue.signing.rules.xades.names import BASE64, DS, ENVELOPED, WHOLE, XADES
from khue.signing.rules.xml_safe import MEGABYTE, UnsafeXml

Positions = Callable[[Element], str]
MOST_CANONICAL_BYTES = 400 * MEGABYTE
_POINTER = re.compile(r"#xpointer\(id\((['\"])([^'\"]+)\1\)\)")
_PROPERTIES_CHANGED = (
    "Thời điểm ký, chức danh hoặc chứng thư khai trong chữ ký đã bị thay đổi sau khi ký."
)
_WEAK_DIGESTS = ("sha1", "md5", "sha224", "ripemd160", "md2", "md4")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a reference or a signature does not count, with a sentence for the user.

    `is_in_parts`: the list of what was changed says it better, as it knows all names.
    """

    status: Status
    sentence: str
    is_in_parts: bool = False


class Faulty(Exception):
    """Something cannot be followed or compared; `fault` says why."""

    def __init__(self, status: Status, sentence: str, *, is_in_parts: bool = False) -> None:
        super().__init__(sentence)
        self.fault = Fault(status, sentence, is_in_parts)


@dataclass(frozen=True, slots=True)
class Reference:
    """One covered part as it was found. `holds`: its digest is the one that was signed."""

    id: str
    element: Element | None
    holds: bool
    fault: Fault | None = None


@dataclass(slots=True)
class Document:
    """A parsed document: its elements by id, and canonical forms that were made already."""

    root: Element
    by_id: ById
    forms: dict[tuple[Element, Method], bytes] = field(default_factory=dict)
    spent: int = 0

    @classmethod
    def of(cls, root: Element) -> Document:
        return cls(root, elements_by_id(root))

    def form(self, element: Element, method: Method) -> bytes:
        """The canonical form of an element, made once."""
        found = self.forms.get((element, method))
        if found is None:
            found = self.forms[element, method] = self.spend(canonical(element, method))
        return found

    def spend(self, made: bytes) -> bytes:
        """Count what was canonicalised, so that no file can keep the server busy."""
        self.spent += len(made)
        if self.spent > MOST_CANONICAL_BYTES:
            raise UnsafeXml(
                "Tệp có quá nhiều chữ ký trên cùng một nội dung lớn, không phải hồ sơ bình "
                "thường, nên không được kiểm tra hết. Hãy tách tệp rồi thử lại."
            )
        return made

    def find(self, part: str) -> Element:
        """The element with an id; raises Faulty when it is gone or when there are several."""
        found = self.by_id.get(part, [])
        if not found:
            raise Faulty(Status.BROKEN, f"Phần “{part}” đã được ký nhưng không còn trong tệp.")
        if len(found) > 1:
            raise Faulty(
                Status.MISPLACED,
                f"Mã “{part}” có {len(found)} lần trong tệp, không rõ phần nào đã được ký.",
            )
        return found[0]


def check_reference(
    document: Document, signature: Element, node: Element, positions: Positions | None
) -> Reference:
    """Đối chiếu một phần được ký with what stands in the document now."""
    address = node.get("URI")
    part = _part_of(address)
    element, holds = None, False
    try:
        element = _target(document, address, part)
        holds = _holds(document, signature, node, element, part)
        if not holds:
            raise _changed(part, element)
        _require_place(signature, element, positions)
    except Faulty as faulty:
        return Reference(part, element, holds=holds, fault=faulty.fault)
    return Reference(part, element, holds=True)


def _part_of(address: str | None) -> str:
    """The id that a reference points to, "/" for the whole document, else the address itself."""
    if address in {"", "#xpointer(/)"}:
        return WHOLE
    pointed = _POINTER.fullmatch(address or "")
    if pointed:
        return pointed[2]
    return (address or "").removeprefix("#")


def _changed(part: str, element: Element) -> Faulty:
    if part == WHOLE:
        return Faulty(Status.BROKEN, "Nội dung của tệp đã bị thay đổi sau khi ký.")
    if element.tag == xades("SignedProperties"):
        return Faulty(Status.BROKEN, _PROPERTIES_CHANGED)
    sentence = f"Nội dung phần “{part}” đã bị thay đổi sau khi ký."
    if element.tag == ds("SignatureValue"):
        sentence = f"Một chữ ký trước đó (“{part}”) đã bị thay đổi sau khi được ký xác nhận."
    return Faulty(Status.BROKEN, sentence, is_in_parts=True)


def _target(document: Document, address: str | None, part: str) -> Element:
    if part == WHOLE:
        return document.root
    if not (address or "").startswith("#"):
        raise Faulty(
            Status.BROKEN,
            f"Chữ ký bảo vệ một tệp ở ngoài (“{part[:80]}”) nên không kiểm tra được từ tệp này.",
        )
    return document.find(part)


def _holds(
    document: Document, signature: Element, node: Element, element: Element, part: str
) -> bool:
    method = node.find(ds("DigestMethod"))
    name = digest_name("" if method is None else method.get("Algorithm", ""))
    wanted = decoded(node.find(ds("DigestValue")))
    try:
        content = _content(document, signature, node, element, whole=part == WHOLE)
    except Unsupported as unknown:
        raise Faulty(
            Status.BROKEN,
            f"Chữ ký dùng phép biến đổi không được hỗ trợ ({unknown.what}), không kiểm tra được.",
        ) from unknown
    return hmac.compare_digest(digest(name, content), wanted)


def digest_name(address: str) -> str:
    """The digest that an address names; raises Faulty for a weak or an unknown one."""
    name = DIGEST_OF_XML.get(address)
    if name is not None:
        return name
    if address.lower().endswith(_WEAK_DIGESTS):
        raise Faulty(
            Status.WEAK,
            f"Chữ ký dùng thuật toán băm {address.rpartition('#')[2].upper()}, dễ bị giả mạo.",
        )
    raise Faulty(Status.BROKEN, f"Chữ ký dùng thuật toán băm không rõ ({address[:80]}).")


def _content(
    document: Document, signature: Element, node: Element, element: Element, *, whole: bool
) -> bytes:
    """The bytes that are digested: the element after its transforms, in their order."""
    enveloped, method, as_base64 = False, INCLUSIVE_METHOD, False
    transforms = node.findall(f"{ds('Transforms')}/{ds('Transform')}")
    for place, transform in enumerate(transforms, start=1):
        address = transform.get("Algorithm", "")
        if address == ENVELOPED and place == 1:
            enveloped = True
        elif place < len(transforms):
            raise Unsupported(address)
        elif address == BASE64:
            as_base64 = True
        else:
            method = method_of(transform)
    if as_base64:
        return _plain_bytes(element)
    if enveloped and (whole or element in signature.iterancestors()):
        return document.spend(_without(signature, element, method, whole=whole))
    if whole:
        return document.spend(canonical_document(document.root, method))
    return document.form(element, method)


def _plain_bytes(element: Element) -> bytes:
    try:
        text = "".join(map(str, element.itertext()))
        return b64decode("".join(text.split()), validate=True)
    except (NotBase64, ValueError) as wrong:
        raise Faulty(Status.BROKEN, "Phần được ký không phải dữ liệu base64.") from wrong


def _without(signature: Element, element: Element, method: Method, *, whole: bool) -> bytes:
    """The canonical form of an element from which this signature is taken out."""
    tree = element.getroottree()
    copied = deepcopy(tree)
    twin = _same_in(copied, signature)
    _remove(twin)
    if whole:
        return canonical_document(copied.getroot(), method)
    return canonical(_same_in(copied, element), method)


def _same_in(copied: etree._ElementTree, one: Element) -> Element:
    """The element of a copy that stands where this one stands."""
    steps: list[int] = []
    parent = one.getparent()
    while parent is not None:
        steps.append(parent.index(one))
        one, parent = parent, parent.getparent()
    found = copied.getroot()
    for step in reversed(steps):
        found = found[step]
    return found


def _remove(signature: Element) -> None:
    """Take an element out; the text behind it stays."""
    parent, before, tail = signature.getparent(), signature.getprevious(), signature.tail or ""
    if parent is None:
        raise Faulty(Status.BROKEN, "Chữ ký không nằm trong nội dung mà nó bảo vệ.")
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    signature.tail = None
    parent.remove(signature)


def _require_place(signature: Element, element: Element, positions: Positions | None) -> None:
    """Raises Faulty for a part that was put aside, so that another could stand in its place."""
    if element.tag == ds("SignatureValue"):
        _require_signature_around(element)
    elif _is_of_signatures(element):
        if signature not in element.iterancestors():
            raise Faulty(Status.MISPLACED, "Thông tin đã ký nằm ở một chữ ký khác.")
    elif _is_hidden(signature, element):
        raise Faulty(Status.MISPLACED, "Phần được ký bị giấu bên trong một chữ ký.")
    elif wrong := positions(element) if positions else "":
        raise Faulty(Status.MISPLACED, wrong)


def _require_signature_around(value: Element) -> None:
    """A value that another signature covers must still be the value of a signature."""
    parent = value.getparent()
    if parent is None or parent.tag != ds("Signature"):
        raise Faulty(
            Status.MISPLACED, "Một chữ ký trước đó đã bị gỡ bỏ, chỉ còn lại giá trị của nó."
        )


def _is_of_signatures(element: Element) -> bool:
    """Properties, keys and objects of a signature, which only that signature may cover."""
    is_named = str(element.tag).startswith((f"{{{DS}}}", f"{{{XADES}}}"))
    return is_named and element.tag != ds("Signature")


def _is_hidden(signature: Element, element: Element) -> bool:
    """Whether a part stands within a signature; only one that is the whole file may hold it."""
    around = [one for one in element.iterancestors() if one.tag == ds("Signature")]
    return bool(around) and not (around == [signature] and signature.getparent() is None)
