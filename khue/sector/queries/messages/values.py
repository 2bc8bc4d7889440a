"""Small pieces of every message."""

from __future__ import annotations

from datetime import date

from khue.records.api import PersonOnFile
from khue.sector.rules.checking import is_given, timestamp

Message = dict[str, object]


def given(**fields: object) -> Message:
    """A message of what is there; an empty value is left out, a zero stays."""
    return {name: value for name, value in fields.items() if is_given(value)}


def whole(code: str) -> int | None:
    """A code of digits as the whole number that some fields ask for."""
    return int(code) if code.isascii() and code.isdigit() else None


def flag(held: bool) -> int:  # noqa: FBT001
    return 1 if held else 0


def moment(day: date | None) -> str | None:
    return timestamp(day) if day else None


def born_day(born: str) -> date | None:
    """A birth date only when its day is known; a year alone is not made into a day."""
    return date.fromisoformat(born) if len(born) == 10 else None


def decimal(text: str) -> float | None:
    """A number as a card prints it: "12,5"."""
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None


def sex_number(person: PersonOnFile) -> int | None:
    """DM_GIOI_TINH: 1 male, 2 female (not QCVN 109)."""
    return {"M": 1, "F": 2}.get(person.sex)
