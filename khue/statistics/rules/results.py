"""Kết quả giáo dục: levels, conduct, conclusions and titles as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from khue.statistics.rules.people import add, columns_of

# By term only girls are counted apart; the year's results come in all four columns.
OF_TERMS = frozenset({"", ".f"})
NO_AWARD = "NONE"


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """The results of a pupil; levels 0 Tốt to 3 Chưa đạt, none while unknown."""

    sex: str
    ethnic_group: str
    conduct: tuple[int | None, int | None, int | None]
    learning: tuple[int | None, int | None, int | None]
    primary_level: str = ""
    outcome: str = ""
    award: str = ""


@dataclass(frozen=True, slots=True)
class CheckedChild:
    """A child of a preschool group or class who was weighed and measured in the year."""

    grade: str
    sex: str
    ethnic_group: str


def count_results(level: str, results: Iterable[ResultFacts]) -> dict[str, int]:
    """Kết quả of a class: pupils by level in each term and the year, conclusion and title."""
    counts: Counter[str] = Counter()
    for one in results:
        columns = columns_of(one.sex, one.ethnic_group)
        told = tuple(column for column in columns if column in OF_TERMS)
        for word in _of_year(one):
            add(counts, f"{level}.{word}", columns)
        for word in _of_terms(one):
            add(counts, f"{level}.{word}", told)
    return dict(counts)


def _of_year(one: ResultFacts) -> Iterator[str]:
    yield "pupils"
    if one.learning[2] is not None:
        yield f"learning.y.{one.learning[2]}"
    if one.conduct[2] is not None:
        yield f"conduct.y.{one.conduct[2]}"
    if one.primary_level:
        yield f"primary.{one.primary_level}"
    if one.outcome:
        yield f"outcome.{one.outcome}"
    if one.award and one.award != NO_AWARD:
        yield f"award.{one.award}"


def _of_terms(one: ResultFacts) -> Iterator[str]:
    for term in (1, 2):
        if one.learning[term - 1] is not None:
            yield f"learning.{term}.{one.learning[term - 1]}"
        if one.conduct[term - 1] is not None:
            yield f"conduct.{term}.{one.conduct[term - 1]}"


def count_checked(level: str, children: Iterable[CheckedChild]) -> dict[str, int]:
    """Trẻ được kiểm tra sức khỏe dinh dưỡng: weighed and measured, by nursery and kindergarten."""
    counts: Counter[str] = Counter()
    for one in children:
        add(counts, f"{level}.checked.{one.grade}", columns_of(one.sex, one.ethnic_group))
    return dict(counts)
