"""Sổ đánh giá tiểu học: points of the year, strands, columns, and what a cell can hold.

Levels are stored 1 T, 2 H (Đ), 3 C; test marks are stored whole, 0 to 10; -1 waits for a test.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from khue.gradebook.rules.dated import Row, rows_of
from khue.gradebook.rules.sheet_cells import Column, Value
from khue.gradebook.rules.strands import year_end_tests
from khue.gradebook.rules.tt27 import (
    Point,
    QualityLevel,
    SubjectLevel,
    YearLevel,
    assessed_competences,
    has_test,
    level_when_complete,
    parse_test_mark,
)
from kit.refusal import Refusal
from kit.vietnamese import search_key, tidy

YEAR_END, AGAIN = 4, 5
POINTS: Mapping[int, Point] = MappingProxyType(dict(enumerate(Point, 1)))
SHORT_NAMES = {1: "Giữa HK I", 2: "Cuối HK I", 3: "Giữa HK II", 4: "Cuối năm", 5: "Đánh giá lại"}
SPOKEN = {
    1: "giữa học kì I",
    2: "cuối học kì I",
    3: "giữa học kì II",
    4: "cuối năm học",
    5: "đánh giá lại sau khi giúp đỡ",
}
# At these points a second test may be proposed when a mark is abnormal.
SECOND_TEST_AT = (2, 4)
_STRANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "tin hoc va cong nghe": ("Tin học", "Công nghệ"),
        "nghe thuat (am nhac, mi thuat)": ("Âm nhạc", "Mĩ thuật"),
        "nghe thuat": ("Âm nhạc", "Mĩ thuật"),
    }
)
WAITING = -1
HIGHEST_WHOLE = 10
_OUT_OF_SCALE = (
    "“{text}” nằm ngoài thang điểm. Bài kiểm tra định kì chấm bằng số nguyên từ 0 đến 10."
)
LONGEST_REMARK = 1000
_LEVELS = {"t": 1, "hoan thanh tot": 1, "h": 2, "hoan thanh": 2, "c": 3, "chua hoan thanh": 3}
_QUALITIES = {"t": 1, "tot": 1, "d": 2, "dat": 2, "c": 3, "can co gang": 3}


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands for one pupil in one subject at one point."""

    level: int | None = None
    level2: int | None = None
    test: int | None = None
    test2: int | None = None
    again: int | None = None
    again2: int | None = None

    @property
    def mark(self) -> int | None:
        """Điểm dùng để xét: the later test where there were two; none while one waits."""
        return _known(self.test if self.again is None else self.again)

    @property
    def mark2(self) -> int | None:
        """The same of the second strand."""
        return _known(self.test2 if self.again2 is None else self.again2)


NO_CELLS = Cells()


def _known(mark: int | None) -> int | None:
    return None if mark == WAITING else mark


def term_of_point(point: int) -> int:
    """The term whose lock and calendar hold for a point; re-assessment belongs to the year."""
    return 1 if point <= 2 else 2


def strands_of(subject: str) -> tuple[str, ...]:
    """Mạch nội dung of a subject that is assessed in two; none for the others."""
    return _STRANDS.get(search_key(subject), ())


def is_tested(subject: str, grade: int, point: int) -> bool:
    """Whether the subject has a test in this grade at this point; again as at the year's end.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    return has_test(subject, grade, POINTS[min(point, YEAR_END)])


def columns_of(subject: str, grades: Collection[int], point: int) -> list[Column]:
    """Các cột of a subject page at a point: levels, tests where one is due, the remark."""
    strands = strands_of(subject)
    tested = any(is_tested(subject, grade, point) for grade in grades)
    columns = _pair("level", "Mức đạt được", "level", strands)
    if tested:
        columns += _pair("test", "Điểm KTĐK", "whole", strands)
    if tested and point in SECOND_TEST_AT:
        columns += _pair("again", "KTĐK lại", "whole", strands)
    if point == AGAIN:
        return columns
    return [*columns, Column("comment", "Nhận xét", "Nhận xét", "text")]


def _pair(slot: str, title: str, kind: str, strands: Sequence[str]) -> list[Column]:
    if not strands:
        return [Column(slot, title, title, kind)]
    slots = zip((slot, f"{slot}2"), strands, strict=True)
    return [Column(one, name, f"{title} {name}", kind, title) for one, name in slots]


def column_label(subject: str, slot: str) -> str:
    """How a sentence calls a column of a subject's sheet; without a subject, of qualities."""
    known = columns_of(subject, range(1, 6), SECOND_TEST_AT[0]) if subject else quality_columns()
    return next((one.label for one in known if one.slot == slot), slot)


def quality_columns() -> list[Column]:
    """Năm phẩm chất, mười năng lực, in the order of the circular, and the remark.

    Law: TT 27/2020/TT-BGDĐT, Điều 8
    """
    rows = rows_of("qualities-competences")
    slots = [*[f"q{one}" for one in range(1, 6)], *[f"c{one}" for one in range(1, 11)]]
    columns = [
        Column(
            slot, row["name"], f"{_GROUPS[row['group']]}: {row['name']}", "quality", row["group"]
        )
        for slot, row in zip(slots, rows, strict=True)
    ]
    return [*columns, Column("remark", "Nhận xét", "Nhận xét về phẩm chất và năng lực", "text")]


def _quality(slot: str, row: Row) -> Column:
    name, group = row["name"], row["group"]
    return Column(slot, name, f"{_GROUPS[group]}: {name}", "quality", group)


_GROUPS = {
    "pham-chat": "Phẩm chất",
    "nang-luc-chung": "Năng lực chung",
    "nang-luc-dac-thu": "Năng lực đặc thù",
}


def group_name(group: str) -> str:
    """As the head of the table names a group of columns."""
    return _GROUPS.get(group, group)


def required_qualities(grade: int) -> list[str]:
    """The slots that must be filled: without competences whose subject the grade has not."""
    keys = [row["key"] for row in rows_of("qualities-competences")]
    wanted = set(assessed_competences(grade))
    slots = [column.slot for column in quality_columns()[:-1]]
    return [slot for slot, key in zip(slots, keys, strict=True) if key in wanted]


def parse_level(text: str) -> Value | Refusal:
    """Đọc mức đạt được: T, H, C or the words, with or without diacritics."""
    word = search_key(text)
    found = _LEVELS.get(word)
    if not word or found:
        return found
    sentence = (
        f"“{text}” không phải là mức đạt được. Hãy nhập T (Hoàn thành tốt), H (Hoàn thành) "
        "hoặc C (Chưa hoàn thành)."
    )
    return Refusal("NOT_A_LEVEL", sentence, {"text": text})


def parse_quality(text: str) -> Value | Refusal:
    """Đọc mức phẩm chất, năng lực: T, Đ, C or the words, with or without diacritics."""
    word = search_key(text)
    found = _QUALITIES.get(word)
    if not word or found:
        return found
    sentence = (
        f"“{text}” không phải là mức của phẩm chất, năng lực. Hãy nhập T (Tốt), Đ (Đạt) "
        "hoặc C (Cần cố gắng)."
    )
    return Refusal("NOT_A_LEVEL", sentence, {"text": text})


def parse_whole(text: str) -> Value | Refusal:
    """Đọc điểm bài kiểm tra định kì: whole, 0 to 10; P waits for a make-up test.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    word = search_key(text)
    if not word:
        return None
    if word in {"p", "hb"}:
        return WAITING
    if word.isdecimal() and int(word) > HIGHEST_WHOLE:
        return Refusal("OUT_OF_RANGE", _OUT_OF_SCALE.format(text=text), {"text": text})
    mark = parse_test_mark(text)
    return mark if isinstance(mark, Refusal) else mark // 10


def parse_remark(text: str) -> Value | Refusal:
    """Đọc lời nhận xét: tidy, not longer than the book has room for."""
    told = tidy(text)
    if len(told) <= LONGEST_REMARK:
        return told
    sentence = f"Nhận xét dài quá {LONGEST_REMARK} kí tự nên chưa được lưu. Thầy cô viết ngắn lại."
    return Refusal("TOO_LONG", sentence)


def _levels(subject: str, cells: Cells) -> dict[str, SubjectLevel | None]:
    names = strands_of(subject) or (subject,)
    found = (cells.level, cells.level2)[: len(names)]
    return {
        name: None if level is None else SubjectLevel(level - 1)
        for name, level in zip(names, found, strict=True)
    }


def _tests(subject: str, cells: Cells, *, merged: bool) -> dict[str, int | None]:
    strands = strands_of(subject)
    if not strands:
        return {subject: None if cells.mark is None else cells.mark * 10}
    marks = dict(zip(strands, (cells.mark, cells.mark2), strict=True))
    known = {name: mark * 10 for name, mark in marks.items() if mark is not None}
    if len(known) < len(marks):
        return dict.fromkeys([f"{subject}: {name}" for name in marks], None)
    return {**year_end_tests(known, name=subject, merged=merged)}


@dataclass(frozen=True, slots=True)
class PupilYear:
    """Kết quả cuối năm của một học sinh as it was entered: by subject, and the 15 levels."""

    grade: int
    subjects: Mapping[str, Cells]
    qualities: Mapping[str, int | None]

    def levels(self) -> dict[str, SubjectLevel | None]:
        """Mức đạt được of every subject, strand by strand."""
        found: dict[str, SubjectLevel | None] = {}
        for subject, cells in self.subjects.items():
            found |= _levels(subject, cells)
        return found

    def tests(self, *, merged: bool = False) -> dict[str, int | None]:
        """Điểm kiểm tra cuối năm of every tested subject, in tenths."""
        found: dict[str, int | None] = {}
        for subject, cells in self.subjects.items():
            if is_tested(subject, self.grade, YEAR_END):
                found |= _tests(subject, cells, merged=merged)
        return found

    def quality_levels(self) -> dict[str, QualityLevel | None]:
        """The 15 levels by slot; one that the grade need not have stands only when given."""
        needed = required_qualities(self.grade)
        given = {slot: level for slot, level in self.qualities.items() if level is not None}
        return {
            slot: QualityLevel(given[slot] - 1) if slot in given else None
            for slot in {**dict.fromkeys(needed), **given}
        }

    def level(self, *, merged: bool = False) -> YearLevel | None:
        """Đánh giá kết quả giáo dục cuối năm; none while a cell is empty.

        Law: TT 27/2020/TT-BGDĐT, Điều 9
        """
        qualities = list(self.quality_levels().values())
        return level_when_complete(self.levels(), qualities, self.tests(merged=merged))


def _either(new: int | None, old: int | None) -> int | None:
    return old if new is None else new


def cells_after(before: Cells, again: Cells) -> Cells:
    """Kết quả môn học sau đánh giá lại: what was assessed anew in place of the old."""
    return Cells(
        _either(again.level, before.level),
        _either(again.level2, before.level2),
        _either(again.test, before.mark),
        _either(again.test2, before.mark2),
    )


def year_after(before: PupilYear, again: PupilYear) -> PupilYear | None:
    """Kết quả sau khi được giúp đỡ, đánh giá lại; none when nothing was assessed anew.

    The results of the year's end are left as they are.
    Law: TT 27/2020/TT-BGDĐT, Điều 11
    """
    new = [one for one in again.qualities.values() if one is not None]
    if not new and all(cells == NO_CELLS for cells in again.subjects.values()):
        return None
    subjects = {
        name: cells_after(cells, again.subjects.get(name, NO_CELLS))
        for name, cells in before.subjects.items()
    }
    qualities = {
        slot: _either(again.qualities.get(slot), level) for slot, level in before.qualities.items()
    }
    return PupilYear(before.grade, subjects, qualities)
