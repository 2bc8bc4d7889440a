"""Mẫu sổ theo dõi và đánh giá học sinh trên bảng tính: the page of a subject as the book prints it.

Marks leave as numbers in the format of the page, everything else as text: no cell is a formula.
The codes of the pupils stand in a hidden column, so that the page can be read back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from khue.gradebook.rules.marks import HIGHEST, Mark, print_mark_cell

# Vietnamese separators whatever the language of the program: 7,5.
MARK_FORMAT = "[$-42A]0.0"
A4 = 9
PLAIN = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
BOXED = {**PLAIN, "border": 1}


@dataclass(frozen=True, slots=True)
class PageLine:
    """One pupil on the page of a subject; `slots` in the order of the columns."""

    code: str
    name: str
    slots: tuple[Mark, ...]
    result: Mark
    year: Mark
    note: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Trang môn học of one term; `regular`: the heads of the regular marks and study topics."""

    sheet: str
    titles: tuple[str, ...]
    by_comment: bool
    regular: tuple[str, ...]
    with_year: bool
    lines: Sequence[PageLine]
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A head of one or several columns; `parts` stand below it."""

    title: str
    width: float
    parts: tuple[str, ...] = ()
    hidden: bool = False


class Styles:
    """The cell styles of one workbook, made once."""

    def __init__(self, workbook: Any) -> None:
        def style(**more: Any) -> Any:
            return workbook.add_format(more)

        self.title = style(**{**PLAIN, "bold": True, "font_size": 15})
        self.above = style(**PLAIN, bold=True)
        self.plain = style(**PLAIN)
        self.wrapped = style(**PLAIN, text_wrap=True)
        self.italic = style(**PLAIN, italic=True, align="center")
        self.centred = style(**PLAIN, bold=True, align="center")
        self.head = style(**BOXED, bold=True, align="center", text_wrap=True, bg_color="#EFEAF7")
        self.text = style(**BOXED, num_format="@", text_wrap=True)
        self.number = style(**BOXED, num_format="0", align="center")
        self.mark = style(**BOXED, num_format=MARK_FORMAT, align="center")
        self.result = style(**BOXED, num_format=MARK_FORMAT, align="center", bold=True)
        self.struck = style(**BOXED, font_strikeout=True, font_color="#6B6578")


def workbook_bytes(write: Callable[[Any, Styles], None]) -> bytes:
    """A workbook in memory; no text in it can become a formula, a link or a number."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        write(workbook, Styles(workbook))
    return buffer.getvalue()


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes and no other sheet has: 31 characters, none of []:*?/\\."""
    cleaned = "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip(" '") or "Trang"
    found, number = cleaned[:31].strip(), 2
    while found.casefold() in taken:
        found = f"{cleaned[:26].strip()} ({number})"
        number += 1
    taken.add(found.casefold())
    return found


def write_mark(sheet: Any, row: int, column: int, mark: Mark, style: Any) -> None:
    """A mark as a number, Đ, CĐ, P and KP as words, nothing as a blank."""
    if mark is None:
        sheet.write_blank(row, column, None, style)
    elif 0 <= mark <= HIGHEST:
        sheet.write_number(row, column, mark / 10, style)
    else:
        sheet.write_string(row, column, print_mark_cell(mark), style)


def write_titles(sheet: Any, titles: Sequence[str], styles: Styles) -> int:
    """The titles above a table; the answer is the row below them, one row free."""
    for row, title in enumerate(titles):
        sheet.write_string(row, 0, title, styles.above if row != 1 else styles.title)
    return len(titles) + 1


def write_heads(sheet: Any, first: int, heads: Sequence[Head], styles: Styles) -> int:
    """Two rows of heads, groups merged over their columns; the answer is the row below."""
    column = 0
    for head in heads:
        parts = max(len(head.parts), 1)
        last = column + parts - 1
        sheet.set_column(column, last, head.width, None, {"hidden": head.hidden})
        _write_head(sheet, first, column, head, styles)
        column = last + 1
    sheet.set_row(first, 22)
    sheet.set_row(first + 1, 22)
    return first + 2


def _write_head(sheet: Any, row: int, column: int, head: Head, styles: Styles) -> None:
    if not head.parts:
        sheet.merge_range(row, column, row + 1, column, head.title, styles.head)
        return
    if len(head.parts) > 1:
        sheet.merge_range(row, column, row, column + len(head.parts) - 1, head.title, styles.head)
    else:
        sheet.write_string(row, column, head.title, styles.head)
    for offset, part in enumerate(head.parts):
        sheet.write_string(row + 1, column + offset, part, styles.head)


def _heads(page: SubjectPage) -> Iterator[Head]:
    yield Head("STT", 5)
    yield Head("Mã học sinh", 14, hidden=True)
    yield Head("Họ và tên", 27)
    if page.by_comment:
        yield Head("Thường xuyên", 7, page.regular)
        yield from (Head("Giữa kì", 8), Head("Cuối kì", 8), Head("Học kì", 8), Head("Cả năm", 8))
        yield Head("Mức đánh giá lại", 9)
    else:
        yield Head("ĐĐGtx", 7, page.regular)
        yield from (Head("ĐĐGgk", 8), Head("ĐĐGck", 8), Head("ĐTBmhk", 9))
        if page.with_year:
            yield Head("ĐTBmcn", 9)
        yield Head("Đánh giá lại", 9)
    yield Head("Ghi chú", 20)


def write_subject_page(workbook: Any, page: SubjectPage, styles: Styles) -> None:
    """One sheet: titles, two rows of heads, the pupils, the place for the signature."""
    sheet = workbook.add_worksheet(page.sheet)
    first = write_titles(sheet, page.titles, styles)
    below = write_heads(sheet, first, list(_heads(page)), styles)
    for number, line in enumerate(page.lines, 1):
        _write_line(sheet, below + number - 1, number, line, page, styles)
    last = below + len(page.lines)
    _sign(sheet, last + 1, 3 + len(page.regular), page.signature, styles)
    set_up_print(sheet, first, below, frozen_columns=3, landscape=len(page.regular) > 4)


def _write_line(
    sheet: Any, row: int, number: int, line: PageLine, page: SubjectPage, styles: Styles
) -> None:
    sheet.write_number(row, 0, number, styles.number)
    sheet.write_string(row, 1, line.code, styles.text)
    sheet.write_string(row, 2, line.name, styles.struck if line.left else styles.text)
    column = 3
    for mark in line.slots:
        write_mark(sheet, row, column, mark, styles.mark)
        column += 1
    results = (line.result, line.year) if page.by_comment or page.with_year else (line.result,)
    for mark in results:
        write_mark(sheet, row, column, mark, styles.result)
        column += 1
    sheet.write_blank(row, column, None, styles.mark)
    sheet.write_string(row, column + 1, line.note, styles.text)


def _sign(sheet: Any, row: int, column: int, name: str, styles: Styles) -> None:
    sheet.write_string(row, column, "Giáo viên bộ môn", styles.centred)
    sheet.write_string(row + 1, column, "(Ký, ghi rõ họ tên)", styles.italic)
    if name:
        sheet.write_string(row + 5, column, name, styles.centred)


def set_up_print(
    sheet: Any, first: int, below: int, *, frozen_columns: int, landscape: bool
) -> None:
    """A4, one page wide, heads on every page; heads and names stay in sight on the screen."""
    sheet.freeze_panes(below, frozen_columns)
    sheet.repeat_rows(first, below - 1)
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&9Trang &P/&N")
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
