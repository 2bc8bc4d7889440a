"""Sổ điểm ra bảng tính: one book of a term, or the whole book of a class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from khue.gradebook.queries import BookTerm, ClassBook, Grid, PupilRow
from khue.gradebook.rules.learning import Level
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.sheets.matching import own_code
from khue.gradebook.sheets.official import (
    Head,
    PageLine,
    Styles,
    SubjectPage,
    set_up_print,
    sheet_name,
    workbook_bytes,
    write_heads,
    write_mark,
    write_subject_page,
    write_titles,
)
from kit.dates import print_date

BOOK_TITLE = "SỔ THEO DÕI VÀ ĐÁNH GIÁ HỌC SINH"


def _note(pupil: PupilRow) -> str:
    return f"Rời lớp {print_date(pupil.ends_on)}" if pupil.left and pupil.ends_on else ""


def _titles(
    school: str, subject: str, class_name: str, term: int, year: int, teachers: str = ""
) -> tuple[str, ...]:
    told = (
        school.upper(),
        BOOK_TITLE,
        f"Môn học: {subject} – Lớp: {class_name}",
        f"{TERM_NAMES[term]}, năm học {year}-{year + 1}",
    )
    return (*told, f"Giáo viên: {teachers}") if teachers else told


def _line(pupil: PupilRow, grid: BookTerm) -> PageLine:
    return PageLine(
        code=own_code(pupil),
        name=pupil.name,
        slots=tuple(pupil.marks.get(slot) for slot in grid.book.slots),
        result=pupil.average,
        year=grid.year_result(pupil),
        note=_note(pupil),
        left=pupil.left,
    )


def _page(grid: BookTerm, name: str, teachers: str = "") -> SubjectPage:
    book = grid.book
    plain = book.regular_marks - book.topics
    topics = tuple(book.slot_title(slot) for slot in book.slots[plain : book.regular_marks])
    return SubjectPage(
        sheet=name,
        titles=_titles(
            book.school_name,
            book.subject_name,
            book.class_name,
            grid.term,
            book.year,
            teachers,
        ),
        by_comment=book.by_comment,
        regular=(*map(str, range(1, plain + 1)), *topics),
        with_year=grid.term == 2,
        lines=[_line(pupil, grid) for pupil in grid.pupils],
        signature=teachers,
    )


def term_book(grid: Grid) -> bytes:
    """One term of a book as it stands, laid out as the official book prints it."""
    name = sheet_name(grid.book.title, set())
    page = _page(BookTerm(grid.book, grid.term, grid.pupils), name)
    return workbook_bytes(lambda workbook, styles: write_subject_page(workbook, page, styles))


def class_book(found: ClassBook) -> bytes:
    """Sổ của cả lớp in one term: the cover, a page for each subject, the summary."""

    def write(workbook: Any, styles: Styles) -> None:
        taken = {"bìa", "tổng hợp"}
        _write_cover(workbook, found, styles)
        for grid in found.subjects:
            name = sheet_name(grid.book.subject_name, taken)
            teachers = found.teachers.get(grid.book.id, "")
            write_subject_page(workbook, _page(grid, name, teachers), styles)
        _write_summary(workbook, found, styles)

    return workbook_bytes(write)


def _cover_facts(found: ClassBook) -> Iterator[tuple[str, str]]:
    yield "Trường", found.school_name
    yield "Xã (phường, đặc khu)", found.commune
    yield "Tỉnh (thành phố)", found.province
    yield "Lớp", found.class_name
    yield "Sĩ số", str(found.size)
    yield "Giáo viên chủ nhiệm", found.homeroom
    yield "Năm học", f"{found.year}-{found.year + 1}"
    yield "Học kì", TERM_NAMES[found.term]


def _write_cover(workbook: Any, found: ClassBook, styles: Styles) -> None:
    sheet = workbook.add_worksheet("Bìa")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 52)
    first = write_titles(sheet, (found.above.upper(), BOOK_TITLE, "(theo lớp học)"), styles)
    facts = list(_cover_facts(found))
    for row, (label, value) in enumerate(facts, first):
        sheet.write_string(row, 0, label, styles.above)
        sheet.write_string(row, 1, value, styles.wrapped)
    head = first + len(facts) + 1
    sheet.write_string(head, 0, "Môn học", styles.head)
    sheet.write_string(head, 1, "Giáo viên giảng dạy", styles.head)
    for row, subject in enumerate(found.subjects, head + 1):
        teachers = found.teachers.get(subject.book.id, "")
        sheet.write_string(row, 0, subject.book.subject_name, styles.text)
        sheet.write_string(row, 1, teachers, styles.text)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _write_summary(workbook: Any, found: ClassBook, styles: Styles) -> None:
    """Bảng tổng hợp: comment subjects first, then scored ones, then the two levels."""
    sheet = workbook.add_worksheet("Tổng hợp")
    ordered = sorted(found.subjects, key=lambda one: not one.book.by_comment)
    titles = (
        found.school_name.upper(),
        f"TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ – LỚP {found.class_name.upper()}",
        f"{TERM_NAMES[found.term]}, năm học {found.year}-{found.year + 1}",
    )
    first = write_titles(sheet, titles, styles)
    heads = [Head("STT", 5), Head("Họ và tên", 27)]
    heads += [Head(one.book.short_name, 9) for one in ordered]
    heads += [Head("Kết quả học tập", 10), Head("Kết quả rèn luyện", 10)]
    below = write_heads(sheet, first, heads, styles)
    for number, pupil in enumerate(found.pupils, 1):
        row = below + number - 1
        sheet.write_number(row, 0, number, styles.number)
        sheet.write_string(row, 1, pupil.name, styles.struck if pupil.left else styles.text)
        _write_results(sheet, row, pupil, ordered, found, styles)
    set_up_print(sheet, first, below, frozen_columns=2, landscape=True)


def _write_results(
    sheet: Any,
    row: int,
    pupil: PupilRow,
    subjects: Sequence[BookTerm],
    found: ClassBook,
    styles: Styles,
) -> None:
    results = [_result_of(pupil, grid) for grid in subjects]
    for column, result in enumerate(results, 2):
        write_mark(sheet, row, column, result, styles.mark)
    for column, level in enumerate(found.levels.get(pupil.student_id, ()), 2 + len(results)):
        name = "" if level is None else Level(level).name_vi
        sheet.write_string(row, column, name, styles.text)


def _result_of(pupil: PupilRow, grid: BookTerm) -> Mark:
    return next((one.average for one in grid.pupils if one.student_id == pupil.student_id), None)
