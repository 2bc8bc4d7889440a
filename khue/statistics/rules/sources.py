"""Nguồn của một dòng biểu: a short sentence over the counts of schools, read and reckoned.

"02.grade.01 + 02.grade.02" adds counts; "… ? main.02 & area.02|area.03" takes only schools that
hold the conditions; "#main.02" counts schools. "02.age.<6" stands for every age below 6,
"02.ethnic.@very_small" for the very small ethnic groups that the law names for the year.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from khue.statistics.rules.declared import DATA, LEVELS_OF_FORMS, TOLD, declared_keys

PUBLIC = "ownership.01"
VERY_SMALL = "@very_small"
TERM = re.compile(r"([+-]?)\s*([a-z0-9_.<>@]+)")
# Nobody at school is older than this many years.
MOST_BEYOND = 130
BEYOND = re.compile(r"(.+)\.([<>])(\d+)$")
COMPARED = re.compile(r"(.+?)(>=|<=)(\d+)$")
DECLARING_LEVELS = tuple(LEVELS_OF_FORMS.values())
# Ethnic groups are counted in two columns; all of a minority group are minorities.
COLUMN_OF_GROUP = {"": "", ".f": ".f", ".m": "", ".mf": ".f"}

Declaring = Sequence[tuple[frozenset[str], int]]
"""What schools declared and teach, as keys, and how many of them."""


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """The counts of one school over all themes, without zeros.

    `number`, `met`: of so many schools that are alike the sum, and the conditions they all meet.
    """

    counts: Mapping[str, int]
    number: int = 1
    met: frozenset[str] | None = None

    @property
    def is_public(self) -> bool:
        return PUBLIC in (self.counts if self.met is None else self.met)


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
    return tuple(line["code"] for line in _very_small(year))


@cache
def unconfirmed_groups(year: int) -> tuple[str, ...]:
    """Văn bản còn phải đối chiếu: where the list of a school year is said to come from.

    Nothing where every row of it was held against the print (its tag is C).
    """
    return tuple(sorted({line["source"] for line in _very_small(year) if line["tag"] != "C"}))


def _very_small(year: int) -> list[dict[str, str]]:
    day = date(year, 9, 30).isoformat()
    with (DATA / "very-small-groups.csv").open(encoding="utf-8", newline="") as file:
        return [
            line
            for line in csv.DictReader(file)
            if line["valid_from"] <= day <= (line["valid_to"] or day)
        ]


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
    if school.met is not None:
        return said in school.met
    key, sign, limit = _condition(said)
    value = school.counts.get(key, 0)
    return value >= limit if sign == ">=" else value <= limit


@cache
def _condition(said: str) -> tuple[str, str, int]:
    """A condition as key, sign and limit; a key alone asks for one at least."""
    compared = COMPARED.match(said)
    return (compared[1], compared[2], int(compared[3])) if compared else (said, ">=", 1)


def key_of_condition(said: str) -> str:
    """The count that a condition looks at."""
    return _condition(said)[0]


def alike(
    schools: Iterable[SchoolCounts], sources: Iterable[Source], *, summed: bool = True
) -> list[SchoolCounts]:
    """Schools that no condition of these sources tells apart, as one: a few sums for a province.

    Sources that count schools need no sums, and tell far more of them apart.
    """
    asked = {one for source in sources for condition in source.conditions for one in condition} | {
        PUBLIC
    }
    numbers: dict[frozenset[str], int] = defaultdict(int)
    sums: dict[frozenset[str], dict[str, int]] = defaultdict(dict)
    met_by = _meeting(asked)
    for school in schools:
        met = met_by(school)
        numbers[met] += school.number
        if summed:
            _add(sums[met], school.counts)
    return [SchoolCounts(sums[met], number, met) for met, number in numbers.items()]


def _meeting(asked: Iterable[str]) -> Callable[[SchoolCounts], frozenset[str]]:
    """Which of some conditions a school meets; those of a key alone are looked up all at once."""
    told = {one: _condition(one) for one in asked}
    plain = {one for one, condition in told.items() if condition == (one, ">=", 1)}
    others = [one for one in told if one not in plain]

    def met(school: SchoolCounts) -> frozenset[str]:
        if school.met is not None:
            return school.met
        counts = school.counts
        found = [one for one in plain & counts.keys() if counts[one] > 0]
        return frozenset(found + [one for one in others if _holds(school, one)])

    return met


def _add(sums: dict[str, int], counts: Mapping[str, int]) -> None:
    known = sums.get
    for key, value in counts.items():
        sums[key] = known(key, 0) + value


def who_declared(schools: Iterable[SchoolCounts]) -> Declaring:
    """How many schools declared the same rows and teach the same levels: few kinds of schools."""
    looked = {TOLD + key for key in declared_keys()} | {f"level.{one}" for one in DECLARING_LEVELS}
    found = Counter(frozenset(looked & one.counts.keys()) for one in schools)
    return tuple(found.items())


def asked_for(declaring: Declaring, keys: Iterable[str]) -> tuple[int, int]:
    """How many schools declared one of the keys, and how many of them are to."""
    wanted = [TOLD + key for key in keys]
    levels = {f"level.{key.partition('.')[0]}" for key in keys}
    asked = [(told, number) for told, number in declaring if not levels.isdisjoint(told)]
    return (
        sum(number for told, number in asked if not told.isdisjoint(wanted)),
        sum(number for _, number in asked),
    )


def keys_for(names: Container[str], term: str, column: str, year: int) -> list[str]:
    """The counts, among those named, that a term of a source adds in a column."""
    stem, _, last = term.rpartition(".")
    if last == VERY_SMALL:
        end = COLUMN_OF_GROUP[column]
        return [f"{stem}.{code}{end}" for code in very_small_groups(year)]
    beyond = _beyond(term, column)
    return [term + column] if beyond is None else [one for one in beyond if one in names]


@cache
def _beyond(term: str, column: str) -> tuple[str, ...] | None:
    """Every count that "02.age.<6" may stand for in a column; none for a term of one count."""
    found = BEYOND.match(term)
    if found is None:
        return None
    stem, sign, limit = found.groups()
    numbers = range(int(limit)) if sign == "<" else range(int(limit) + 1, MOST_BEYOND)
    return tuple(f"{stem}.{number}{column}" for number in numbers)


def amount(source: Source, schools: Sequence[SchoolCounts], column: str, year: int) -> int:
    """Số của một dòng over some schools that meet its conditions."""
    if source.counts_schools:
        return sum(one.number for one in schools)
    return sum([sign * _total(schools, term, column, year) for sign, term in source.terms])


def _total(schools: Sequence[SchoolCounts], term: str, column: str, year: int) -> int:
    """What a term adds; most name one count, which needs no look for others."""
    if _beyond(term, column) is None and not term.endswith(VERY_SMALL):
        key = term + column
        return sum([one.counts.get(key, 0) for one in schools])
    return sum(
        school.counts.get(key, 0)
        for school in schools
        for key in keys_for(school.counts, term, column, year)
    )
