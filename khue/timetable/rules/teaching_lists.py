"""Bảng phân công giảng dạy as schools write it: "10AV1(2), 11H1(3),10SI(3)"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kit.vietnamese import search_key, tidy

_ENTRY = re.compile(r"([^,;()\n]+?)\s*(?:\(\s*(\d{1,2})\s*(?:t|tiết|tiet)?\s*\))?\s*(?:[,;\n]|$)")
_FEMALE_MIDDLE, _MALE_MIDDLE = {"thi"}, {"van"}


@dataclass(frozen=True)
class Taught:
    """One class of a teacher's line, with the periods a week where they are written."""

    class_text: str
    periods: int | None


def parse_taught(text: str, periods: int | None = None) -> list[Taught]:
    """The classes of one line; `periods` holds where a class has none of its own."""
    found = []
    for name, own in _ENTRY.findall(text):
        if tidy(name):
            found.append(Taught(tidy(name), int(own) if own else periods))
    return found


def once_each(taught: Iterable[Taught]) -> tuple[list[Taught], list[str]]:
    """Every class once, and the classes that were written again."""
    kept: dict[str, Taught] = {}
    again = []
    for one in taught:
        if class_key(one.class_text) in kept:
            again.append(one.class_text)
        kept.setdefault(class_key(one.class_text), one)
    return list(kept.values()), again


def class_key(text: str) -> str:
    """What two spellings of one class share: "Lớp 10 Hóa 1" and "10HÓA1"."""
    squashed = "".join(letter for letter in search_key(text) if letter.isalnum())
    return squashed.removeprefix("lop")


def likely_sex(name: str) -> str | None:
    """F after a middle name Thị, M after Văn; otherwise a name does not tell."""
    middle = {search_key(word) for word in tidy(name).split()[1:-1]}
    if middle & _FEMALE_MIDDLE:
        return "F"
    return "M" if middle & _MALE_MIDDLE else None


@dataclass(frozen=True)
class Spellings:
    """Pairs of names for one thing, as the second and third sheet of a workbook give them."""

    pairs: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Spellings:
        found: dict[str, set[str]] = {}
        for one, other in pairs:
            if tidy(one) and tidy(other):
                found.setdefault(class_key(one), set()).add(tidy(other))
                found.setdefault(class_key(other), set()).add(tidy(one))
        return cls({key: frozenset(names) for key, names in found.items()})

    def of_text(self, text: str) -> Iterator[str]:
        """The text itself, then what else it is called."""
        yield text
        yield from sorted(self.pairs.get(class_key(text), ()))
