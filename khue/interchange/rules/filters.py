"""Bộ lọc OneRoster: `field='value' AND other>'value'`, at most two conditions, joined once."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

OPERATORS = ("!=", ">=", "<=", "=", ">", "<", "~")
CONDITION = re.compile(r"\s*([A-Za-z.]{1,60})\s*(!=|>=|<=|=|>|<|~)\s*'([^']{0,200})'\s*")
JOINED = re.compile(r"\s(AND|OR)\s")
LONGEST = 600
COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "~": operator.contains,
}


@dataclass(frozen=True)
class Condition:
    """One comparison; the value is text, as the address carries it."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True)
class Filter:
    """One or two conditions; with two, both or either must hold."""

    conditions: tuple[Condition, ...] = ()
    both: bool = True


class FilterUnreadable(Exception):
    """The filter is not written as OneRoster 1.2 says."""


def read_filter(text: str) -> Filter:
    """Read a filter; nothing filters nothing. Raises FilterUnreadable."""
    if not text.strip():
        return Filter()
    if len(text) > LONGEST or not text.isprintable():
        raise FilterUnreadable(text[:LONGEST])
    parts = _parts(text)
    return Filter(tuple(_condition(one) for one in parts[::2]), parts[1:2] != ["OR"])


def _parts(text: str) -> list[str]:
    """Conditions and the word between them; a word within quotes joins nothing."""
    for found in JOINED.finditer(text):
        if text.count("'", 0, found.start()) % 2 == 0:
            return [text[: found.start()], found[1], text[found.end() :]]
    return [text]


def _condition(text: str) -> Condition:
    found = CONDITION.fullmatch(text)
    if found is None:
        raise FilterUnreadable(text)
    return Condition(found[1], found[2], found[3])


def compare(told: str, sign: str, value: str) -> bool:
    """Whether a told text meets a comparison; letter by letter, as Unicode counts."""
    return COMPARED[sign](told, value)


def holds(texts: list[str], condition: Condition) -> bool:
    """Whether a field meets a condition: with several values one of them, with none it does not.

    Only "!=" asks that no value is the one.
    """
    met = [compare(one, condition.operator, condition.value) for one in texts]
    return all(met) and bool(met) if condition.operator == "!=" else any(met)
