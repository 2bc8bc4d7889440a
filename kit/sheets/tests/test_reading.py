"""Files of every kind are read by what they hold, and trouble is told in one sentence."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets.limits import Limits
from kit.sheets.reading import SheetRefused, open_workbook
from kit.sheets.tests.workbooks import (
    excel,
    excel_of,
    opendocument,
    opendocument_row,
    repacked,
)

SHEET_1 = "xl/worksheets/sheet1.xml"


def key_of(data: bytes, limits: Limits | None = None) -> str:
    """The key under which this file is refused."""
    with pytest.raises(SheetRefused) as refused:
        open_workbook(data, limits=limits)
    assert refused.value.sentence.endswith(".")
    return refused.value.key


def test_an_excel_file_gives_plain_cells_from_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "không có đuôi"
    path.write_bytes(excel_of([], ["Họ tên", None, 7, 7.5, True, date(2015, 3, 9)]))
    book = open_workbook(path)
    assert book.kind == "xlsx"
    assert book.sheet("TRANG 1").rows == [
        [None] * 6,
        ["Họ tên", None, 7, 7.5, True, date(2015, 3, 9)],
    ]


def test_a_formula_gives_its_stored_value_and_a_text_like_a_formula_is_text() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_string(0, 1, "=1+1")
        sheet.write_string(0, 2, "<b>HTML</b>")

    assert open_workbook(excel(fill)).sheets[0].rows == [[2, "=1+1", "<b>HTML</b>"]]


def test_a_merged_group_is_filled_down_but_a_title_is_not_repeated() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.merge_range(0, 0, 0, 2, "DANH SÁCH")
        sheet.merge_range(1, 0, 3, 0, "Tổ 1")
        for row, name in enumerate(["An", "Bình", "Chi"], 1):
            sheet.write(row, 1, name)

    rows = open_workbook(excel(fill)).sheets[0].rows
    assert [row[0] for row in rows] == ["DANH SÁCH", "Tổ 1", "Tổ 1", "Tổ 1"]
    assert rows[0][1] is None


def test_hidden_sheets_are_left_out() -> None:
    def fill(sheet: Any, book: Any) -> None:
        sheet.write(0, 0, "thấy")
        hidden = book.add_worksheet("danh mục")
        hidden.write(0, 0, "ẩn")
        hidden.hide()

    book = open_workbook(excel(fill))
    assert [sheet.name for sheet in book.sheets] == ["Trang 1"]
    with pytest.raises(SheetRefused, match="Các trang đang có: Trang 1"):
        book.sheet("danh mục")


def test_an_opendocument_file_is_read() -> None:
    book = open_workbook(opendocument(opendocument_row("Họ tên", "Lớp")))
    assert (book.kind, book.sheets[0].rows) == ("ods", [["Họ tên", "Lớp"]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_many_encodings_and_separators(encoding: str, separator: str) -> None:
    lines = ["Họ tên|Ngày sinh|Mã", "Đỗ Ánh|9/3/2015|0012", "Lê Ơn||"]
    text = "\r\n".join(lines).replace("|", separator)
    book = open_workbook(text.encode(encoding))
    assert book.kind == "csv"
    assert book.sheets[0].rows == [
        ["Họ tên", "Ngày sinh", "Mã"],
        ["Đỗ Ánh", "9/3/2015", "0012"],
        ["Lê Ơn", None, None],
    ]


def test_csv_of_old_vietnamese_windows() -> None:
    names = "Nguyê\u0303n Thi\u0323 Lan"  # Windows-1258 keeps the letter, then the tone
    data = f"STT,Ten\r\n1,{names}\r\n".encode("cp1258")
    assert open_workbook(data).sheets[0].rows[1] == ["1", "Nguyễn Thị Lan"]


def test_csv_with_decimal_commas_between_semicolons() -> None:
    rows = open_workbook("Tên;Điểm\nAn;7,5\nBình;8,0\n".encode()).sheets[0].rows
    assert rows[1:] == [["An", "7,5"], ["Bình", "8,0"]]


def test_csv_that_names_its_separator() -> None:
    rows = open_workbook("sep=;\r\nTên;Lớp, tổ\r\nAn;6A, 1\r\n".encode()).sheets[0].rows
    assert rows == [[None, None], ["Tên", "Lớp, tổ"], ["An", "6A, 1"]]


def test_csv_with_a_quoted_line_break_keeps_it_in_one_cell() -> None:
    rows = open_workbook(b'a,b\n"1\n2",3\n').sheets[0].rows
    assert rows[1] == ["1\n2", "3"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "EMPTY_FILE"),
        (b"\xef\xbb\xbf", "NO_DATA"),
        (b"\r\n;;;\r\n", "NO_DATA"),
        (b"%PDF-1.7 ...", "WRONG_TYPE"),
        (b"\x89PNG\r\n\x1a\n....", "WRONG_TYPE"),
        (b"MZ\x90\x00\x03", "WRONG_TYPE"),
        (bytes(range(256)) * 4, "WRONG_TYPE"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "WEB_PAGE"),
        (b"\xef\xbb\xbf<TABLE><tr><td>1</td></tr></TABLE>", "WEB_PAGE"),
        (b"PK\x03\x04 torn", "BROKEN"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "WRONG_TYPE"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"),
            "ENCRYPTED",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"), "BROKEN"),
    ],
)
def test_what_is_no_readable_table_is_refused(data: bytes, key: str) -> None:
    assert key_of(data) == key


def test_a_workbook_without_a_cell_has_no_data() -> None:
    assert key_of(excel(lambda sheet, book: None)) == "NO_DATA"


def test_a_word_document_named_as_excel_is_named_in_the_sentence() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(SheetRefused, match="tệp Word"):
        open_workbook(buffer.getvalue())


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lớn.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(SheetRefused, match="Tệp nặng 200 MB, vượt mức 20 MB"):
        open_workbook(path)


def test_a_zip_bomb_is_refused_by_its_ratio() -> None:
    assert key_of(repacked(excel_of(["a"]), {"xl/media/a.bin": bytes(8_000_000)})) == "ZIP_BOMB"


def test_a_zip_bomb_is_refused_by_its_total_size() -> None:
    data = excel_of(["a"])
    assert key_of(data, Limits(unpacked_bytes=1000)) == "ZIP_BOMB"


def test_a_zip_bomb_is_refused_by_its_number_of_parts() -> None:
    extra = {f"xl/media/{number}": b"x" for number in range(40)}
    assert key_of(repacked(excel_of(["a"]), extra), Limits(entries=30)) == "ZIP_BOMB"


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(repacked(excel_of(["a"]), {"xl/media/a.bin": bytes(500_000)}))
    true_size = (500_000).to_bytes(4, "little")
    assert true_size in data
    lying = bytes(data).replace(true_size, (10).to_bytes(4, "little"))
    assert key_of(lying) == "ZIP_BOMB"


def test_a_torn_file_is_broken_whatever_byte_was_lost() -> None:
    data = excel_of(["Họ tên", "Lớp"], ["An", "6A"])
    assert key_of(data[: len(data) // 2]) == "BROKEN"
    damaged = bytearray(data)
    damaged[60:90] = bytes(30)
    assert key_of(bytes(damaged)) == "BROKEN"


def test_entities_in_the_markup_are_refused() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    assert key_of(repacked(excel_of(["a"]), {SHEET_1: xml})) == "BROKEN"


def test_an_encoding_that_does_not_exist_is_broken() -> None:
    xml = b'<?xml version="1.0" encoding="UTF-M"?><worksheet/>'
    assert key_of(repacked(excel_of(["a"]), {SHEET_1: xml})) == "BROKEN"


def test_a_cell_in_the_last_corner_is_refused_before_memory_is_taken() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")

    assert key_of(excel(fill)) == "TOO_MANY_ROWS"


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A199999999"><v>1</v></c></row>',
        b"<row r='1'><c t='n' r='zzz1'><v>1</v></c></row>",
        b'<row r="99999999"><c><v>1</v></c></row>',
        b'<row r="1"><c s=">" r="A99999999999999999999999"><v>1</v></c></row>',
        b'<x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_reference_far_away_is_refused_however_it_is_written(cells: bytes) -> None:
    names = b'xmlns="urn:a" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    xml = b"<worksheet " + names + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    key = key_of(repacked(excel_of(["a"]), {SHEET_1: xml}))
    assert key in {"TOO_MANY_ROWS", "TOO_MANY_COLUMNS"}


def test_formatted_but_empty_cells_do_not_count() -> None:
    def fill(sheet: Any, book: Any) -> None:
        sheet.write(0, 0, "a")
        sheet.write_blank(99_999, 3, None, book.add_format({"bold": True}))

    assert open_workbook(excel(fill)).sheets[0].rows == [["a"]]


def test_too_many_columns_and_rows_are_told_with_numbers() -> None:
    wide = excel_of([str(number) for number in range(30)])
    assert key_of(wide, Limits(columns=20)) == "TOO_MANY_COLUMNS"
    tall = "\n".join(["a,b"] * 1001).encode()
    with pytest.raises(SheetRefused, match=r"vượt mức 1\.000 dòng"):
        open_workbook(tall, limits=Limits(rows=1000))


def test_repeated_cells_of_opendocument_are_counted_before_they_are_made() -> None:
    wide = opendocument(opendocument_row("x", columns=16_000))
    tall = opendocument(opendocument_row("x", rows=1_000_000))
    assert (key_of(wide), key_of(tall)) == ("TOO_MANY_COLUMNS", "TOO_MANY_ROWS")


def test_empty_rows_before_a_filled_one_are_counted_and_after_it_are_not() -> None:
    cells = "<table:table-cell/>"
    empty = f'<table:table-row table:number-rows-repeated="9000000">{cells}</table:table-row>'
    filled = opendocument_row("x")
    assert key_of(opendocument(empty + filled)) == "TOO_MANY_ROWS"
    assert open_workbook(opendocument(filled + empty)).sheets[0].rows == [["x"]]


def test_an_opendocument_value_without_text_is_counted_too() -> None:
    cell = '<table:table-cell office:value="1" table:number-columns-repeated="99999"/>'
    assert key_of(opendocument(f"<table:table-row>{cell}</table:table-row>")) == "TOO_MANY_COLUMNS"


def test_an_opendocument_file_with_a_password_is_told_so() -> None:
    manifest = "<manifest:encryption-data/>"
    assert key_of(opendocument(opendocument_row("x"), manifest)) == "ENCRYPTED"


def sentence_of(data: bytes) -> str | None:
    """What the sender is told, or None where the file could be read."""
    try:
        open_workbook(data)
    except SheetRefused as refused:
        return refused.sentence
    return None


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert sentence_of(data) is None or str(sentence_of(data)).endswith(".")


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(place: int, junk: bytes) -> None:
    data = bytearray(excel_of(["Họ tên", "Lớp"], ["An", "6A"]))
    start = place % len(data)
    data[start : start + len(junk)] = junk
    assert sentence_of(bytes(data)) != ""
