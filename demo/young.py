"""Primary and preschool: the points passed so far, written by whoever leads the class."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from demo.acting import acting_homeroom, acting_role, acting_teacher, books_of, roll_of
from demo.blueprint import YEAR
from demo.cast import class_of
from khue.access.api import Actor, Role
from khue.gradebook.api import CellChange
from khue.gradebook.rules.primary import columns_of, quality_columns
from khue.gradebook.services.preschool import enter_children, set_stages
from khue.gradebook.services.primary import enter_levels, enter_qualities

MID_TERM = 1
STAGES = ["Trường mầm non", "Bản thân và gia đình", "Thế giới thực vật", "Nước và mùa hè"]
FIRST_STAGE = 3
REMARKS = {
    "T": ["Nắm chắc bài, làm bài nhanh và trình bày đẹp.", "Hiểu bài, hay giúp bạn trong nhóm.",
          "Tiếp thu nhanh, mạnh dạn phát biểu."],
    "H": ["Thực hiện được yêu cầu của bài; cần viết cẩn thận hơn.",
          "Hiểu bài khi được gợi ý; cô khen em chăm hơn tháng trước.",
          "Đọc, viết được; cần luyện thêm ở nhà."],
    "C": ["Còn chậm, cô kèm riêng vào đầu buổi chiều.", "Cần gia đình cùng em đọc mỗi tối."],
}  # fmt: skip
QUALITY_REMARKS = [
    "Ngoan, lễ phép, hòa đồng với bạn.",
    "Biết giữ gìn sách vở, tự giác trực nhật.",
    "Tích cực tham gia hoạt động của lớp.",
    "Cần mạnh dạn trao đổi ý kiến hơn.",
]


def tell_primary(school: Any, now: datetime) -> None:
    """Giữa học kì I of 4A in full; of 3A, where the younger child of chị Lan is, the levels."""
    random = Random("tiểu học")
    for name, remarks in (("4A", True), ("3A", False)):
        room = class_of(school, name)
        for at, book in enumerate(books_of(room)):
            when = now - timedelta(days=12, minutes=-20 * at)
            _enter_book(random, book, roll_of(room), when, remarks=remarks)
        _enter_qualities(random, room, roll_of(room), now - timedelta(days=10))


def _enter_book(
    random: Random, book: Any, pupils: list[Any], at: datetime, *, remarks: bool
) -> None:
    grade = int(book.school_class.grades[0])
    columns = columns_of(book.subject.name, [grade], MID_TERM)
    actor, changes = acting_teacher(book, at), []
    for place, pupil in enumerate(pupils):
        level = _level(pupil.pk, random)
        for column in columns:
            if column.slot != "comment" or remarks:
                text = _cell(random, column.kind, level, place)
                changes.append(CellChange(pupil.pk, column.slot, None, text))
    enter_levels(actor=actor, now=at, class_subject_id=book.pk, point=MID_TERM, changes=changes)


def _level(pupil: int, random: Random) -> str:
    """T, H or C; a child is usually as good in one subject as in another."""
    drawn = (pupil * 37 % 100) + random.randint(-14, 14)
    return "C" if drawn < 4 else "H" if drawn < 62 else "T"


def _cell(random: Random, kind: str, level: str, place: int) -> str:
    if kind == "whole":
        low, high = {"T": (8, 10), "H": (5, 8), "C": (3, 4)}[level]
        return str(random.randint(low, high))
    if kind == "text":
        return REMARKS[level][place % len(REMARKS[level])]
    return level


def _enter_qualities(random: Random, room: Any, pupils: list[Any], at: datetime) -> None:
    columns = [one.slot for one in quality_columns() if one.kind == "quality"]
    changes = [
        CellChange(pupil.pk, slot, None, "T" if random.random() < 0.7 else "Đ")
        for pupil in pupils
        for slot in columns
    ]
    changes += [
        CellChange(pupil.pk, "remark", None, QUALITY_REMARKS[place % len(QUALITY_REMARKS)])
        for place, pupil in enumerate(pupils)
    ]
    actor = acting_homeroom(room, at)
    enter_qualities(actor=actor, now=at, class_id=room.pk, point=MID_TERM, changes=changes)


def tell_preschool(school: Any, now: datetime) -> None:
    """The stages of the year by theme; the first one assessed in the eldest class."""
    at = now - timedelta(days=30)
    principal = acting_role(school, Role.PRINCIPAL, at)
    set_stages(actor=principal, now=at, school_id=school.pk, year=YEAR, names=STAGES)
    room = class_of(school, "Mẫu giáo lớn A")
    _assess(acting_homeroom(room, now), room, now - timedelta(days=25))


def _assess(actor: Actor, room: Any, at: datetime) -> None:
    random = Random("mầm non")
    changes = list(_children(random, roll_of(room)))
    enter_children(actor=actor, now=at, class_id=room.pk, stage=FIRST_STAGE, changes=changes)


def _children(random: Random, pupils: list[Any]) -> Iterator[CellChange]:
    for place, pupil in enumerate(pupils):
        for slot in ("physical", "cognitive", "language", "social", "aesthetic"):
            attained = "CĐ" if random.random() < 0.06 else "Đ"
            yield CellChange(pupil.pk, slot, None, attained)
        yield CellChange(pupil.pk, "height", None, f"{random.randint(102, 117)},5")
        yield CellChange(pupil.pk, "weight", None, f"{random.randint(15, 22)},{place % 10}")
        if place % 3 == 0:
            text = "Bé vui vẻ, tự phục vụ tốt, thích kể chuyện cùng bạn."
            yield CellChange(pupil.pk, "remark", None, text)
