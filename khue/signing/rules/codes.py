"""Mã xác thực: as it is printed, typed and scanned; it says nothing about anyone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kit.dates import print_date, vietnam_time

PLACE = "/kiem-tra/"
LONGEST = 24
SHORT = 16
# Letters that people read for figures, and the code has no such figures (base 32).
MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
ADDRESS = re.compile(r"/kiem-tra/([^/?#]+)/?(?:\?([^#]*))?")
SHORT_NAME = "tt"
SHORT_OF_ADDRESS = re.compile(rf"(?:^|&){SHORT_NAME}=([^&]*)")


class CodeState(StrEnum):
    """Tình trạng của một bản ghi đã phát hành."""

    VALID = "valid"
    WAITING = "waiting"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What everyone may know of a record by its code: never a name, a mark or a number.

    `title`: what kind of paper ("Học bạ số, năm học 2026–2027"). `digest`: SHA-256 of the file in
    hexadecimal, shown short. `replaced_by`: number of the version that holds instead. `data_page`:
    address where the holder's code opens the data, "" when there is none.
    """

    state: CodeState
    title: str
    issuer: str = ""
    number: int = 1
    digest: str = ""
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    replaced_by: int | None = None
    reason: str = ""
    signatures: int = 0
    data_page: str = ""


def standing_of_record(facts: CodeFacts) -> str:
    """Tình trạng của bản ghi, in a sentence for everybody."""
    on = f" ngày {print_date(vietnam_time(facts.ended_at))}" if facts.ended_at else ""
    if facts.state is CodeState.VALID:
        return "Bản ghi đang có hiệu lực."
    if facts.state is CodeState.SUPERSEDED:
        by = f" bằng phiên bản {facts.replaced_by}" if facts.replaced_by else ""
        return f"Bản ghi này đã được thay{by}{on}. Hãy yêu cầu bản mới."
    if facts.state is CodeState.CANCELLED:
        return f"Bản ghi này đã bị hủy{on} và không còn giá trị."
    return "Bản ghi này chưa ký đủ nên chưa có giá trị."


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code and, from a QR, the short digest that the paper shows."""

    code: str
    short: str = ""


def read_code(text: str) -> TypedCode:
    """A code out of what was typed or scanned: with spaces or dashes, or the whole address."""
    found = ADDRESS.search(text.strip())
    given = found.group(1) if found else text
    short = SHORT_OF_ADDRESS.search(found.group(2) or "") if found else None
    plain = re.sub(r"[\s.\-–—]", "", given).upper().translate(MISREAD)
    code = plain if re.fullmatch(r"[A-Z2-7]{8,24}", plain) else ""
    return TypedCode(code, read_short(short.group(1)) if short else "")


def read_short(text: str) -> str:
    """A short digest as it came with an address, "" when it is none."""
    plain = re.sub(r"\s", "", text).lower()
    return plain if re.fullmatch(r"[0-9a-f]{8,64}", plain) else ""


def shown_code(code: str) -> str:
    """The code as it is printed, in groups of four: ABCD EFGH IJKL MNOP."""
    return _in_fours(code)


def short_digest(digest: str) -> str:
    """The first 16 figures of a digest in groups of four, as they stand on paper."""
    return _in_fours(digest[:SHORT].upper())


def verify_path(code: str, digest: str = "") -> str:
    """What a QR carries after the address of the site: the code and the short digest."""
    return f"{PLACE}{code}" + (f"?{SHORT_NAME}={digest[:SHORT].lower()}" if digest else "")


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
