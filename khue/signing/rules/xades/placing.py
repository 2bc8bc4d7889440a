"""Đặt chữ ký vào tài liệu: bytes put in, taken out or exchanged; nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from khue.signing.rules.xades.names import DS
from khue.signing.rules.xades.preparing import NoSuchPart
from khue.signing.rules.xml_safe import require_plain, unreadable

_TAG = re.compile(rb"<([^\s/>]+)(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_SIGNATURE = f"{DS} Signature"


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an element begins and ends in the bytes; `inner_end`: where its end tag begins."""

    start: int
    inner_end: int
    end: int
    name: bytes
    is_empty: bool


def place_signature(document: bytes, parent_id: str, signature_element: bytes) -> bytes:
    """Đặt chữ ký: the document with the ds:Signature as the last child of the element.

    Raises UnsafeXml, and NoSuchPart when no element or more than one has the id.
    """
    span = _find(document, parent_id, lambda name: True)
    if not span.is_empty:
        at = span.inner_end
        return document[:at] + signature_element + document[at:]
    opened = document[span.start : span.end - 2].rstrip() + b">"
    closed = b"</" + span.name + b">"
    return b"".join(
        (document[: span.start], opened, signature_element, closed, document[span.end :])
    )


def take_out_signature(document: bytes, signature_id: str) -> bytes:
    """Bỏ chữ ký: the document without that ds:Signature. Raises UnsafeXml, NoSuchPart."""
    span = _find(document, signature_id, _is_signature)
    return document[: span.start] + document[span.end :]


def signature_element(document: bytes, signature_id: str) -> bytes:
    """Phần tử ds:Signature as it stands in the document. Raises UnsafeXml, NoSuchPart."""
    span = _find(document, signature_id, _is_signature)
    return document[span.start : span.end]


def replace_signature(document: bytes, signature_id: str, signature_element: bytes) -> bytes:
    """Thay chữ ký bằng bản đã nâng mức, where it stands. Raises UnsafeXml, NoSuchPart."""
    span = _find(document, signature_id, _is_signature)
    return document[: span.start] + signature_element + document[span.end :]


def _is_signature(name: str) -> bool:
    return name == _SIGNATURE


@dataclass
class _Finder:
    """Follows the tags and notes the spans of the elements that have the id."""

    content: bytes
    wanted: str
    fits: Callable[[str], bool]
    parser: expat.XMLParserType
    depth: int = 0
    open: list[tuple[int, int]] = field(default_factory=list)
    spans: list[_Span] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if attributes.get("Id") == self.wanted and self.fits(name):
            self.open.append((self.depth, self.parser.CurrentByteIndex))

    def end(self, name: str) -> None:
        if self.open and self.open[-1][0] == self.depth:
            self.spans.append(self._span(self.open.pop()[1], self.parser.CurrentByteIndex))
        self.depth -= 1

    def _span(self, start: int, at: int) -> _Span:
        tag = _TAG.match(self.content, start)
        if tag is None:
            raise ValueError("a tag that cannot be read")
        if tag[2]:
            return _Span(start, tag.end(), tag.end(), tag[1], is_empty=True)
        return _Span(start, at, self.content.index(b">", at) + 1, tag[1], is_empty=False)


def _find(document: bytes, wanted: str, fits: Callable[[str], bool]) -> _Span:
    require_plain(document)
    parser = expat.ParserCreate(namespace_separator=" ")
    finder = _Finder(document, wanted, fits, parser)
    parser.StartElementHandler = finder.start
    parser.EndElementHandler = finder.end
    try:
        parser.Parse(document, True)  # noqa: FBT003
    except expat.ExpatError as broken:
        raise unreadable(broken) from broken
    if len(finder.spans) != 1:
        raise NoSuchPart(wanted, len(finder.spans))
    return finder.spans[0]
