"""A workbook of old Excel (.xls, BIFF8 in a compound file), made by hand for the tests."""

import struct

_SECTOR = 512
_END, _FREE, _FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST_STREAM = 4096  # smaller ones live elsewhere in a compound file


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _beginning(of_what: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, of_what, 0x0DBB, 0x07CC, 0, 6))


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return _record(0x0204, place + text)
    return _record(0x0203, place + struct.pack("<d", value))


def _stream(name: str, rows: list[list[str | float]]) -> bytes:
    sheet = _beginning(0x0010)
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for place, row in enumerate(rows):
        sheet += b"".join(_cell(place, column, value) for column, value in enumerate(row))
    sheet += _record(0x000A)
    title = struct.pack("<BBBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    opening = _beginning(0x0005)
    start = len(opening) + 4 + 4 + len(title) + 4
    return opening + _record(0x0085, struct.pack("<I", start) + title) + _record(0x000A) + sheet


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, _FREE, _FREE, child)
    head = written.ljust(64, b"\0") + struct.pack("<H", len(written)) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _header() -> bytes:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    sizes = struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    places = struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    return (start + sizes + places).ljust(_SECTOR, b"\xff")


def old_excel(rows: list[list[str | float]], name: str = "Trang 1") -> bytes:
    """The bytes of an .xls file with one sheet of these rows."""
    stream = _stream(name, rows)
    sectors = -(-max(len(stream), _SMALLEST_STREAM) // _SECTOR)
    padded = stream.ljust(sectors * _SECTOR, b"\0")
    chain = [*range(3, 2 + sectors), _END]
    table = struct.pack(f"<{2 + sectors}I", _FAT_SECTOR, _END, *chain).ljust(_SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(padded))
    return _header() + table + directory.ljust(_SECTOR, b"\0") + padded
