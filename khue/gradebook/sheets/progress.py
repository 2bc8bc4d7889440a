"""Tiến độ nhập điểm as Excel files."""

from __future__ import annotations

from collections.abc import Sequence

from khue.gradebook.queries import Count, Node, NodeProgress, SchoolProgress
from khue.gradebook.rules.slots import TERM_NAMES
from kit.numbers import print_ratio
from kit.sheets.writing import Field, Page, excel_bytes

NUMBERS = (
    Field("entered", "Đã nhập", "integer"),
    Field("due", "Phải nhập", "integer"),
    Field("share", "Tỉ lệ (%)", "text", 10),
)


def _numbers(count: Count) -> dict[str, object]:
    share = print_ratio(count.entered, count.due) if count.due else ""
    return {"entered": count.entered, "due": count.due, "share": share}


def _titles(name: str, year: int, term: int) -> tuple[str, ...]:
    return (f"Tiến độ nhập điểm – {name}", f"{TERM_NAMES[term]}, năm học {year}-{year + 1}")


def level_progress(node: Node, lines: Sequence[NodeProgress], year: int, term: int) -> bytes:
    """The listed organisations with their numbers."""
    fields = [
        Field("name", "Đơn vị", "text", 40),
        Field("above", "Thuộc", "text", 32),
        Field("schools", "Số trường có sổ", "integer", 12),
        *NUMBERS,
        Field("changed", "Nhập gần nhất", "moment"),
    ]
    rows = [
        {
            "name": line.name,
            "above": line.above,
            "schools": line.schools,
            "changed": line.changed_at,
            **_numbers(line.count),
        }
        for line in lines
    ]
    return excel_bytes([Page("Tiến độ", fields, rows, _titles(node.name, year, term))])


def school_progress(found: SchoolProgress, year: int, term: int) -> bytes:
    """Every book of a school with its numbers."""
    fields = [
        Field("class", "Lớp", "text", 10),
        Field("subject", "Môn học", "text", 32),
        Field("teachers", "Giáo viên", "text", 32),
        *NUMBERS,
    ]
    rows = [
        {
            "class": one.name,
            "subject": book.subject_name,
            "teachers": book.teachers,
            **_numbers(book.count),
        }
        for one in found.classes
        for book in one.books
    ]
    return excel_bytes([Page("Tiến độ", fields, rows, _titles(found.school.name, year, term))])
