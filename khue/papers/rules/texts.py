"""Chữ in được: what the typefaces of a paper can show; everything else becomes a sign for it.

An archive file (PDF/A) may hold no character that its typefaces lack, so a name with a picture in
it would stop a whole book. The picture becomes the replacement sign instead; invisible signs go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

REPLACED = "\ufffd"
ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)")
BLANKS = {"t": " ", "r": " ", "b": "", "f": "\\n"}


def pattern_of_unprintable(covered: Iterable[int]) -> re.Pattern[str]:
    """The characters that a typeface with these code points cannot show."""
    ranges = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _ranges(covered))
    return re.compile(f"[^{ranges}]")


def _ranges(covered: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for code in sorted(code for code in set(covered) if not _is_hidden(chr(code))):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def printable(json_text: str, unprintable: re.Pattern[str]) -> str:
    """JSON in which every text is composed (NFC) and can be shown; its escapes stay valid."""
    composed = unicodedata.normalize("NFC", json_text)
    return unprintable.sub(_sign_for, ESCAPE.sub(_visible_escape, composed))


def _visible_escape(found: re.Match[str]) -> str:
    """A line break stays; other control characters are blanks or go."""
    kind = found[1]
    return "" if kind[0] == "u" and len(kind) > 1 else BLANKS.get(kind, found[0])


def _sign_for(found: re.Match[str]) -> str:
    character = found[0]
    if character.isspace():
        return " "
    return "" if _is_hidden(character) or unicodedata.combining(character) else REPLACED
