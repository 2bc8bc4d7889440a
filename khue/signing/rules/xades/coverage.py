"""Nội dung ngoài chữ ký: what stands in a signed document and no signature covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from khue.signing.rules.shapes import FoundSignature
from khue.signing.rules.xades.elements import Element, ds, elements_by_id
from khue.signing.rules.xades.names import WHOLE, XML
from khue.signing.rules.xml_safe import parse_xml

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_NOT_CONTENT = ("Id", "ID", "id")
MOST_TOLD = 10


def xml_faults(document: bytes, found: Sequence[FoundSignature]) -> tuple[str, ...]:
    """Phần không được chữ ký nào bảo vệ, in sentences; the document as `read_xades` found it.

    Signatures themselves, holders without content, and the attributes of elements around covered
    ones are no content; what a broken signature covers is its matter. Without any signature there
    is nothing to tell. Raises UnsafeXml.
    """
    if not found:
        return ()
    root = parse_xml(document)
    covers = {part for one in found for part in one.covers}
    if WHOLE in covers:
        return ()
    known = elements_by_id(root)
    covered = {one for part in covers for one in known.get(part, [])}
    names = list(dict.fromkeys(_outside(root, covered)))
    told = [f"Phần “{name}” không được chữ ký nào bảo vệ." for name in names[:MOST_TOLD]]
    more = len(names) - MOST_TOLD
    return (*told, f"Còn {more} phần khác không được chữ ký nào bảo vệ.") if more > 0 else (*told,)


def _outside(root: Element, covered: set[Element]) -> Iterator[str]:
    """Names of elements with content of their own that lie outside every covered element."""
    around = {ancestor for one in covered for ancestor in one.iterancestors()}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if one in covered or one.tag == ds("Signature"):
            continue
        if _has_content(one, is_around=one in around):
            yield _name(one)
        waiting += reversed(list(one.iterchildren("*")))


def _has_content(one: Element, *, is_around: bool) -> bool:
    texts = [one.text, *(child.tail for child in one)]
    if any(text and text.strip() for text in texts):
        return True
    return not is_around and any(_is_content(str(name)) for name in one.attrib)


def _is_content(attribute: str) -> bool:
    return attribute not in _NOT_CONTENT and not attribute.startswith((f"{{{XML}}}", _SCHEMA))


def _name(one: Element) -> str:
    return one.get("Id") or etree.QName(one).localname
