"""Số đăng bộ: the running number of a student in the register of a school.

It runs for the life of the school. A number once given is never given again, even when its
student has left; whoever comes back gets a new line with a new number.
"""

import re
from string import Formatter

from kit.refusal import Refusal

FIRST_NUMBER = 1
DEFAULT_PATTERN = "{number}"
_FIELDS = {"number", "year"}
_WIDTH = re.compile(r"(0?[1-9])?d?", re.ASCII)
_BAD_PATTERN = (
    "Mẫu số đăng bộ “{pattern}” chưa đúng. Mẫu phải có {{number}} một lần, có thể thêm {{year}}, "
    "ví dụ {{number:04}}/{{year}}."
)


def _fields(pattern: str) -> list[tuple[str, str]] | None:
    """The fields of a pattern with their widths; None where braces do not match."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return None
    if any(conversion for _, _, _, conversion in parts):
        return None
    return [(name, width or "") for _, name, width, _ in parts if name is not None]


def check_register_pattern(pattern: str) -> Refusal | None:
    """Mẫu số đăng bộ của trường: holds the number once; the year of entry may stand beside."""
    fields = _fields(pattern)
    names = [name for name, _ in fields or []]
    plain = all(_WIDTH.fullmatch(width) for _, width in fields or [])
    if plain and names.count("number") == 1 and set(names) <= _FIELDS:
        return None
    return Refusal("BAD_PATTERN", _BAD_PATTERN.format(pattern=pattern), {"pattern": pattern})


def next_register_number(highest_ever: int | None) -> int:
    """Số đăng bộ tiếp theo: one above the highest that was ever given."""
    return FIRST_NUMBER if highest_ever is None else highest_ever + 1


def print_register_number(
    number: int, *, pattern: str = DEFAULT_PATTERN, year: int | None = None
) -> str:
    """Số đăng bộ như in trong sổ: "0042/2026" for the pattern "{number:04}/{year}"."""
    return pattern.format(number=number, year=year if year is not None else "")
