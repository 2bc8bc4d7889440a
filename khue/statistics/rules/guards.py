"""Số nào nhạy cảm, và số nào cộng lại thành số nào: what stands behind `small_counts`.

Sensitive are counts of ethnic minorities (the columns ".m", ".mf"), of ethnic groups, of disability
and of policy groups; they are told outside the school only when they are not small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from khue.statistics.rules.people import is_minority
from khue.statistics.rules.small_counts import Equation, Rest
from khue.statistics.rules.themes import COLUMNS, DIMENSIONS, Guard, Theme

GUARDED = frozenset({Theme.ENROLMENT, Theme.RESULTS, Theme.DECLARED})
MINORITY, MINORITY_GIRLS, GIRLS = ".m", ".mf", ".f"
SENSITIVE_WORDS = frozenset(
    one.word for one in DIMENSIONS if one.guard is Guard.SENSITIVE and one.theme in GUARDED
)
PEOPLE_WORDS = frozenset(one.word for one in DIMENSIONS if one.of_people and one.theme in GUARDED)
# Words whose codes divide all pupils of a level, and the word they divide.
DIVIDED = {"grade": "pupils", "age": "pupils", "disability": "disabled"}
# Words that some pupils of a level have and the others have not.
OF_SOME = frozenset({"disabled", "policy", "policy_kind"})
# Who is newly taken in sits in the first grade of the level, mostly all of it.
FIRST_GRADES = {"02": "01", "03": "06", "04": "10"}
NOT_AMONG_ALL = frozenset({"pupils", "ethnic", *DIVIDED, *OF_SOME, "right_age"})
# Words that some of the pupils of another word have.
OF_A_WORD = {"right_age": "grade.*", "policy_kind": "policy"}
AMONG_ALL = frozenset(
    one.word
    for one in DIMENSIONS
    if one.theme is Theme.ENROLMENT and one.of_people and one.word not in NOT_AMONG_ALL
)
# Words of results whose codes divide the pupils of whom the result is known.
DIVIDED_RESULTS = frozenset({"learning.y", "conduct.y", "primary", "outcome"})
# Ethnic groups that stand in every table, counted or not: Kinh and Tày.
COMPANIONS = frozenset({"01", "02"})
# The pupils of each level, and of all; below twice the threshold nothing sensitive is told.
WHOLES = frozenset({"pupils", *(f"0{level}.pupils" for level in range(1, 6))})
FEW_TIMES = 2
OF_TERMS = frozenset({"learning", "conduct"})


@dataclass(frozen=True, slots=True)
class Stem:
    """A key without its column: level, word, code."""

    text: str
    level: str
    word: str
    code: str


@cache
def stem_of(key: str) -> tuple[Stem, str]:
    """A key in its parts, and its column."""
    stem, column = key, ""
    for end in (MINORITY_GIRLS, MINORITY, GIRLS):
        if key.endswith(end):
            stem, column = key[: -len(end)], end
            break
    first, _, others = stem.partition(".")
    level, rest = (first, others) if first.isdigit() else ("", stem)
    word, _, code = rest.partition(".")
    return Stem(stem, level, word, code), column


@cache
def is_sensitive(key: str) -> bool:
    """Số nhạy cảm: what a small count of this key could tell of a child, the law protects."""
    stem, column = stem_of(key)
    return column in (MINORITY, MINORITY_GIRLS) or stem.word in SENSITIVE_WORDS


def moves_guarded(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether something changed that a sensitive count could be reckoned with."""
    keys = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    return any(_in_four_columns(stem_of(key)[0]) for key in keys)


@lru_cache(maxsize=20_000)
def equations_of(keys: frozenset[str]) -> tuple[Equation, ...]:
    """Every sum over these counts that a reader could reckon with, as far as it is sensitive.

    They follow from the keys alone, and places hardly ever get new ones: kept.
    """
    stems = sorted({stem_of(key)[0] for key in keys}, key=lambda stem: stem.text)
    people = [one for one in stems if _in_four_columns(one)]
    columns = [told for stem in people for told in _of_columns(stem)]
    divisions = [
        told
        for (level, word), parts in _by_division(people).items()
        for told in _of_division(level, word, parts)
    ]
    return (*columns, *divisions)


def of_few(counts: Mapping[str, int], least: int) -> set[str]:
    """Every sensitive count of a level with so few pupils that a nought among them tells one."""
    few = {
        stem_of(key)[0].level
        for key in WHOLES.intersection(counts)
        if counts[key] < FEW_TIMES * least
    }
    if not few:
        return set()
    told = (key for one in equations_of(frozenset(counts)) for key in (*one.parts, one.total))
    return {key for key in told if is_sensitive(key) and stem_of(key)[0].level in few}


def _in_four_columns(stem: Stem) -> bool:
    """Classes and rooms are no people; results of a term come without the minorities."""
    of_a_term = stem.word in OF_TERMS and not stem.code.startswith("y")
    return not of_a_term and stem.word in PEOPLE_WORDS


def _of_columns(stem: Stem) -> Iterator[Equation]:
    """All, girls, minorities, girls of minorities: each leaves a rest that is told nowhere."""
    key = stem.text
    told = [(key, key + GIRLS)] if stem.word in SENSITIVE_WORDS else []
    if stem.word != "ethnic":
        told += [(key + MINORITY, key + MINORITY_GIRLS), (key + GIRLS, key + MINORITY_GIRLS)]
        told.append((key, key + MINORITY))
    for whole, part in told:
        yield Equation(whole, (part,), Rest.UNTOLD)
    if stem.word in OF_SOME:
        for column in COLUMNS:
            yield Equation(f"{stem.level}.pupils{column}", (key + column,), Rest.UNTOLD)
    for whole in _wholes_of(stem):
        for column in (MINORITY, MINORITY_GIRLS):
            yield Equation(whole + column, (key + column,), Rest.UNLESS_ZERO)


def _wholes_of(stem: Stem) -> Iterator[str]:
    """Those among whom the pupils of a stem are: where all are, their counts are the same."""
    if stem.word in OF_A_WORD:
        yield f"{stem.level}.{OF_A_WORD[stem.word]}".replace("*", stem.code)
    elif stem.word in AMONG_ALL:
        yield f"{stem.level}.pupils"
    if stem.word == "new_intake" and stem.level in FIRST_GRADES:
        yield f"{stem.level}.grade.{FIRST_GRADES[stem.level]}"


def _by_division(people: Iterable[Stem]) -> Mapping[tuple[str, str], list[Stem]]:
    """Stems with a code, by level and word; of results, by what they divide too."""
    found: dict[tuple[str, str], list[Stem]] = defaultdict(list)
    for stem in people:
        if stem.code:
            when, _, _ = stem.code.partition(".")
            word = f"{stem.word}.{when}" if "." in stem.code else stem.word
            found[stem.level, word].append(stem)
        elif stem.word == "pupils" and stem.level:
            found["", "pupils"].append(stem)
    return found


def _of_division(level: str, word: str, parts: list[Stem]) -> Iterator[Equation]:
    whole = f"{level}.{DIVIDED.get(word, 'pupils')}" if level else "pupils"
    if word == "ethnic":
        yield from _of_groups(level, parts)
    elif word in DIVIDED or word == "pupils":
        for column in COLUMNS:
            yield Equation(whole + column, tuple(one.text + column for one in parts))
    elif word in DIVIDED_RESULTS:
        for column in (MINORITY, MINORITY_GIRLS):
            members = tuple(one.text + column for one in parts)
            yield Equation(whole + column, members, Rest.UNLESS_ZERO)


def _of_groups(level: str, parts: list[Stem]) -> Iterator[Equation]:
    """Các dân tộc: all of them are the pupils, those of minorities the column for it, and both.

    The number of pupils is always told; where a school has one group only, another with nobody in
    it stands beside it, so that there is something to withhold.
    """
    whole = f"{level}.pupils"
    codes = {one.code for one in parts} | COMPANIONS
    groups = {code: f"{level}.ethnic.{code}" for code in sorted(codes)}
    minorities = [key for code, key in groups.items() if code != "unknown" and is_minority(code)]
    others = [key for key in groups.values() if key not in minorities]
    for column, of_minorities in (("", MINORITY), (GIRLS, MINORITY_GIRLS)):
        yield Equation(whole + column, tuple(key + column for key in groups.values()))
        yield Equation(whole + of_minorities, tuple(key + column for key in minorities))
        members = (whole + of_minorities, *(key + column for key in others))
        yield Equation(whole + column, members)
