"""The board of a school: classes by subjects with the teachers in the cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    YearCard,
    class_subjects_of_school,
)
from khue.timetable.queries.assignments import (
    HomeroomLine,
    TeachingLine,
    homeroom_of,
    teaching_of_class,
)


@dataclass(frozen=True)
class Cell:
    """A subject of a class and who teaches it."""

    card: ClassSubjectCard
    teachers: tuple[TeachingLine, ...]


@dataclass(frozen=True)
class BoardRow:
    """A class with its homeroom teacher and one cell for each subject of the board."""

    card: ClassCard
    homeroom: HomeroomLine | None
    cells: tuple[Cell | None, ...]

    @property
    def missing(self) -> int:
        return sum(1 for cell in self.cells if cell and not cell.teachers)


@dataclass(frozen=True)
class Board:
    """Bảng phân công: the subjects across, the classes down."""

    subjects: tuple[tuple[str, str], ...]
    rows: tuple[BoardRow, ...]

    @property
    def wanted(self) -> int:
        return sum(1 for row in self.rows for cell in row.cells if cell)

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.rows)


def board_of(school_id: int, year: int, classes: list[ClassCard], on: date) -> Board:
    """The board of some classes of a school on a day."""
    ids = [card.id for card in classes]
    taught = [one for one in class_subjects_of_school(school_id, year) if one.class_id in set(ids)]
    teachers: dict[int, list[TeachingLine]] = defaultdict(list)
    for line in teaching_of_class(ids, on):
        teachers[line.class_subject_id].append(line)
    homerooms = homeroom_of(ids, on)
    known = {one.subject_id: one for one in sorted(taught, key=_order, reverse=True)}
    subjects = sorted(known.values(), key=_order)
    cells = {(one.class_id, one.subject_id): Cell(one, tuple(teachers[one.id])) for one in taught}
    rows = [
        BoardRow(
            card,
            homerooms.get(card.id),
            tuple(cells.get((card.id, subject.subject_id)) for subject in subjects),
        )
        for card in classes
    ]
    return Board(tuple((one.short_name, one.subject_name) for one in subjects), tuple(rows))


def _order(one: ClassSubjectCard) -> tuple[int, str]:
    return one.position, one.subject_name


def day_within(year: YearCard | None, today: date) -> date:
    """The day on which a board is shown: today, moved into the school year."""
    if year is None:
        return today
    return min(max(today, year.starts_on), year.ends_on)


def short_person(name: str) -> str:
    """ "Nông Thị Hoa" on a crowded board: "N.T.Hoa"."""
    words = name.split()
    return "".join(f"{word[0]}." for word in words[:-1]) + words[-1] if words else ""
