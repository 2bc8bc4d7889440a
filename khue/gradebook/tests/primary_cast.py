"""A primary class and a preschool class at the school of the cast, for the tests about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from khue.access.api import Role
from khue.access.rules.places import class_place
from khue.gradebook.rules.primary import columns_of, quality_columns
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.primary import SavedCells, enter_levels, enter_qualities
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import (
    NOW,
    Cast,
    assign,
    enrol,
    make_class,
    make_class_subject,
    make_grant,
    make_student,
    make_subject,
    table,
)

NAMES = ("Cam Thị An", "Sầm Văn Bảo", "Vi Ngọc Châu")


@dataclass
class Primary:
    """Class 4A: Hoa teaches Toán and Tin học và Công nghệ, Bình leads it and teaches Nghệ thuật."""

    cast: Cast
    room: Any
    maths: Any
    computing: Any
    arts: Any
    pupils: list[Any]

    @property
    def subjects(self) -> list[Any]:
        return [self.maths, self.computing, self.arts]

    @property
    def school(self) -> Scope:
        return Scope(schools=(self.cast.school.pk,))

    def levels(
        self,
        subject: Any,
        point: int,
        changes: Iterable[CellChange],
        *,
        who: str = "",
        now: datetime = NOW,
        operation_id: UUID | None = None,
    ) -> SavedCells:
        writer = who or ("binh" if subject == self.arts else "hoa")
        with scoped(self.school):
            return enter_levels(
                actor=self.cast.people[writer].actor,
                now=now,
                class_subject_id=subject.pk,
                point=point,
                changes=list(changes),
                operation_id=operation_id,
            )

    def qualities(
        self, point: int, changes: Iterable[CellChange], *, who: str = "binh"
    ) -> SavedCells:
        with scoped(self.school):
            return enter_qualities(
                actor=self.cast.people[who].actor,
                now=NOW,
                class_id=self.room.pk,
                point=point,
                changes=list(changes),
            )

    def fill(self, pupil: Any, *, level: str = "T", mark: str = "9", quality: str = "T") -> None:
        """Everything of a pupil at the year's end."""
        for subject in self.subjects:
            columns = columns_of(subject.subject.name, [4], 4)
            wanted = {"level": level, "whole": mark}
            cells = [
                CellChange(pupil.pk, one.slot, None, wanted[one.kind])
                for one in columns
                if one.kind in wanted and not one.slot.startswith("again")
            ]
            self.levels(subject, 4, cells)
        self.qualities(
            4, [CellChange(pupil.pk, one.slot, None, quality) for one in quality_columns()[:-1]]
        )

    def result(self, pupil: Any) -> Any:
        with scoped(EVERYTHING):
            return table("gradebook.StudentResult").objects.get(
                school_class_id=self.room.pk, student_id=pupil.pk
            )


def cell(pupil: Any, slot: str, value: str | None, base: int | None = None) -> CellChange:
    return CellChange(pupil.pk, slot, base, value)


def _room(cast: Cast, name: str, grade: str, level: str, **more: Any) -> Any:
    room = make_class(cast.school, name, grade, **more)
    room.level = level
    room.save(update_fields=["level"])
    return room


def _lead(cast: Cast, room: Any) -> None:
    place = class_place(cast.school.organisation.path, room.pk)
    make_grant(
        cast.binh.account,
        Role.HOMEROOM_TEACHER,
        place,
        f"Lớp {room.name}",
        school=cast.school,
        province=cast.department,
    )


def make_primary(cast: Cast) -> Primary:
    """The class, its three subjects, its pupils; call it with a scope that sees everything."""
    room = _room(cast, "4A", "04", "02")
    technology = make_subject("Tin học và Công nghệ", "THCN", 5)
    maths = make_class_subject(room, cast.maths.subject, regular_marks=0)
    computing = make_class_subject(room, technology, regular_marks=0)
    arts_name = "Nghệ thuật (Âm nhạc, Mĩ thuật)"
    arts = make_class_subject(room, make_subject(arts_name, "NT", 8), "comment", regular_marks=0)
    for staff, subject in [(cast.hoa, maths), (cast.hoa, computing), (cast.binh, arts)]:
        assign(staff.staff, subject)
    _lead(cast, room)
    pupils = [make_student(cast.school, name, born="2017-03-09") for name in NAMES]
    for pupil in pupils:
        enrol(pupil, room)
    return Primary(cast, room, maths, computing, arts, pupils)


def make_preschool(cast: Cast, age_group: str = "06", grade: str = "17") -> tuple[Any, list[Any]]:
    """A preschool class that Bình leads, and its children."""
    room = _room(cast, f"Mẫu giáo {age_group}", grade, "01", age_group=age_group)
    _lead(cast, room)
    children = [make_student(cast.school, name, born="2021-03-09") for name in NAMES]
    for child in children:
        enrol(child, room)
    return room, children
