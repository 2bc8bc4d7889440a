"""Đọc tệp PDF: only the objects that a signature touches, in a file of any length.

Cross-reference tables, streams and hybrids, object streams, older revisions. A file whose index
does not hold is not repaired: nobody could tell what was signed.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import SupportsIndex

from khue.signing.rules.pades.syntax import (
    Entries,
    UnfitPdf,
    entries,
    integer,
    items,
    reference,
    skip_blank,
    value_at,
    value_end,
)

NOT_PDF = "Tệp này không phải PDF. Hãy chọn lại tệp có đuôi .pdf."
HAS_PASSWORD = (
    "Tệp PDF được bảo vệ bằng mật khẩu nên không ký và không kiểm tra được. Hãy bỏ mật khẩu rồi "
    "thử lại."
)
BIGGEST_STREAM = 32 * 1024 * 1024
BIGGEST_INDEX = 8 * 1024 * 1024
MOST_UNPACKED = 128 * 1024 * 1024
MOST_REVISIONS = 2000

_OBJECT = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]+obj")
_START = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,12})[\0\t\n\f\r ]+%%EOF")
_SUBSECTION = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]*")
_ROW = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_ROW_SIZE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands: at an offset, or as the nth of an object stream. Free: neither."""

    offset: int = 0
    stream: int = 0
    index: int = 0


ABSENT = Place()


@dataclass(slots=True)
class Section:
    """One revision's index."""

    trailer: Entries
    start: int
    is_stream: bool
    ranges: list[tuple[int, int, int]] = field(default_factory=list)
    """First object number, how many, and where their rows begin."""
    rows: bytes = b""
    widths: tuple[int, int, int] = (0, 0, 0)
    hidden: bool = False
    """The stream beside a table, for readers that know streams."""

    def numbers(self) -> list[int]:
        return [one for first, count, _ in self.ranges for one in range(first, first + count)]

    def place(self, number: int, data: bytes) -> Place | None:
        for first, count, at in self.ranges:
            if first <= number < first + count:
                return self._read(number - first, at, data)
        return None

    def _read(self, index: int, at: int, data: bytes) -> Place:
        if not self.is_stream:
            found = _ROW.match(data, at + index * _ROW_SIZE)
            if not found:
                raise UnfitPdf
            return Place(int(found[1])) if found[3] == b"n" else Place()
        return self._packed(at + index * sum(self.widths))

    def _packed(self, at: int) -> Place:
        parts = []
        for width in self.widths:
            parts.append(int.from_bytes(self.rows[at : at + width], "big"))
            at += width
        kind = parts[0] if self.widths[0] else 1
        if kind == 2:
            return Place(stream=parts[1], index=parts[2])
        return Place(parts[1]) if kind == 1 else Place()


class PdfFile:
    """A PDF as it stands at the end of its last revision (or an earlier one: `data` cut short)."""

    def __init__(self, data: bytes) -> None:
        if b"%PDF-" not in data[:1024]:
            raise UnfitPdf(NOT_PDF)
        self.data = data
        self.shift = data.find(b"%PDF-")
        self._values: dict[int, bytes] = {}
        self._told: dict[int, Entries] = {}
        self._unpacked_size = 0
        self.sections: list[Section] = []
        self.sections = self._all_sections()
        self.last = next(one for one in self.sections if not one.hidden)
        self.trailer = self.last.trailer
        self._streams: dict[int, list[bytes]] = {}
        if any(b"/Encrypt" in one.trailer for one in self.sections):
            raise UnfitPdf(HAS_PASSWORD)

    @property
    def startxref(self) -> int:
        return self.last.start - self.shift

    def _all_sections(self) -> list[Section]:
        at = self._last_start()
        found: list[Section] = []
        seen: set[int] = set()
        while at is not None:
            if at in seen or len(seen) > MOST_REVISIONS:
                raise UnfitPdf
            seen.add(at)
            section = self._section(at + self.shift)
            if b"/XRefStm" in section.trailer:
                beside = self._section(integer(section.trailer[b"/XRefStm"]) + self.shift)
                beside.hidden = True
                found.append(beside)
            found.append(section)
            at = integer(section.trailer[b"/Prev"]) if b"/Prev" in section.trailer else None
        return found

    def _last_start(self) -> int | None:
        at = self.data.rfind(b"startxref")
        found = _START.match(self.data, at) if at >= 0 else None
        if not found:
            raise UnfitPdf
        return int(found[1])

    def _section(self, at: int) -> Section:
        start = skip_blank(self.data, at)
        if self.data[start : start + 4] == b"xref":
            return self._table(start)
        return self._stream_section(start)

    def _table(self, start: int) -> Section:
        at, ranges = start + 4, []
        while found := _SUBSECTION.match(self.data, at):
            ranges.append((int(found[1]), int(found[2]), found.end()))
            at = found.end() + int(found[2]) * _ROW_SIZE
            if at > len(self.data):
                raise UnfitPdf
        at = skip_blank(self.data, at)
        if self.data[at : at + 7] != b"trailer":
            raise UnfitPdf
        told = entries(self.data, skip_blank(self.data, at + 7))
        return Section(told, start, is_stream=False, ranges=ranges)

    def _stream_section(self, start: int) -> Section:
        found = _OBJECT.match(self.data, start)
        if not found:
            raise UnfitPdf
        told, rows = self._stream(found.end())
        widths = tuple(integer(one) for one in items(told.get(b"/W", b"[]")))
        if len(widths) != 3 or told.get(b"/Type") != b"/XRef":
            raise UnfitPdf
        size = told.get(b"/Size", b"0")
        index = [integer(one) for one in items(told.get(b"/Index", b"[0 " + size + b"]"))]
        ranges, at = [], 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            ranges.append((first, count, at))
            at += count * sum(widths)
        if widths[1] < 1 or min(widths) < 0 or at > len(rows):
            raise UnfitPdf
        three = (widths[0], widths[1], widths[2])
        return Section(told, start, is_stream=True, ranges=ranges, rows=rows, widths=three)

    def place(self, number: int) -> Place | None:
        for section in self.sections:
            found = section.place(number, self.data)
            if found is not None:
                return found
        return None

    def value(self, number: int) -> bytes:
        """The raw value of an object; for a stream its dictionary. Absent: null."""
        if number not in self._values:
            data, at = self._where(number)
            self._values[number] = value_at(data, at)
        return self._values[number]

    def dictionary(self, number: int) -> Entries:
        """What an object tells when it is a dictionary, else {}."""
        if number not in self._told:
            data, at = self._where(number)
            at = skip_blank(data, at)
            self._told[number] = entries(data, at) if data[at : at + 2] == b"<<" else {}
        return self._told[number]

    def _where(self, number: int) -> tuple[bytes, int]:
        """The bytes that hold an object's value, and where it begins."""
        place = self.place(number)
        if place is None or place == ABSENT:
            return b"null", 0
        if place.stream:
            return self._packed_value(place), 0
        return self.data, self._body(number, place.offset + self.shift)

    def _body(self, number: int, offset: int) -> int:
        found = _OBJECT.match(self.data, offset)
        if not found or int(found[1]) != number:
            raise UnfitPdf
        return found.end()

    def _packed_value(self, place: Place) -> bytes:
        if place.stream not in self._streams:
            self._streams[place.stream] = self._unpacked(place.stream)
        try:
            return self._streams[place.stream][place.index]
        except IndexError:
            raise UnfitPdf from None

    def _unpacked(self, number: int) -> list[bytes]:
        place = self.place(number)
        if place is None or not place.offset:
            raise UnfitPdf
        told, data = self._stream(self._body(number, place.offset + self.shift))
        first, count = integer(told.get(b"/First", b"")), integer(told.get(b"/N", b""))
        header = data[:first].split()
        offsets = [integer(one) + first for one in header[1 : 2 * count : 2]]
        return [value_at(data, at) for at in offsets]

    def object_streams(self) -> list[bytes]:
        """What all object streams of all revisions hold."""
        found = set()
        for section in self.sections:
            if section.is_stream:
                found |= {section.place(one, self.data) for one in section.numbers()}
        numbers = {one.stream for one in found if one is not None and one.stream}
        places = {number: self.place(number) for number in numbers}
        return [
            self._stream(self._body(number, one.offset + self.shift))[1]
            for number, one in places.items()
            if one is not None
        ]

    def resolve(self, raw: bytes) -> bytes:
        """The value itself, whether it stands here or in an object."""
        for _ in range(20):
            number = reference(raw)
            if number is None:
                return raw
            raw = self.value(number)
        raise UnfitPdf

    def entries(self, raw: bytes) -> Entries:
        """The dictionary that a value or a reference means; {} when there is none."""
        number = reference(raw)
        if number is not None:
            told = self.dictionary(number)
            return dict(told or self._further(number))
        return entries(raw) if raw[:2] == b"<<" else {}

    def _further(self, number: int) -> Entries:
        """An object that is only a reference to another one."""
        value = self.resolve(self.value(number))
        return entries(value) if value[:2] == b"<<" else {}

    def items(self, raw: bytes) -> list[bytes]:
        value = self.resolve(raw)
        return items(value) if value[:1] == b"[" else []

    def stream(self, raw: bytes) -> bytes:
        """The decoded content of a stream object that stands by itself."""
        number = reference(raw)
        place = self.place(number) if number is not None else None
        if number is None or place is None or not place.offset:
            raise UnfitPdf
        return self._stream(self._body(number, place.offset + self.shift))[1]

    def _stream(self, at: int) -> tuple[Entries, bytes]:
        start = skip_blank(self.data, at)
        end = value_end(self.data, start)
        told = entries(self.data[start:end])
        begin = skip_blank(self.data, end)
        if self.data[begin : begin + 6] != b"stream":
            raise UnfitPdf
        begin += 6
        begin += 2 if self.data[begin : begin + 2] == b"\r\n" else 1
        size = integer(self.resolve(told.get(b"/Length", b"")))
        plain = _decoded(self.data[begin : begin + size], told)
        self._unpacked_size += len(plain)
        if self._unpacked_size > MOST_UNPACKED:
            raise UnfitPdf
        return told, plain

    @cached_property
    def catalog(self) -> Entries:
        found = self.entries(self.trailer.get(b"/Root", b"null"))
        if not found:
            raise UnfitPdf
        return found

    @property
    def size(self) -> int:
        return integer(self.trailer.get(b"/Size", b""))


def _decoded(data: bytes, told: Entries) -> bytes:
    filters = told.get(b"/Filter", b"[]")
    names = items(filters) if filters[:1] == b"[" else [filters]
    if not names:
        return data
    if names != [b"/FlateDecode"]:
        raise UnfitPdf
    return _unpredicted(_inflated(data), told.get(b"/DecodeParms", b"<<>>"))


def _inflated(data: bytes) -> bytes:
    try:
        plain = zlib.decompressobj().decompress(data, BIGGEST_STREAM)
    except zlib.error:
        raise UnfitPdf from None
    if len(plain) >= BIGGEST_STREAM:
        raise UnfitPdf
    return plain


def _unpredicted(data: bytes, parameters: bytes) -> bytes:
    """PNG prediction undone; indexes use the kind "up" and nothing else."""
    inner = items(parameters)[0] if parameters[:1] == b"[" else parameters
    told = entries(inner) if inner[:2] == b"<<" else {}
    if integer(told.get(b"/Predictor", b"1")) < 10:
        return data
    if len(data) > BIGGEST_INDEX:
        raise UnfitPdf
    columns = integer(told.get(b"/Columns", b"1"))
    step = columns + 1
    kinds = set(data[::step])
    if kinds <= {0}:
        return b"".join(data[at + 1 : at + step] for at in range(0, len(data), step))
    if kinds != {2}:
        return _row_by_row(data, columns)
    lanes = [accumulate(data[lane::step], _wrapped_sum) for lane in range(1, step)]
    return bytes(value for row in zip(*lanes, strict=True) for value in row)


def _wrapped_sum(one: SupportsIndex, other: SupportsIndex) -> int:
    return (one.__index__() + other.__index__()) & 0xFF


def _row_by_row(data: bytes, columns: int) -> bytes:
    above, found = bytes(columns), []
    for at in range(0, len(data), columns + 1):
        kind, row = data[at], data[at + 1 : at + 1 + columns]
        if kind == 2:
            row = bytes(map(_wrapped_sum, row, above))
        elif kind == 1:
            row = bytes(accumulate(row, _wrapped_sum))
        elif kind:
            raise UnfitPdf
        found.append(row)
        above = row
    return b"".join(found)
