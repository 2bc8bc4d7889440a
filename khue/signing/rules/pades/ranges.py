"""Phạm vi ký (ByteRange): which bytes a signature covers, and whether that is all but its value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.forms import Field, fields
from khue.signing.rules.pades.syntax import BLANKS, Entries, UnfitPdf, integer, items

_HEX = b"0123456789abcdefABCDEF" + BLANKS
STRANGE_RANGE = "phạm vi ký không đúng quy cách"
NOT_SEAMLESS = "phạm vi ký bỏ sót một phần của tệp"


@dataclass(frozen=True, slots=True)
class Placed:
    """A signature in its field: the dictionary, the covered bytes, the value."""

    field: Field
    told: Entries
    start: int
    end: int
    total: int
    contents: bytes
    faults: tuple[str, ...]

    def digest(self, data: bytes, name: str) -> bytes:
        made = hashlib.new(name, memoryview(data)[: self.start])
        made.update(memoryview(data)[self.end : self.total])
        return made.digest()

    def covered(self, data: bytes) -> bytes:
        return data[: self.start] + data[self.end : self.total]


def placed_signatures(pdf: PdfFile) -> list[Placed]:
    """Every signed field, the earliest signature first."""
    found = [_placed(pdf, one) for one in fields(pdf) if one.is_signed]
    return sorted(found, key=lambda one: one.total)


def signed_values(pdf: PdfFile) -> list[bytes]:
    """The values of the signatures as the file holds them, the earliest first."""
    return [one.contents for one in placed_signatures(pdf)]


def _placed(pdf: PdfFile, field: Field) -> Placed:
    told = pdf.entries(field.told[b"/V"])
    try:
        numbers = [integer(one) for one in items(pdf.resolve(told.get(b"/ByteRange", b"")))]
    except UnfitPdf:
        numbers = []
    if len(numbers) != 4 or min(numbers) < 0:
        return Placed(field, told, 0, 0, 0, _value(told), (STRANGE_RANGE,))
    first, start, end, rest = numbers
    faults = _faults(pdf.data, told, first, start, end, end + rest)
    return Placed(field, told, start, end, end + rest, _value(told), faults)


def _faults(
    data: bytes, told: Entries, first: int, start: int, end: int, total: int
) -> tuple[str, ...]:
    """The gap must be the value and nothing else, and the range must begin with the file."""
    if first or not start < end <= total <= len(data):
        return (STRANGE_RANGE,)
    gap = data[start:end]
    if (
        gap != told.get(b"/Contents")
        or gap[:1] + gap[-1:] != b"<>"
        or gap[1:-1].translate(None, _HEX)
    ):
        return (NOT_SEAMLESS,)
    return ()


def _value(told: Entries) -> bytes:
    raw = told.get(b"/Contents", b"")
    if raw[:1] != b"<" or raw[:2] == b"<<":
        return b""
    digits = raw[1:-1].translate(None, BLANKS)
    try:
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    except ValueError:
        return b""
