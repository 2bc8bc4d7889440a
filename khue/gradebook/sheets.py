"""How a book and the progress of books leave the house as Excel files."""

from __future__ import annotations

from collections.abc import Sequence

from khue.gradebook.queries import Count, Grid, Node, NodeProgress, PupilRow, SchoolProgress
from khue.gradebook.rules.marks import HIGHEST, Mark, print_mark_cell
from khue.gradebook.rules.slots import TERM_NAMES, slot_title
from kit.dates import print_date
from kit.numbers import print_ratio
from kit.sheets.writing import Field, Page, excel_bytes

NUMBERS = (
    Field("entered", "Đã nhập", "integer"),
    Field("due", "Phải nhập", "integer"),
    Field("share", "Tỷ lệ (%)", "text", 10),
)


def _numbers(count: Count) -> dict[str, object]:
    share = print_ratio(count.entered, count.due) if count.due else ""
    return {"entered": count.entered, "due": count.due, "share": share}


def _titles(name: str, year: int, term: int) -> tuple[str, ...]:
    return (f"Tiến độ nhập điểm – {name}", f"{TERM_NAMES[term]}, năm học {year}-{year + 1}")


def _in_cell(mark: Mark) -> int | str:
    """A mark stays a number in Excel; Đ, CĐ, P and KP are words."""
    return mark if mark is not None and 0 <= mark <= HIGHEST else print_mark_cell(mark)


def _book_row(grid: Grid, number: int, pupil: PupilRow) -> dict[str, object]:
    marks = {slot: _in_cell(pupil.marks[slot]) for slot in grid.book.slots}
    left = f"Rời lớp {print_date(pupil.ends_on)}" if pupil.left and pupil.ends_on else ""
    facts = {"number": number, "code": pupil.code, "name": pupil.name, "note": left}
    return facts | marks | {"result": _in_cell(pupil.average)}


def term_book(grid: Grid) -> bytes:
    """One term of a book as it stands: pupils, marks, results."""
    book = grid.book
    fields = [
        Field("number", "STT", "integer", 6),
        Field("code", "Mã học sinh", "code", 14),
        Field("name", "Họ và tên", "text", 30),
        *[Field(slot, slot_title(slot), "mark", 11) for slot in book.slots],
        Field("result", "Kết quả" if book.by_comment else "ĐTBmhk", "mark", 10),
        Field("note", "Ghi chú", "text", 20),
    ]
    rows = [_book_row(grid, number, pupil) for number, pupil in enumerate(grid.pupils, 1)]
    title = f"{grid.term_name}, năm học {book.year}-{book.year + 1} – {book.school_name}"
    return excel_bytes([Page(book.title, fields, rows, (f"Sổ điểm {book.title}", title))])


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
