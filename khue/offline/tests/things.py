"""What machines write in tests: marks, levels, remarks, pupils of a session, lines of the diary.

A thing knows its place, how it stands at school, how to be written there by somebody else, and
what the ledger says of a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from khue.attendance.api import PupilMark, mark_pupils
from khue.attendance.rules.kinds import print_kind
from khue.diary.api import lesson_at, write_lesson
from khue.gradebook.api import (
    CellChange,
    base_of,
    enter_levels,
    enter_marks,
    open_grid,
    open_levels,
    print_cell,
    print_mark_cell,
)
from tests.cast import NOW, TODAY, Cast, table

Shown = Any
"""A value as the ledger tells it, so that what was seen and what was replaced can be compared."""


@dataclass(frozen=True)
class Cell:
    """One cell of the mark book of maths; “Đ” is refused where marks are given."""

    pupil: int
    slot: str
    kind = "mark"
    values = ("5", "7,5", "Đ", "9", "")

    def place(self, cast: Cast) -> dict[str, Any]:
        book = {"book": cast.maths.pk, "term": 1, "strand": 0}
        return {**book, "student": cast.classmates[self.pupil].pk, "slot": self.slot}

    def standing(self, cast: Cast) -> tuple[Any, Shown]:
        grid = open_grid(cast.hoa.actor, cast.maths.pk, 1, TODAY)
        pupil = cast.classmates[self.pupil].pk
        value = next(one for one in grid.pupils if one.student_id == pupil).marks[self.slot]
        return value, self.told(print_mark_cell(value))

    def told(self, text: Any) -> Shown:
        return (text or "").replace(",0", "")

    def written(self, value: Any) -> Shown:
        return self.told(value)

    def at_school(self, cast: Cast, choice: int) -> None:
        pupil = cast.classmates[self.pupil].pk
        base, _ = self.standing(cast)
        change = CellChange(pupil, self.slot, base, ("6", "8")[choice])
        book = {"class_subject_id": cast.maths.pk, "term": 1}
        enter_marks(actor=cast.hoa.actor, now=NOW, changes=[change], **book)


@dataclass(frozen=True)
class Pupil:
    """One pupil of this morning; 99 minutes are refused of whom is not late."""

    pupil: int
    kind = "attendance"
    values = (
        {"kind": "k", "minutes": None, "note": ""},
        {"kind": "m", "minutes": 10, "note": ""},
        {"kind": "k", "minutes": 99, "note": ""},
        {"kind": "", "minutes": None, "note": ""},
    )

    def place(self, cast: Cast) -> dict[str, Any]:
        return {**_morning(cast), "period": 0, "student": cast.classmates[self.pupil].pk}

    def standing(self, cast: Cast) -> tuple[Any, Shown]:
        rows = table("attendance.Absence").objects.filter(student=cast.classmates[self.pupil])
        found = rows.values("kind", "minutes", "note").first()
        return found, self.written(found or {"kind": ""})

    def told(self, text: Any) -> Shown:
        return text or print_kind("")

    def written(self, value: Any) -> Shown:
        return print_kind(value["kind"], value.get("minutes"))

    def at_school(self, cast: Cast, choice: int) -> None:
        base, _ = self.standing(cast)
        seen = (base["kind"], base["minutes"], base["note"]) if base else ("", None, "")
        mark = PupilMark(cast.classmates[self.pupil].pk, seen, "ps"[choice])
        where = {"class_id": cast.school_class.pk, "day": TODAY, "session": "am"}
        mark_pupils(actor=cast.binh.actor, now=NOW, marks=[mark], **where)


@dataclass(frozen=True)
class Line:
    """The second period of this morning; without a title it is refused."""

    kind = "lesson"
    values = (
        {"title": "Hằng đẳng thức", "plan_number": 12},
        {"title": "Luyện tập", "homework": "Bài 3"},
        {"title": ""},
    )

    def place(self, cast: Cast) -> dict[str, Any]:
        return {**_morning(cast), "period": 2, "subject": cast.maths.pk}

    def standing(self, cast: Cast) -> tuple[Any, Shown]:
        line = lesson_at(cast.school_class.pk, TODAY, "am", 2)
        return (line.version, line.title) if line else (0, "")

    def told(self, text: Any) -> Shown:
        return (text.get("title") if isinstance(text, dict) else text) or ""

    def written(self, value: Any) -> Shown:
        return value["title"]

    def at_school(self, cast: Cast, choice: int) -> None:
        version, _ = self.standing(cast)
        where = {"class_id": cast.school_class.pk, "day": TODAY, "session": "am", "period": 2}
        write_lesson(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            title=("Ôn tập", "Kiểm tra")[choice],
            base_version=version,
            **where,
        )


@dataclass(frozen=True)
class Level:
    """One cell of the sheet of maths in class 4A; a remark may be too long, a level unknown."""

    pupil: int
    slot: str
    values: tuple[str, ...]
    others: tuple[str, str]
    kind = "level"

    def place(self, cast: Cast) -> dict[str, Any]:
        book, pupils = young(cast)
        return {"book": book, "point": 2, "student": pupils[self.pupil], "slot": self.slot}

    def standing(self, cast: Cast) -> tuple[Any, Shown]:
        book, pupils = young(cast)
        sheet = open_levels(cast.hoa.actor, book, 2, TODAY)
        row = next(one for one in sheet.rows if one.student_id == pupils[self.pupil])
        kind = next(one.kind for one in sheet.columns if one.slot == self.slot)
        value = row.values[self.slot]
        return base_of(value), print_cell(kind, value)

    def told(self, text: Any) -> Shown:
        return text or ""

    def written(self, value: Any) -> Shown:
        return value

    def at_school(self, cast: Cast, choice: int) -> None:
        book, pupils = young(cast)
        base, _ = self.standing(cast)
        change = CellChange(pupils[self.pupil], self.slot, base, self.others[choice])
        hoa = cast.hoa.actor
        enter_levels(actor=hoa, now=NOW, class_subject_id=book, point=2, changes=[change])


def young(cast: Cast) -> tuple[int, list[int]]:
    """The maths of class 4A and its pupils."""
    room = {"school_class__name": "4A", "school": cast.school}
    book = table("organisations.ClassSubject").objects.get(subject=cast.maths.subject, **room)
    stays = table("records.Enrolment").objects.filter(**room).order_by("student__name_key")
    return book.pk, list(stays.values_list("student_id", flat=True))


def _morning(cast: Cast) -> dict[str, Any]:
    return {"class": cast.school_class.pk, "day": TODAY.isoformat(), "session": "am"}


Thing = Cell | Level | Pupil | Line
LEVELS = Level(0, "level", ("T", "H", "X", ""), ("H", "C"))
REMARKS = Level(1, "comment", ("Em học tốt", "Em cần cố gắng", "a" * 1500), ("Em tiến bộ", "Khá"))
CELLS = (Cell(0, "tx1"), Cell(0, "gk"), Cell(1, "tx1"))
THINGS: tuple[Thing, ...] = (*CELLS, LEVELS, REMARKS, Pupil(0), Pupil(1), Line())
