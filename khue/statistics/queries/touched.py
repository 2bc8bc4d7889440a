"""Sổ cái đụng tới gì: from entries to the classes and schools whose figures are to be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from khue.ledger.api import HistoryLine
from khue.organisations.api import class_ids_of_schools, class_summaries, classes_of_books
from khue.records.api import classes_of_students, schools_of_staff
from khue.statistics.rules.kinds import Route, Through, number_of, route_of
from khue.statistics.rules.themes import Theme
from khue.transcripts.api import classes_of_versions


@dataclass(slots=True)
class Touched:
    """What is to be counted again: classes and schools by theme; `everything` in due course.

    `changed_schools`: schools of which classes may be gone. `days`: schools and days whose words
    to families moved.
    """

    classes: dict[Theme, set[int]] = field(default_factory=lambda: defaultdict(set))
    schools: dict[Theme, set[int]] = field(default_factory=lambda: defaultdict(set))
    changed_schools: set[int] = field(default_factory=set)
    days: set[tuple[int, date]] = field(default_factory=set)
    everything: bool = False

    def add_classes(self, themes: Iterable[Theme], class_ids: Iterable[int]) -> None:
        wanted = set(class_ids)
        for theme in themes:
            if theme.of_classes and wanted:
                self.classes[theme] |= wanted

    def add_schools(self, themes: Iterable[Theme], school_ids: Iterable[int]) -> None:
        wanted = set(school_ids)
        for theme in themes:
            if not theme.of_classes and wanted:
                self.schools[theme] |= wanted

    def add_days(self, days: Iterable[tuple[int, date]]) -> None:
        self.days.update(days)
        self.add_schools([Theme.MESSAGES], [school_id for school_id, _ in self.days])


@dataclass(slots=True)
class _Asked:
    """One route: the numbers that entries name, and the schools they stand at."""

    schools_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    schools: set[int] = field(default_factory=set)
    nowhere: bool = False

    def take(self, line: HistoryLine, route: Route) -> None:
        number = number_of(line.subject)
        if route.through is Through.SCHOOL or number is None:
            self._take_school(line, route)
            return
        at = self.schools_of[number]
        if line.school_id is not None:
            at.add(line.school_id)

    def _take_school(self, line: HistoryLine, route: Route) -> None:
        if line.school_id is not None:
            self.schools.add(line.school_id)
        elif not route.needs_school:
            self.nowhere = True


def touched_by(lines: Iterable[HistoryLine]) -> Touched:
    """What some entries of the ledger touch; a handful of queries, however many entries."""
    touched = Touched()
    for route, asked in _by_route(lines).items():
        _resolve(touched, route, asked)
    return touched


def _by_route(lines: Iterable[HistoryLine]) -> Mapping[Route, _Asked]:
    found: dict[Route, _Asked] = defaultdict(_Asked)
    for line in lines:
        route = route_of(line.subject)
        if route.through is not Through.NOTHING:
            found[route].take(line, route)
    return found


def _resolve(touched: Touched, route: Route, asked: _Asked) -> None:
    """Known numbers lead to their classes; those that are gone, to all classes of the school."""
    numbers = list(asked.schools_of)
    known = _places_of(route.through, numbers)
    for number in numbers:
        if route.through is Through.STAFF:
            touched.add_schools(route.themes, known.get(number, ()) or asked.schools_of[number])
        elif number in known:
            touched.add_classes(route.themes, known[number])
        else:
            asked.schools |= asked.schools_of[number]
    _resolve_schools(touched, route, asked.schools)
    touched.everything = touched.everything or asked.nowhere


def _resolve_schools(touched: Touched, route: Route, schools: set[int]) -> None:
    touched.add_schools(route.themes, schools)
    if schools and any(theme.of_classes for theme in route.themes):
        touched.add_classes(route.themes, class_ids_of_schools(sorted(schools)))
        touched.changed_schools |= schools


def _places_of(through: Through, numbers: Sequence[int]) -> Mapping[int, Iterable[int]]:
    if not numbers:
        return {}
    if through is Through.STUDENT:
        return classes_of_students(numbers)
    if through is Through.STAFF:
        return schools_of_staff(numbers)
    if through is Through.CLASS:
        return {number: (number,) for number in class_summaries(numbers)}
    single = classes_of_books if through is Through.BOOK else classes_of_versions
    return {number: (class_id,) for number, class_id in single(numbers).items()}
