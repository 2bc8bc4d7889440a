"""The few pieces of DER that a signature needs, joined as bytes: hundreds are made in a second."""

from __future__ import annotations

from collections.abc import Iterator

INTEGER, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME, ENUMERATED = 0x17, 0x18, 0x0A
LONG, INDEFINITE = 0x80, 0x80


class NotDer(ValueError):
    """The bytes are not a definite-length DER value."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """A value under its tag."""
    content = b"".join(parts)
    size = len(content)
    if size < LONG:
        return bytes((tag, size)) + content
    told = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, LONG | len(told))) + told + content


def sequence(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes, tag: int = SET) -> bytes:
    """A set as DER wants it: each value once, in the order of the bytes."""
    return tlv(tag, *sorted(set(parts)))


def retagged(value: bytes, tag: int) -> bytes:
    """The same content under another tag (implicit tagging)."""
    return bytes((tag,)) + value[1:]


def head(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Tag, start of the content and end of the value that stands at `at`."""
    try:
        tag, size, start = data[at], data[at + 1], at + 2
    except IndexError:
        raise NotDer("the value is cut short") from None
    if size == INDEFINITE:
        raise NotDer("a length is missing")
    if size > LONG:
        told = start + (size - LONG)
        size, start = int.from_bytes(data[start:told], "big"), told
    if start + size > len(data):
        raise NotDer("the value is cut short")
    return tag, start, start + size


def children(data: bytes, at: int = 0) -> list[tuple[int, bytes]]:
    """The values inside a constructed value: their tags and their whole bytes."""
    _, start, end = head(data, at)
    return list(_walk(data, start, end))


def _walk(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    while start < end:
        tag, _, after = head(data, start)
        yield tag, data[start:after]
        start = after


def whole(data: bytes) -> bytes:
    """The first value without what stands behind it (a PDF pads a signature with zeros)."""
    return data[: head(data)[2]]


def content(data: bytes) -> bytes:
    _, start, end = head(data)
    return data[start:end]
