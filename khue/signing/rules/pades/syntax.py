"""Cú pháp PDF: dictionaries and arrays as raw bytes; what is not changed stays as it was."""

from __future__ import annotations

import re
from functools import lru_cache

BROKEN = (
    "Tệp PDF bị hỏng hoặc không đúng chuẩn nên không đọc được. Hãy mở tệp bằng phần mềm khác, lưu "
    "lại thành PDF rồi thử lại."
)

BLANKS = b"\0\t\n\f\r "
_BLANK = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_MAY_BE_BLANK = frozenset(bytes((one,)) for one in BLANKS + b"%")
# A key with a value that holds nothing else, and what must follow: most entries are like that.
_SIMPLE_ENTRY = re.compile(
    rb"""[\0\t\n\f\r ]*(/[^\0\t\n\f\r ()<>\[\]{}/%#]+)[\0\t\n\f\r ]*
    (/[^\0\t\n\f\r ()<>\[\]{}/%]+
    |\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R
    |[-+.\d]+|true|false|null
    |\[[^\[\]()<>{}%]*\]
    |\[(?:[\0\t\n\f\r ]*(?:\([^()\\]*\)|<[0-9A-Fa-f]*>))*[\0\t\n\f\r ]*\]
    |<<[^\[\]()<>{}%]*>>
    |<[0-9A-Fa-f]*>|\([^()\\]*\)
    )[\0\t\n\f\r ]*(?=/|>>)""",
    re.VERBOSE,
)
_TOKEN = re.compile(
    rb"(?P<ref>\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%]))"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])|(?P<text>\()"
    rb"|(?P<atom>/[^\0\t\n\f\r ()<>\[\]{}/%]*|<[0-9A-Fa-f\0\t\n\f\r ]*>"
    rb"|[^\0\t\n\f\r ()<>\[\]{}/%]+)"
)
_IN_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)
_REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+R\Z")
_ONLY_REFERENCES = re.compile(
    rb"\[(?:[\0\t\n\f\r ]*\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R)*[\0\t\n\f\r ]*\]\Z"
)
_EACH_REFERENCE = re.compile(rb"\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
DEEPEST = 200

Entries = dict[bytes, bytes]


class UnfitPdf(Exception):
    """Tệp PDF không dùng được; `sentence` is for the user."""

    def __init__(self, sentence: str = BROKEN) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def skip_blank(data: bytes, at: int) -> int:
    if data[at : at + 1] not in _MAY_BE_BLANK:
        return at
    found = _BLANK.match(data, at)
    return found.end() if found else at


def value_end(data: bytes, at: int) -> int:
    """Where the value that starts at `at` ends."""
    depth = 0
    while True:
        found = _TOKEN.match(data, skip_blank(data, at))
        if not found:
            raise UnfitPdf
        kind, at = found.lastgroup, found.end()
        if kind == "text":
            at = _text_end(data, at)
        depth += (kind == "open") - (kind == "close")
        if not 0 <= depth <= DEEPEST:
            raise UnfitPdf
        if depth == 0:
            return at


def _text_end(data: bytes, at: int) -> int:
    depth = 1
    while depth:
        found = _IN_TEXT.search(data, at)
        if not found:
            raise UnfitPdf
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
    return at


def value_at(data: bytes, at: int) -> bytes:
    start = skip_blank(data, at)
    return data[start : value_end(data, start)]


def name(raw: bytes) -> bytes:
    """A name without its escapes: /A#42 is /AB."""
    return _ESCAPED.sub(lambda one: bytes.fromhex(one[1].decode()), raw) if b"#" in raw else raw


def entries(data: bytes, at: int = 0) -> Entries:
    """A dictionary's keys (as /Name) and raw values. A key told twice makes the file unfit."""
    if data[at : at + 2] != b"<<":
        raise UnfitPdf
    found: Entries = {}
    at += 2
    while True:
        simple = _SIMPLE_ENTRY.match(data, at)
        if simple:
            key, value = simple.groups()
            at = simple.end()
        else:
            at = skip_blank(data, at)
            if data[at : at + 2] == b">>":
                return found
            key, value, at = _entry(data, at)
        if key in found:
            raise UnfitPdf
        found[key] = value


def _entry(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """Key, value and where the next entry may begin."""
    after = value_end(data, at)
    key = name(data[at:after])
    if key[:1] != b"/":
        raise UnfitPdf
    start = skip_blank(data, after)
    end = value_end(data, start)
    return key, data[start:end], end


def items(raw: bytes) -> list[bytes]:
    """The raw values of an array."""
    if _ONLY_REFERENCES.match(raw):
        return _EACH_REFERENCE.findall(raw)
    if raw[:1] != b"[":
        raise UnfitPdf
    found = []
    at = skip_blank(raw, 1)
    while raw[at : at + 1] != b"]":
        after = value_end(raw, at)
        found.append(raw[at:after])
        at = skip_blank(raw, after)
    return found


def reference(raw: bytes) -> int | None:
    """The number of the object that is meant, or None when the value stands here itself."""
    if not raw.endswith(b"R"):
        return None
    found = _REFERENCE.match(raw)
    return int(found[1]) if found else None


def integer(raw: bytes) -> int:
    try:
        return int(raw)
    except ValueError:
        raise UnfitPdf from None


def dictionary(told: Entries) -> bytes:
    return b"<<%s>>" % b"".join([key + b" " + value for key, value in told.items()])


def array(values: list[bytes]) -> bytes:
    return b"[" + b" ".join(values) + b"]"


@lru_cache(maxsize=1024)
def text(value: str) -> bytes:
    """A text string: as it is when plain, else in UTF-16."""
    if value.isascii() and value.isprintable() and not set(value) & set("()\\"):
        return b"(" + value.encode() + b")"
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode() + b">"


def text_of(raw: bytes) -> str:
    """What a text string says; "" for anything else."""
    try:
        data = _string_bytes(raw)
    except ValueError:
        return ""
    if data[:2] == b"\xfe\xff":
        return data[2:].decode("utf-16-be", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    return data.decode("latin-1")


_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)


def _string_bytes(raw: bytes) -> bytes:
    if raw[:1] == b"<":
        digits = raw[1:-1].translate(None, BLANKS)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return _ESCAPE.sub(_unescaped, raw[1:-1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes((int(found[1], 8) & 0xFF,))
    return b"" if found[2] in {b"\n", b"\r", b"\r\n"} else _SHORT.get(found[2], found[2])
