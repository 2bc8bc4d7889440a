"""Đếm lại: the figures of classes and schools, from what the contexts below count for us.

A figure is always counted anew from the rows it stands for, never by adding to what it was, so
that it cannot drift. The caller's scope sees everything; no person asks here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    class_summaries,
    school_summaries,
    school_year,
    school_year_of,
)
from khue.statistics.rules.days import counted_day, usual_days
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.services.counting_classes import OF_CLASSES
from khue.statistics.services.counting_schools import OF_SCHOOLS

Counts = Mapping[str, int]
Card = TypeVar("Card", ClassCard, SchoolCard)


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure as it was counted, with where it stands."""

    kind: PlaceKind
    place_id: int
    parent_id: int | None
    school_id: int | None
    province_id: int | None
    path: str
    year: int
    theme: Theme
    day: date
    counts: Counts = field(default_factory=dict)


def count_classes(class_ids: Collection[int], theme: Theme, today: date) -> list[Counted]:
    """One theme of some classes; what is of today, of the classes of this year only."""
    cards = class_summaries(sorted(class_ids)).values()
    return [
        one
        for (province_id, year), group in _by_year(cards).items()
        if not theme.of_today or year == school_year_of(today)
        for one in _count_group(group, theme, _day(theme, province_id, year, today), year)
    ]


def _by_year(cards: Iterable[ClassCard]) -> Mapping[tuple[int, int], list[ClassCard]]:
    found: dict[tuple[int, int], list[ClassCard]] = defaultdict(list)
    for card in cards:
        found[card.province_id, card.year].append(card)
    return found


def _day(theme: Theme, province_id: int, year: int, today: date) -> date:
    return today if theme.of_today else day_of(province_id, year, today)


def day_of(province_id: int, year: int, today: date) -> date:
    """Ngày của số liệu of a school year in a province."""
    card = school_year(province_id, year)
    if card is None:
        return counted_day(today, *usual_days(year))
    return counted_day(today, max(card.starts_on, card.opens_on), card.ends_on)


def _count_group(
    cards: Sequence[ClassCard], theme: Theme, day: date, year: int
) -> Iterable[Counted]:
    counted = OF_CLASSES[theme](cards, day, year)
    return [_of_class(card, theme, day, counted.get(card.id, {})) for card in cards]


def _of_class(card: ClassCard, theme: Theme, day: date, counts: Counts) -> Counted:
    return Counted(
        kind=PlaceKind.CLASS,
        place_id=card.id,
        parent_id=card.school_id,
        school_id=card.school_id,
        province_id=card.province_id,
        path=card.place,
        year=card.year,
        theme=theme,
        day=day,
        counts=counts,
    )


def count_schools(school_ids: Collection[int], theme: Theme, today: date) -> list[Counted]:
    """One theme that schools count themselves, for the school year of today."""
    cards = list(school_summaries(sorted(school_ids)).values())
    count: Callable[[Sequence[SchoolCard], date, int], Mapping[int, Counts]] = OF_SCHOOLS[theme]
    year = school_year_of(today)
    counted = count(cards, today, year)
    return [_of_school(card, theme, today, year, counted.get(card.id, {})) for card in cards]


def _of_school(card: SchoolCard, theme: Theme, day: date, year: int, counts: Counts) -> Counted:
    return Counted(
        kind=PlaceKind.SCHOOL,
        place_id=card.id,
        parent_id=card.parent_id,
        school_id=card.id,
        province_id=card.province_id,
        path=card.path,
        year=year,
        theme=theme,
        day=day,
        counts=counts,
    )
