"""What we write opens like a school book, reads back the same, and can run nothing."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets.cells import cell_text
from kit.sheets.headers import Column, find_table
from kit.sheets.reading import open_workbook
from kit.sheets.writing import Field, Page, csv_bytes, excel_bytes

FIELDS = (
    Field("code", "Mã học sinh", "code"),
    Field("full_name", "Họ và tên"),
    Field("birth_date", "Ngày sinh", "date", note="Viết ngày/tháng/năm"),
    Field("sex", "Giới tính", choices=("Nam", "Nữ")),
    Field("average", "ĐTB", "mark"),
    Field("absent", "Số buổi vắng", "integer"),
    Field("changed_at", "Sửa lúc", "moment"),
)
LAN = {
    "code": "0012345678",
    "full_name": "Nguyễn Thị Lan",
    "birth_date": date(2015, 3, 9),
    "sex": "Nữ",
    "average": 75,
    "absent": 3,
    "changed_at": datetime(2026, 9, 5, 0, 30, tzinfo=UTC),
}
COLUMNS = tuple(Column(field.key, field.title) for field in FIELDS)

written_texts = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=12
)


def page(*rows: dict[str, object], empty_rows: int = 0) -> Page:
    """A page of students with two title lines and a note."""
    titles = ("TRƯỜNG THCS KIM ĐỒNG", "DANH SÁCH LỚP 6A")
    return Page("Lớp 6A", FIELDS, rows, titles, "Không sửa dòng tiêu đề.", empty_rows)


def test_an_excel_page_reads_back_as_it_was() -> None:
    sheet = open_workbook(excel_bytes([page(LAN)])).sheets[0]
    table = find_table(sheet, COLUMNS)
    assert (sheet.name, table.header_row) == ("Lớp 6A", 4)
    assert table.rows[0].values == {
        **LAN,
        "average": 7.5,
        "changed_at": datetime(2026, 9, 5, 7, 30),  # noqa: DTZ001  (a sheet keeps no zone)
    }


def test_a_template_has_choices_notes_and_frozen_titles() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel_bytes([page(empty_rows=20)])))
    sheet = book.active
    assert sheet is not None
    assert sheet.freeze_panes == "A5"
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"Nam,Nữ"', "D5:D24")
    assert sheet["C4"].comment is not None
    assert sheet["A5"].number_format == "@"


def test_codes_keep_their_leading_zeros() -> None:
    sheet = open_workbook(excel_bytes([page(LAN)])).sheets[0]
    assert sheet.rows[4][0] == "0012345678"


@pytest.mark.parametrize(
    "evil", ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "{=1}", "http://x"]
)
def test_nothing_written_to_excel_is_a_formula_or_a_link(evil: str) -> None:
    row: dict[str, object] = {field.key: evil for field in FIELDS}
    book = openpyxl.load_workbook(io.BytesIO(excel_bytes([page(row)])))
    sheet = book.active
    assert sheet is not None
    cells = [cell for line in sheet.iter_rows(min_row=5) for cell in line]
    assert all(cell.value == evil and cell.data_type in "sinlineStr" for cell in cells)
    assert all(cell.hyperlink is None for cell in cells)


def test_a_sheet_name_that_excel_forbids_is_cleaned() -> None:
    name = "Danh sách: [6A/6B] và các lớp học khác nữa"
    book = open_workbook(excel_bytes([Page(name, FIELDS, [LAN])]))
    assert len(book.sheets[0].name) <= 31
    assert not set(book.sheets[0].name) & set("[]:*?/\\")


def test_csv_opens_in_vietnamese_excel_and_disarms_formulas() -> None:
    data = csv_bytes(page(LAN, {"code": "=1+1", "full_name": "Lê; An", "average": -1}))
    text = data.decode("utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[1] == (
        "0012345678;Nguyễn Thị Lan;09/03/2015;Nữ;7,5;3;05/09/2026 07:30"
    )
    assert text.splitlines()[2] == '\'=1+1;"Lê; An";;;-1;;'


@given(st.lists(written_texts, min_size=1, max_size=5))
def test_any_text_survives_excel(texts: list[str]) -> None:
    rows = [{"a": "đầu", "b": text} for text in texts]
    written = Page("Trang", (Field("a", "A"), Field("b", "B", "code")), rows)
    cells = [row[1:] for row in open_workbook(excel_bytes([written])).sheets[0].rows[1:]]
    assert ["".join(map(cell_text, cell)) for cell in cells] == [cell_text(text) for text in texts]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_marks_survive_excel_and_csv(marks: list[int]) -> None:
    written = Page("Điểm", (Field("m", "Điểm", "mark"),), [{"m": mark} for mark in marks])
    excel_cells = open_workbook(excel_bytes([written])).sheets[0].rows[1:]
    assert [round(float(str(row[0])) * 10) for row in excel_cells] == marks
    lines = csv_bytes(written).decode("utf-8-sig").splitlines()[1:]
    assert [int(line.replace(",", "")) for line in lines] == marks
