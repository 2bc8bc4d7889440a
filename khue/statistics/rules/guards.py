"""Số nào nhạy cảm, và số nào cộng lại thành số nào: what stands behind `small_counts`.

Sensitive are counts of ethnic minorities (the columns ".m", ".mf"), of ethnic groups, of disability
and of policy groups; they are told outside the school only when they are not small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from khue.statistics.rules.people import is_minority
from khue.statistics.rules.reckoning import Counts, Equation, Keys, Rest, Square
from khue.statistics.rules.themes import COLUMNS, DIMENSIONS, Guard, Theme
from khue.statistics.rules.watching import Guarding

GUARDED = frozenset({Theme.ENROLMENT, Theme.RESULTS, Theme.DECLARED})
MINORITY, MINORITY_GIRLS, GIRLS = ".m", ".mf", ".f"
# The column that a column of minorities is taken from.
WHOLE_OF = {MINORITY: "", MINORITY_GIRLS: GIRLS}
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
OF_SOME_TOLD = sorted(OF_SOME - {"policy_kind"})
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


def square_of(key: str) -> Square | None:
    """All, girls, minorities and girls of minorities of the same people."""
    stem, _ = stem_of(key)
    if stem.word == "ethnic" or not _in_four_columns(stem):
        return None
    first, second, third, fourth = (stem.text + column for column in COLUMNS)
    return first, second, third, fourth


# What one person changes in the columns of a word, who is of a minority or of a group instead.
CHANGES_OF_ALL = ((MINORITY,), (MINORITY, MINORITY_GIRLS), (MINORITY_GIRLS,))
CHANGES_OF_GROUPS = (("",), ("", GIRLS))
CHANGES_OF_SENSITIVE = (*CHANGES_OF_GROUPS, ("", MINORITY), tuple(COLUMNS))


def changes_of(key: str) -> tuple[tuple[str, ...], ...]:
    """The columns of a key that one person more or fewer changes together, kind by kind."""
    word = stem_of(key)[0].word
    if word == "ethnic":
        return CHANGES_OF_GROUPS
    return CHANGES_OF_SENSITIVE if word in SENSITIVE_WORDS else CHANGES_OF_ALL


def is_implied(key: str, counts: Counts, told: Sequence[tuple[Counts, Keys]]) -> bool:
    """Whether all whom a key is taken from are of minorities, or none, and that is told openly.

    It is where all the pupils of the level are, or all of the same word in the place above, and
    they are not few; or all girls, where there are none but girls.
    """
    stem, column = stem_of(key)
    if column not in WHOLE_OF:
        return False
    value, whole = counts.get(key, 0), counts.get(stem.text + WHOLE_OF[column], 0)
    if value not in (0, whole):
        return False
    only_girls = counts.get(stem.text) == counts.get(stem.text + GIRLS)
    ends = {column, MINORITY, *([MINORITY_GIRLS] if only_girls else [])}
    return any(
        one + end not in hidden
        and counts.get(one + end, 0) == (counts.get(one + WHOLE_OF[end], 0) if value else 0)
        for counts, hidden in told
        for one in (stem.text, f"{stem.level}.pupils")
        for end in ends
    )


@lru_cache(maxsize=4096)
def sensitive_among(keys: frozenset[str]) -> frozenset[str]:
    """Every sensitive count of a place with these keys, those of nobody too."""
    told = {key for one in equations_of(keys) for key in (*one.parts, one.total)}
    levels = [key.removesuffix(".pupils") for key in WHOLES & keys if key != "pupils"]
    some = {f"{level}.{word}{end}" for level in levels for word in OF_SOME_TOLD for end in COLUMNS}
    return frozenset(key for key in told | some | keys if is_sensitive(key))


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


def _split(key: str) -> tuple[str, str]:
    stem, column = stem_of(key)
    return stem.text, column


def _level_of(key: str) -> str:
    return stem_of(key)[0].level


def guarding(least: int) -> Guarding:
    """Everything that says what is withheld, for a smallest count that is told."""
    return Guarding(
        least,
        is_sensitive,
        equations_of,
        of_few,
        square_of,
        changes_of,
        split=_split,
        part_of=_level_of,
        is_implied=is_implied,
    )
