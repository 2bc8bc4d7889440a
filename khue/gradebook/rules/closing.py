"""Kết chuyển năm học: to which class of the next year a pupil goes by default."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kit.vietnamese import search_key

_NUMBER_FIRST = re.compile(r"^(\D*)(\d+)(.*)$")


class Fate(StrEnum):
    """Hướng kết chuyển của một học sinh."""

    PROMOTED = "promoted"
    RETAINED = "retained"
    COMPLETED = "completed"
    WAITING = "waiting"
    GONE = "gone"

    @property
    def name_vi(self) -> str:
        return _NAMES[self]


_NAMES = {
    Fate.PROMOTED: "Lên lớp",
    Fate.RETAINED: "Ở lại lớp",
    Fate.COMPLETED: "Hoàn thành chương trình, ra trường",
    Fate.WAITING: "Chưa xét xong",
    Fate.GONE: "Đã kết chuyển",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A class of the next year that pupils can go to."""

    id: int
    name: str
    grades: tuple[str, ...]


def fate_of(outcome: str, *, is_last_grade: bool, judged: bool) -> Fate:
    """Hướng đi by the decision; a child of preschool is judged by age alone.

    `outcome`: what holds at the end (PROMOTED, COMPLETED, RETAINED), anything else waits.
    """
    if not judged or outcome in ("PROMOTED", "COMPLETED"):
        return Fate.COMPLETED if is_last_grade else Fate.PROMOTED
    return Fate.RETAINED if outcome == "RETAINED" else Fate.WAITING


def next_name(name: str) -> str:
    """Tên lớp năm sau: 8A becomes 9A, 10A1 becomes 11A1."""
    found = _NUMBER_FIRST.match(name)
    if found is None:
        return name
    before, number, after = found.groups()
    return f"{before}{int(number) + 1}{after}"


def default_target(name: str, grade: str, targets: Iterable[Target]) -> Target | None:
    """The class of this name that teaches this grade; the only one of the grade; else none."""
    of_grade = [one for one in targets if grade in one.grades]
    wanted = search_key(name)
    named = [one for one in of_grade if search_key(one.name) == wanted]
    if named:
        return named[0]
    return of_grade[0] if len(of_grade) == 1 else None
