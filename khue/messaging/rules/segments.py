"""Tin nhắn SMS: how a text is encoded, how many units it has, and where it is cut into parts.

GSM 7-bit default alphabet with its extension table, else UCS-2 (3GPP TS 23.038). A text is brought
to NFC first, because a decomposed letter costs two units.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kit.vietnamese import fold

GSM7, UCS2 = "GSM7", "UCS2"
SINGLE = {GSM7: 160, UCS2: 70}
PART = {GSM7: 153, UCS2: 67}
MOST_PARTS = 255
ESCAPE = 0x1B
_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_BASIC = {letter: code for code, letter in enumerate(_TABLE) if code != ESCAPE}
_EXTENDED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E,
    "|": 0x40, "€": 0x65,
}  # fmt: skip
_LETTERS = {code: letter for letter, code in _BASIC.items()}
_EXTENSIONS = {code: letter for letter, code in _EXTENDED.items()}


@dataclass(frozen=True, slots=True)
class Segments:
    """Số tin: the encoding, its units (septets or UTF-16 code units) and how many parts."""

    encoding: str
    units: int
    segments: int


def normal(text: str) -> str:
    """The text as it is sent: composed (NFC)."""
    return unicodedata.normalize("NFC", text)


def without_diacritics(text: str) -> str:
    """Bỏ dấu: "Chị Đào vắng" becomes "Chi Dao vang"; what has no plain letter stays."""
    return fold(text)


def encoding_of(text: str) -> str:
    """GSM7 when every character is in the default alphabet or its extension, else UCS2."""
    return GSM7 if all(one in _BASIC or one in _EXTENDED for one in normal(text)) else UCS2


def _septets(character: str) -> int:
    return 2 if character in _EXTENDED else 1


def _code_units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _measure(encoding: str) -> Callable[[str], int]:
    return _septets if encoding == GSM7 else _code_units


def segments_of(text: str) -> Segments:
    """Số tin của một nội dung: one, or as many parts as `parts_of` cuts.

    An empty text is one message of no units.
    """
    composed = normal(text)
    encoding = encoding_of(composed)
    units = sum(map(_measure(encoding), composed))
    if units <= SINGLE[encoding]:
        return Segments(encoding, units, 1)
    return Segments(encoding, units, len(_cut(composed, encoding)))


def parts_of(text: str) -> list[str]:
    """The parts of a text; an extension character or a surrogate pair is never split."""
    composed = normal(text)
    encoding = encoding_of(composed)
    if sum(map(_measure(encoding), composed)) <= SINGLE[encoding]:
        return [composed]
    return _cut(composed, encoding)


def _cut(text: str, encoding: str) -> list[str]:
    measure, parts, begin, used = _measure(encoding), [], 0, 0
    for place, character in enumerate(text):
        cost = measure(character)
        if used + cost > PART[encoding]:
            parts.append(text[begin:place])
            begin, used = place, 0
        used += cost
    return [*parts, text[begin:]]


def encode_gsm(text: str) -> bytes:
    """One octet per septet, as `data_coding` 0 of SMPP carries them."""
    octets = bytearray()
    for character in text:
        if character in _EXTENDED:
            octets += bytes((ESCAPE, _EXTENDED[character]))
        else:
            octets.append(_BASIC[character])
    return bytes(octets)


def decode_gsm(octets: bytes) -> str:
    """The text of octets of the default alphabet; an unknown extension is a space."""
    text, escaped = [], False
    for octet in octets:
        if escaped:
            text.append(_EXTENSIONS.get(octet, " "))
        elif octet != ESCAPE:
            text.append(_LETTERS.get(octet, "?"))
        escaped = octet == ESCAPE and not escaped
    return "".join(text)


def encode_part(text: str, encoding: str) -> bytes:
    """The octets of one part."""
    return encode_gsm(text) if encoding == GSM7 else text.encode("utf-16-be")


def concatenation_header(reference: int, total: int, number: int) -> bytes:
    """User data header 05 00 03: which part of which message this is."""
    return bytes((5, 0, 3, reference & 0xFF, total, number))


def shortened(text: str, most: int) -> str:
    """A text cut to what fits into `most` parts; says with an ellipsis that it was cut."""
    if segments_of(text).segments <= most:
        return text
    kept = normal(text)
    while kept and segments_of(kept.rstrip() + "...").segments > most:
        kept = kept[:-1]
    return kept.rstrip() + "..."


def total_segments(texts: Sequence[str]) -> int:
    """How many parts these texts are together."""
    return sum(segments_of(text).segments for text in texts)
