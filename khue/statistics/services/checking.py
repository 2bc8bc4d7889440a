"""Kiểm tra số liệu: every stored figure against one counted from scratch; the first that differs.

The sums above the classes are made from the fresh counts here, not by the statement that the
follower uses, so that a wrong sum is found too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from khue.organisations.api import class_ids_after, every_school_id, school_year_of
from khue.statistics.queries.family_days import count_days, kept_days, year_of_schools
from khue.statistics.queries.stored import (
    Where,
    figures_of_gone_classes,
    stored_of_classes,
    stored_of_organisations,
)
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.services.counting import Counted, count_classes, count_schools
from khue.statistics.services.hiding import wrongly_told
from kit.dates import vietnam_day

AT_ONCE = 300
DAYS_AT_ONCE = 50
Counts = Mapping[str, int]
Sums = dict[tuple[int, int, Theme], Counter[str]]
"""By organisation, year and theme."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored figure that is not what counting from scratch says; `key` is its first such."""

    where: Where
    key: str
    stored: int
    counted: int

    def __str__(self) -> str:
        kind, place_id, year, theme = self.where
        return (
            f"{kind} {place_id}, {year}, {theme}, {self.key}:"
            f" đang lưu {self.stored}, đếm lại {self.counted}"
        )


@dataclass(slots=True)
class Checked:
    """How many figures were compared, and those that differ, from the classes up.

    `told`: tables of small counts of which the wrong ones are withheld.
    """

    figures: int = 0
    differences: list[Difference] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def compare(self, where: Where, counted: Counts, stored: Counts) -> None:
        self.figures += 1
        keys = {key for key in {*counted, *stored} if counted.get(key, 0) != stored.get(key, 0)}
        for key in sorted(keys)[:1]:
            told = stored.get(key, 0), counted.get(key, 0)
            self.differences.append(Difference(where, key, *told))


def check_figures(*, now: datetime, tell: Callable[[int], None] = lambda _: None) -> Checked:
    """Compare every figure; `tell` hears how many classes are done. The scope sees everything.

    Figures of today alone (staff, schools, attendance) are compared for this school year.
    """
    checked, today = Checked(), vietnam_day(now)
    sums: Sums = defaultdict(Counter)
    done = 0
    for classes in _portions():
        _check_classes(checked, classes, today, sums)
        done += len(classes)
        tell(done)
    for differing in _wrong_days(today):
        checked.differences.append(differing)
    for one in _of_schools(today):
        _add(sums, one)
    _check_organisations(checked, sums, today)
    for where in figures_of_gone_classes():
        checked.differences.append(Difference(where, "", 1, 0))
    checked.told = wrongly_told()
    return checked


def _portions() -> Iterator[list[int]]:
    last = 0
    while classes := class_ids_after(last, AT_ONCE):
        yield classes
        last = classes[-1]


def _check_classes(checked: Checked, classes: Collection[int], today: date, sums: Sums) -> None:
    stored = stored_of_classes(list(classes))
    for theme in (theme for theme in Theme if theme.of_classes):
        for one in count_classes(classes, theme, today):
            where = (one.kind, one.place_id, one.year, one.theme)
            checked.compare(where, one.counts, stored.get(where, {"": 1}))
            _add(sums, one)


def _wrong_days(today: date) -> Iterator[Difference]:
    """Days of words to families that are not what their rows say; figures are their sums."""
    year, schools = school_year_of(today), every_school_id()
    for first in range(0, len(schools), DAYS_AT_ONCE):
        some = schools[first : first + DAYS_AT_ONCE]
        counted, kept = count_days(year_of_schools(some, year)), kept_days(some, year)
        for school_id, day in sorted({*counted, *kept}):
            stored, fresh = (one.get((school_id, day), {}) for one in (kept, counted))
            keys = sorted(key for key in {*stored, *fresh} if stored.get(key) != fresh.get(key))
            for key in keys[:1]:
                where = (PlaceKind.SCHOOL, school_id, year, Theme.MESSAGES)
                told = stored.get(key, 0), fresh.get(key, 0)
                yield Difference(where, f"{day.isoformat()} {key}", *told)


def _of_schools(today: date) -> Iterable[Counted]:
    schools = every_school_id()
    for theme in (theme for theme in Theme if not theme.of_classes):
        yield from count_schools(schools, theme, today)


def _add(sums: Sums, one: Counted) -> None:
    """Add a figure to every organisation on its path; a class is none, a school is one itself."""
    for part in one.path.strip("/").split("/"):
        if part.isdigit():
            sums[int(part), one.year, one.theme].update(one.counts)


def _check_organisations(checked: Checked, sums: Sums, today: date) -> None:
    stored = stored_of_organisations()
    for where, counts in stored.items():
        _, place_id, year, theme = where
        past = theme.of_today or not theme.of_classes
        if year == school_year_of(today) or not past:
            checked.compare(where, sums.pop((place_id, year, theme), {}), counts)
    for (place_id, year, theme), counts in sums.items():
        if counts:
            checked.compare((PlaceKind.SCHOOL, place_id, year, theme), counts, {})
