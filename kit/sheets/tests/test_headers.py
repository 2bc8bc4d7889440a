"""The header is found where people put it, under any of its names."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets.cells import Cell, Merge
from kit.sheets.headers import Column, find_table, find_table_in
from kit.sheets.reading import SheetRefused, open_workbook
from kit.sheets.tests.workbooks import excel, sheet_of
from kit.vietnamese import fold

NAME = Column("full_name", "Họ và tên", ("Họ tên", "Tên học sinh", "HS"), required=True)
BIRTH = Column("birth_date", "Ngày sinh", ("Ngày tháng năm sinh", "NS"), required=True)
SEX = Column("sex", "Giới tính", ("Nữ", "Phái"))
CLASS = Column("class_name", "Lớp")
COLUMNS = (NAME, BIRTH, SEX, CLASS)

TITLE: list[Cell] = ["TRƯỜNG THCS KIM ĐỒNG"]
HEADER: list[Cell] = ["STT", "Họ và tên", "Ngày sinh", "Lớp"]
AN: list[Cell] = [1, "Lê Văn An", "9/3/2015", "6A"]
CHI: list[Cell] = [2, "Đỗ Chi", date(2015, 4, 1), "6A"]


def test_the_header_is_found_below_title_rows_and_blank_rows() -> None:
    table = find_table(sheet_of(TITLE, ["DANH SÁCH LỚP 6A"], [], HEADER, AN, CHI), COLUMNS)
    assert table.header_row == 4
    assert [row.number for row in table.rows] == [5, 6]
    assert table.rows[0].text("full_name") == "Lê Văn An"
    assert table.rows[1].text("birth_date") == "01/04/2015"
    assert table.rows[1].values["birth_date"] == date(2015, 4, 1)


def test_missing_absent_and_unknown_columns_are_told() -> None:
    table = find_table(sheet_of(["STT", "Họ tên", "Lớp", "Sở thích"], [1, "An", "6A"]), COLUMNS)
    assert table.missing == (BIRTH,)
    assert table.absent == (SEX,)
    assert table.unknown == ("STT", "Sở thích")
    assert table.rows[0].text("sex") == ""


def test_a_column_that_comes_twice_is_told_and_the_first_is_taken() -> None:
    table = find_table(sheet_of(["Họ tên", "Lớp", "LỚP"], ["An", "6A", "6B"]), COLUMNS)
    assert table.duplicated == ("LỚP",)
    assert table.rows[0].text("class_name") == "6A"


@pytest.mark.parametrize(
    "title",
    ["HỌ VÀ TÊN", "Họ và tên (*)", "ho va ten", "Họ  và\ntên:", "HoVaTen", "Họ và tên (viết hoa)",
     "Tên học sinh", "full_name"],
)  # fmt: skip
def test_a_title_is_known_under_many_spellings(title: str) -> None:
    table = find_table(sheet_of([title, "Ngày sinh"], ["An", "9/3/2015"]), COLUMNS)
    assert table.rows[0].text("full_name") == "An"


@given(st.sampled_from([NAME, BIRTH, SEX, CLASS]), st.data())
def test_case_and_diacritics_of_a_title_never_matter(column: Column, data: st.DataObject) -> None:
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title, fold]))
    header: list[Cell] = [change(column.title), "Cột khác"]
    table = find_table(sheet_of(header, ["x", "y"]), (column,))
    assert table.positions[column.key] == (0,)


def test_a_header_of_two_lines_with_groups() -> None:
    father = Column("father_name", "Họ tên cha", ("Cha Họ tên",))
    mother = Column("mother_name", "Họ tên mẹ", ("Mẹ Họ tên",))
    sheet = sheet_of(
        ["STT", "Họ và tên", "Cha", None, "Mẹ", None],
        ["STT", "Họ và tên", "Họ tên", "Năm sinh", "Họ tên", "Năm sinh"],
        [1, "An", "Lê Ba", 1980, "Võ Tư", 1982],
        merges=(Merge(0, 2, 0, 3), Merge(0, 4, 0, 5), Merge(0, 1, 1, 1), Merge(0, 0, 1, 0)),
    )
    table = find_table(sheet, (NAME, father, mother))
    assert table.header_row == 2
    assert table.rows[0].values == {
        "full_name": "An",
        "father_name": "Lê Ba",
        "mother_name": "Võ Tư",
    }
    assert table.unknown == ("STT", "Cha Năm sinh", "Mẹ Năm sinh")


def test_one_merged_title_over_family_name_and_given_name_joins_them() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "DANH SÁCH HỌC SINH")
        sheet.write(1, 0, "STT")
        sheet.merge_range(1, 1, 1, 2, "Họ và tên")
        sheet.write(1, 3, "Ngày sinh")
        for column, value in enumerate([1, "Nguyễn Thị", "Lan", "9/3/2015"]):
            sheet.write(2, column, value)

    table = find_table(open_workbook(excel(fill)).sheets[0], COLUMNS)
    assert table.rows[0].text("full_name") == "Nguyễn Thị Lan"
    assert table.duplicated == ()


def test_blank_rows_totals_and_signatures_are_not_data() -> None:
    sheet = sheet_of(
        HEADER,
        ["(1)", "(2)", "(3)", "(4)"],
        AN,
        [],
        HEADER,
        CHI,
        [None, "Tổng số: 2 học sinh"],
        [None, None, "Hà Nội, ngày 5 tháng 9 năm 2026"],
        [None, "Người lập biểu", None, "HIỆU TRƯỞNG"],
        [None, "Lê Thị Mai", None, "Trần Văn Bảy"],
    )
    table = find_table(sheet, COLUMNS)
    assert [row.text("full_name") for row in table.rows] == ["Lê Văn An", "Đỗ Chi"]
    assert [row.number for row in table.rows] == [3, 6]
    assert table.skipped == (2, 5, 7, 8, 9, 10)


def test_a_person_named_tong_is_data() -> None:
    table = find_table(sheet_of(HEADER, [None, "Tống Cảnh Sơn", "1/1/2015", "6A"]), COLUMNS)
    assert len(table.rows) == 1


def test_marks_below_the_header_are_not_taken_for_a_numbering_line() -> None:
    table = find_table(sheet_of(HEADER, [1, "Lê Văn An", "2", "3"]), COLUMNS)
    assert len(table.rows) == 1


def test_a_sheet_without_a_header_says_which_columns_it_needs() -> None:
    with pytest.raises(SheetRefused, match="Cần có các cột: Họ và tên, Ngày sinh"):
        find_table(sheet_of(["a", "b"], ["c", "d"]), COLUMNS)


def test_the_sheet_that_fits_best_is_chosen() -> None:
    notes = sheet_of(["Hướng dẫn"], ["Điền vào trang sau"])
    part = sheet_of(["Họ tên", "Lớp"], ["An", "6A"])
    whole = sheet_of(HEADER, AN)
    sheet, table = find_table_in([notes, part, whole], COLUMNS)
    assert sheet is whole
    assert len(table.rows) == 1
    with pytest.raises(SheetRefused):
        find_table_in([notes], COLUMNS)


def test_the_teaching_assignment_of_a_real_school_is_found_without_editing() -> None:
    book = open_workbook(Path(__file__).parent / "teaching-assignment.xlsx")
    columns = (
        Column("teacher", "Giáo viên", ("Họ tên giáo viên",), required=True),
        Column("subject", "Môn học", ("Môn", "MONVNEDU"), required=True),
        Column("classes", "Lớp dạy", ("DSLOPDAY", "Danh sách lớp dạy"), required=True),
    )
    sheet, table = find_table_in(book.sheets, columns)
    assert sheet.name == "PCGD_Mau1"
    assert (table.missing, table.skipped) == ((), ())
    assert table.rows[0].text("classes") == "11AV2(2), 11AV3(2)"
    assert [book_sheet.name for book_sheet in book.sheets] == ["PCGD_Mau1", "MONVNEDU", "LOPVNEDU"]


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers(0, 20)), max_size=5),
        max_size=8,
    )
)
def test_every_row_below_the_header_is_data_or_skipped_or_blank(rows: list[list[Cell]]) -> None:
    sheet = sheet_of(HEADER, *rows)
    table = find_table(sheet, COLUMNS)
    blank = [
        place
        for place, row in enumerate(sheet.rows, 1)
        if place > table.header_row and all(cell is None for cell in row)
    ]
    numbers = sorted([*(row.number for row in table.rows), *table.skipped, *blank])
    assert numbers == list(range(table.header_row + 1, len(sheet.rows) + 1))
