"""Lớp tiểu học (TT 27/2020): levels, tests, qualities and comments at the points of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from khue.gradebook.rules.awards import Award
from khue.gradebook.rules.primary import (
    AGAIN,
    YEAR_END,
    Cells,
    PupilYear,
    is_tested,
    required_qualities,
    strands_of,
    year_after,
)
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.tt27 import YearLevel, primary_award, primary_outcome
from synthetic.chance import stream
from synthetic.pupils import Seat, Way

ROW_COLUMNS = (
    *("year", "class_subject_id", "point", "student_id", "school_id", "province_id"),
    *("level", "level2", "test", "test2", "again", "again2", "version"),
)
QUALITIES = tuple(f"q{one}" for one in range(1, 6))
COMPETENCES = tuple(f"c{one}" for one in range(1, 11))
QUALITY_SLOTS = (*QUALITIES, *COMPETENCES)
QUALITY_COLUMNS = (
    *("year", "school_class_id", "point", "student_id", "school_id", "province_id"),
    *QUALITY_SLOTS,
    *("remark", "version"),
)
WELL, DONE, NOT_DONE = 1, 2, 3
WELL_FROM, DONE_FROM, BEST_FROM = 70.0, 40.0, 77.0
NOISE, LIKING = 3.5, 4.0
MARKS_OF = {WELL: (8, 9, 9, 10), DONE: (5, 6, 7, 8), NOT_DONE: (3, 4)}
BEST_MARKS = (9, 9, 10)
CLEAR_PROGRESS = 3
Row = tuple[int | str | None, ...]


@dataclass(frozen=True, slots=True)
class PrimaryBook:
    """A class subject of a primary class: `grades` are those of its programme that study it."""

    id: int
    name: str
    key: str
    grades: frozenset[int]

    def is_for(self, grade: int, among: Sequence[int]) -> bool:
        """Whether pupils of this grade of a multi-grade class study it."""
        known = self.grades & set(among)
        return not known or grade in known


@dataclass(frozen=True, slots=True)
class PrimaryClass:
    """A primary class of a year with its books and its pupils."""

    id: int
    key: str
    year: int
    school_id: int
    province_id: int
    grades: tuple[int, ...]
    books: Sequence[PrimaryBook]
    seats: Sequence[Seat]

    def grade_of(self, seat: Seat) -> int:
        number = int(seat.grade) if seat.grade.isdecimal() else self.grades[0]
        return number if number in self.grades else self.grades[0]


@cache
def shape_of(subject: str, grade: int, point: int) -> tuple[bool, bool]:
    """Whether a subject is assessed in two strands, and whether it is tested at a point."""
    return bool(strands_of(subject)), is_tested(subject, grade, point)


def level_of(reached: float) -> int:
    """T, H or C of a pupil who usually reaches this (tenths)."""
    if reached >= WELL_FROM:
        return WELL
    return DONE if reached >= DONE_FROM else NOT_DONE


# Cells of a pupil by point and book.
Book = dict[tuple[int, int], Cells]


def cells_of_class(seed: int, one: PrimaryClass, points: Sequence[int]) -> list[Book]:
    """What is entered of each pupil up to the last of these points; pupils in their order."""
    random = stream(seed, "primary", one.key)
    return [_cells_of_pupil(random, one, seat, points) for seat in one.seats]


def _cells_of_pupil(random: Random, one: PrimaryClass, seat: Seat, points: Sequence[int]) -> Book:
    grade, found = one.grade_of(seat), Book()
    for book in one.books:
        reached = random.gauss(seat.usual, LIKING)
        if not book.is_for(grade, one.grades):
            continue
        for point in points:
            found[point, book.id] = _cells(random, book, grade, point, _safe(seat, reached, point))
    return found


def _safe(seat: Seat, reached: float, point: int) -> float:
    """Whoever repeats the class did not reach it; nobody else misses more than one subject."""
    if seat.way is Way.AGAIN:
        return min(reached, DONE_FROM - 5)
    return reached if point < YEAR_END or reached > DONE_FROM - 8 else DONE_FROM + 2


def _cells(random: Random, book: PrimaryBook, grade: int, point: int, reached: float) -> Cells:
    two, tested = shape_of(book.name, grade, point)
    first = level_of(random.gauss(reached, NOISE))
    second = level_of(random.gauss(reached, NOISE)) if two else None
    test = _test(random, first, reached) if tested else None
    test2 = _test(random, second, reached) if tested and second else None
    return Cells(first, second, test, test2)


def _test(random: Random, level: int, reached: float) -> int:
    best = level == WELL and reached >= BEST_FROM
    return random.choice(BEST_MARKS if best else MARKS_OF[level])


def qualities_of(random: Random, seat: Seat, grade: int, *, at_end: bool) -> dict[str, int | None]:
    """The levels of a point: mostly T, some Đ; only who repeats the class keeps a C."""
    wanted, share = set(required_qualities(grade)), min(0.97, max(0.45, seat.usual / 90))
    return {
        slot: (_quality(random, seat, share, at_end=at_end) if slot in wanted else None)
        for slot in QUALITY_SLOTS
    }


def _quality(random: Random, seat: Seat, share: float, *, at_end: bool) -> int:
    drawn = random.random()
    if seat.usual >= WELL_FROM + 3 and at_end:
        return WELL
    if drawn < share:
        return WELL
    return DONE if at_end or drawn < 0.995 else NOT_DONE


def help_cells(seat: Seat, book: Book) -> Book:
    """Đánh giá lại of a pupil who was Chưa hoàn thành: only what was at C, or tested under 5."""
    better = DONE if seat.way is Way.ON else NOT_DONE
    found = {}
    for (point, number), cells in book.items():
        if point == YEAR_END and (again := _again(cells, better)) != Cells():
            found[AGAIN, number] = again
    return found


def _again(cells: Cells, better: int) -> Cells:
    mark = 5 if better == DONE else 4
    return Cells(
        better if cells.level == NOT_DONE else None,
        better if cells.level2 == NOT_DONE else None,
        mark if cells.test is not None and cells.test < 5 else None,
        mark if cells.test2 is not None and cells.test2 < 5 else None,
    )


@dataclass(frozen=True, slots=True)
class YearOfChild:
    """The year of a pupil of a primary class by the rules: level, level after help, decision."""

    level: YearLevel | None
    after: YearLevel | None
    outcome: str
    award: str


def year_of_child(
    one: PrimaryClass,
    seat: Seat,
    book: Book,
    qualities: Mapping[str, int | None],
    *,
    recognised: bool,
) -> YearOfChild:
    """Đánh giá cuối năm, computed as the gradebook computes it."""
    before = _standing(one, seat, book, YEAR_END, qualities)
    level = before.level()
    new = year_after(before, _standing(one, seat, book, AGAIN, {})) if _failed(level) else None
    after = new.level() if new else None
    if level is None:
        return YearOfChild(None, None, "", "")
    outcome = primary_outcome(level, after_help=after).name
    award = primary_award(level, clear_progress=recognised, recognised_by_class=recognised)
    return YearOfChild(level, after, outcome, "" if award is Award.NONE else award.value)


def _failed(level: YearLevel | None) -> bool:
    return level is YearLevel.CHT


def _standing(
    one: PrimaryClass, seat: Seat, book: Book, point: int, qualities: Mapping[str, int | None]
) -> PupilYear:
    grade = one.grade_of(seat)
    subjects = {
        each.name: book.get((point, each.id), Cells())
        for each in one.books
        if each.is_for(grade, one.grades)
    }
    return PupilYear(grade, subjects, {slot: qualities.get(slot) for slot in QUALITY_SLOTS})


def level_rows(one: PrimaryClass, seat: Seat, book: Book) -> Iterator[Row]:
    """As gradebook_primaryrow keeps them."""
    for (point, number), cells in book.items():
        yield (
            *(one.year, number, point, seat.student_id, one.school_id, one.province_id),
            *(cells.level, cells.level2, cells.test, cells.test2, cells.again, cells.again2),
            1,
        )


def quality_row(
    one: PrimaryClass, seat: Seat, point: int, qualities: Mapping[str, int | None], remark: str
) -> Row:
    """As gradebook_qualityrow keeps it."""
    where = (one.year, one.id, point, seat.student_id, one.school_id, one.province_id)
    return (*where, *(qualities[slot] for slot in QUALITY_SLOTS), remark, 1)


def due_of(one: PrimaryClass, book: PrimaryBook, term: int, seats: Sequence[Seat]) -> int:
    """Tiến độ: cells due in the two points of a term of the pupils who stay."""
    found = 0
    for seat in seats:
        grade = one.grade_of(seat)
        if book.is_for(grade, one.grades):
            for point in (2 * term - 1, 2 * term):
                two, tested = shape_of(book.name, grade, point)
                found += (1 + two) * (1 + tested)
    return found


def entered_in(cells: Cells) -> int:
    """How many cells of a line are there."""
    return sum(one is not None for one in (cells.level, cells.level2, cells.test, cells.test2))


REGIME = Regime.TT27.value
