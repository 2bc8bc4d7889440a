"""Nguồn của một dòng biểu: a short sentence over the counts of schools, read and reckoned.

"02.grade.01 + 02.grade.02" adds counts; "… ? main.02 & area.02|area.03" takes only schools that
hold the conditions; "#main.02" counts schools. "02.age.<6" stands for every age below 6,
"02.ethnic.@very_small" for the very small ethnic groups that the law names for the year.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from khue.statistics.rules.declared import DATA, TOLD, declared_keys

PUBLIC = "ownership.01"
VERY_SMALL = "@very_small"
TERM = re.compile(r"([+-]?)\s*([a-z0-9_.<>@]+)")
BEYOND = re.compile(r"(.+)\.([<>])(\d+)$")
COMPARED = re.compile(r"(.+?)(>=|<=)(\d+)$")
# Ethnic groups are counted in two columns; all of a minority group are minorities.
COLUMN_OF_GROUP = {"": "", ".f": ".f", ".m": "", ".mf": ".f"}


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """The counts of one school over all themes, without zeros."""

    counts: Mapping[str, int]

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.counts


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: terms with signs, and the schools it is taken from.

    `conditions`: each is a list of alternatives, of which one must hold.
    """

    terms: tuple[tuple[int, str], ...]
    conditions: tuple[tuple[str, ...], ...]

    @property
    def counts_schools(self) -> bool:
        return not self.terms

    @property
    def declared(self) -> frozenset[str]:
        """The keys in it that schools declare."""
        named = [key for _, key in self.terms]
        named += [one for condition in self.conditions for one in condition]
        return declared_keys().intersection(named)


@cache
def very_small_groups(year: int) -> tuple[str, ...]:
    """Dân tộc thiểu số rất ít người on 30 September of a school year, by code."""
    day = date(year, 9, 30).isoformat()
    with (DATA / "very-small-groups.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            line["code"]
            for line in csv.DictReader(file)
            if line["valid_from"] <= day <= (line["valid_to"] or day)
        )


def read_source(text: str) -> Source | None:
    """The source of a row; None for a row without data."""
    if not text:
        return None
    if text.startswith("#"):
        return Source((), _conditions(text[1:]))
    terms, _, where = text.partition("?")
    found = [(-1 if sign == "-" else 1, key) for sign, key in TERM.findall(terms)]
    return Source(tuple(found), _conditions(where))


def _conditions(text: str) -> tuple[tuple[str, ...], ...]:
    parts = [one.strip() for one in text.split("&") if one.strip()]
    return tuple(tuple(alternative.strip() for alternative in one.split("|")) for one in parts)


def holds(school: SchoolCounts, conditions: Sequence[Sequence[str]]) -> bool:
    """Whether a school meets every condition, each by one of its alternatives."""
    return all(any(_holds(school, one) for one in condition) for condition in conditions)


def _holds(school: SchoolCounts, said: str) -> bool:
    compared = COMPARED.match(said)
    if compared is None:
        return school.counts.get(said, 0) > 0
    key, sign, limit = compared.groups()
    value = school.counts.get(key, 0)
    return value >= int(limit) if sign == ">=" else value <= int(limit)


def key_of_condition(said: str) -> str:
    """The count that a condition looks at."""
    compared = COMPARED.match(said)
    return compared[1] if compared else said


def asked_for(schools: Iterable[SchoolCounts], keys: Iterable[str]) -> tuple[int, int]:
    """How many of the schools declared one of the keys, and how many of them are to."""
    wanted = [TOLD + key for key in keys]
    levels = {f"level.{key.partition('.')[0]}" for key in keys}
    asked = [one for one in schools if not levels.isdisjoint(one.counts)]
    return sum(any(key in one.counts for key in wanted) for one in asked), len(asked)


def keys_for(names: Iterable[str], term: str, column: str, year: int) -> list[str]:
    """The counts, among those named, that a term of a source adds in a column."""
    stem, _, last = term.rpartition(".")
    if last == VERY_SMALL:
        end = COLUMN_OF_GROUP[column]
        return [f"{stem}.{code}{end}" for code in very_small_groups(year)]
    beyond = BEYOND.match(term)
    if beyond is None:
        return [term + column]
    return [name for name in names if _is_beyond(name, *beyond.groups(), column)]


def _is_beyond(name: str, stem: str, sign: str, limit: str, column: str) -> bool:
    """Whether the number that ends a key of this stem and column lies beyond the limit."""
    if not name.startswith(stem + ".") or not name.endswith(column):
        return False
    last = name[len(stem) + 1 : len(name) - len(column)]
    if not last.isdecimal():
        return False
    return int(last) < int(limit) if sign == "<" else int(last) > int(limit)


def amount(source: Source, schools: Sequence[SchoolCounts], column: str, year: int) -> int:
    """Số của một dòng over some schools that meet its conditions."""
    if source.counts_schools:
        return len(schools)
    return sum(
        sign * school.counts.get(key, 0)
        for school in schools
        for sign, term in source.terms
        for key in keys_for(school.counts, term, column, year)
    )
