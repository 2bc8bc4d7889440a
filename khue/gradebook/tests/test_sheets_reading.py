"""Layouts, titles, cells and pasted blocks are read as their writers meant them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from khue.gradebook.rules.marks import FAILED, PASSED
from khue.gradebook.sheets.cells import read_cell
from khue.gradebook.sheets.layouts import find_marks
from khue.gradebook.sheets.pasting import read_pasted
from khue.gradebook.sheets.titles import meaning_of, meaning_of_stack
from khue.gradebook.tests.mark_sheets import like_smas, like_vnedu, plain
from kit.refusal import Refusal
from kit.sheets.reading import open_workbook
from kit.sheets.refusals import SheetRefused

TITLES = {
    "STT": "stt",
    "Mã học sinh": "code",
    "Mã HS": "code",
    "Mã định danh Bộ GD&ĐT": "code",
    "Họ và tên": "name",
    "HỌ TÊN HỌC SINH": "name",
    "Họ đệm": "family",
    "Họ và tên đệm": "family",
    "Họ và chữ lót": "family",
    "Tên": "given",
    "Ngày sinh": "born",
    "ĐĐGtx": "tx",
    "ĐĐGtx 2": "tx2",
    "TX3": "tx3",
    "Thường xuyên 4": "tx4",
    "Điểm thường xuyên (hệ số 1)": "tx",
    "Đánh giá thường xuyên lần 2": "tx2",
    "KTTX 1": "tx1",
    "ĐĐGgk": "gk",
    "GK": "gk",
    "Giữa kỳ": "gk",
    "Giữa kì": "gk",
    "Điểm giữa học kỳ 1": "gk",
    "KTGK": "gk",
    "ĐĐGck": "ck",
    "CK": "ck",
    "Cuối kỳ": "ck",
    "Thi học kỳ": "ck",
    "KTHK": "ck",
    "HK": "hk",
    "Học kì": "hk",
    "ĐTBmhk": "result",
    "TBM": "result",
    "TBM HK I": "result",
    "ĐTB": "result",
    "ĐTBmcn": "year",
    "Cả năm": "year",
    "Ghi chú": "aside",
    "Mức đánh giá lại": "aside",
    "Nhận xét của giáo viên": "aside",
    "Toán": "",
    "15 phút": "",
}


@pytest.mark.parametrize("title", TITLES)
def test_a_title_means_what_schools_mean_by_it(title: str) -> None:
    assert meaning_of(title) == TITLES[title]


def test_a_number_below_a_group_is_a_column_of_that_group() -> None:
    assert meaning_of_stack(["Điểm học kỳ I", "ĐĐGtx", "2"]) == "tx2"
    assert meaning_of_stack(["ĐĐGtx", "Miệng"]) == "tx"
    assert meaning_of_stack(["", "4"]) == ""


CELLS: list[tuple[Any, int | None]] = [
    (7.5, 75),
    (7, 70),
    (10, 100),
    (0.5, 5),
    (7.4999999999999, 75),
    (0.1 + 0.2 + 7.2, 75),
    (85, 85),
    ("85", 85),
    ("8,5", 85),
    (" 8.5 ", 85),
    ("'8,5", 85),
    ("KP", -2),
    ("P", -1),
    ("", None),
    (None, None),
    ("-", None),
    ("–", None),
]


@pytest.mark.parametrize(("cell", "mark"), CELLS)
def test_a_cell_is_read_exactly(cell: Any, mark: int | None) -> None:
    assert read_cell(cell, by_comment=False) == mark


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (7.499999, "quá một chữ số"),
        (7.55, "quá một chữ số"),
        ("7,55", "quá một chữ số"),
        (11, "ngoài thang điểm"),
        ("11", "ngoài thang điểm"),
        (-1, "thang điểm"),
        (101, "thang điểm"),
        (85.5, "thang điểm"),
        ("tám", "không phải là điểm"),
        ("x", "không phải là điểm"),
        ("#DIV/0!", "không phải là điểm"),
        (True, "dấu tích"),
        (date(2026, 8, 5), "đổi điểm thành ngày"),
    ],
)
def test_what_is_no_mark_says_why(cell: Any, told: str) -> None:
    found = read_cell(cell, by_comment=False)
    assert isinstance(found, Refusal)
    assert told in found.sentence


def test_a_comment_subject_takes_words_only() -> None:
    assert read_cell("Đ", by_comment=True) == PASSED
    assert read_cell("cd", by_comment=True) == FAILED
    assert isinstance(read_cell(8, by_comment=True), Refusal)
    assert isinstance(read_cell(7.5, by_comment=True), Refusal)


def keys(content: bytes, term: int = 1) -> list[str]:
    table = find_marks(open_workbook(content).sheets[0], term)
    assert table is not None
    return [key for _, key in sorted(table.keys.items())]


def test_two_rows_of_heads_with_merged_groups_are_one_head() -> None:
    content = like_vnedu([("1", "Triệu Quang Minh", "09/03/2013", [8] * 9)])
    assert keys(content) == [
        *["stt", "code", "name", "born", "tx1", "tx2", "tx3", "tx4", "tx5", "tx6"],
        *["gk", "ck", "result", "aside"],
    ]


def test_three_rows_of_heads_and_names_in_two_columns() -> None:
    content = like_smas([("Triệu Quang", "Minh", "09/03/2013", [8] * 7)])
    found = keys(content)
    assert found == [
        "stt",
        "family",
        "given",
        "born",
        *["tx1", "tx2", "tx3", "tx4"],
        "gk",
        "ck",
        "result",
    ]
    table = find_marks(open_workbook(content).sheets[0], 1)
    assert table is not None
    assert [number for number, _ in table.rows] == [7]


def test_heads_without_merges_as_csv_has_them() -> None:
    text = "Sổ điểm;;;;;\nSTT;Họ tên;ĐĐGtx;;ĐĐGgk;ĐĐGck\n;;1;2;;\n1;Lý Văn Ân;8;7,5;6;5\n"
    assert keys(text.encode()) == ["stt", "name", "tx1", "tx2", "gk", "ck"]


def test_the_columns_of_the_other_term_are_left_aside() -> None:
    heads = ["Họ và tên", "TX1 HK I", "GK HKI", "CK HKI", "TX1 HK II", "GK HK II", "CK HK II"]
    heads_of_groups: list[list[Any]] = [
        ["Họ và tên", "Học kì I", None, None, "Học kì II", None, None],
        [None, "TX1", "GK", "CK", "TX1", "GK", "CK"],
        ["Lý Văn Ân", 1, 2, 3, 4, 5, 6],
    ]
    content = plain(heads_of_groups)
    assert heads[1] != heads[4]
    assert keys(content, 1) == ["name", "tx1", "gk", "ck", "aside", "aside", "aside"]
    assert keys(content, 2) == ["name", "aside", "aside", "aside", "tx1", "gk", "ck"]


def test_hk_is_the_final_test_only_where_no_other_column_is() -> None:
    row = ["Lý Văn Ân", 5, 6, 7]
    assert keys(plain([["Họ tên", "TX1", "GK", "HK"], row])) == ["name", "tx1", "gk", "ck"]
    assert keys(plain([["Họ tên", "GK", "CK", "Học kì"], row])) == ["name", "gk", "ck", "result"]


def test_a_pasted_block_keeps_its_blank_lines_and_its_commas() -> None:
    assert read_pasted("8,5\t7\r\n\t\n9\t\n\n").rows == [["8,5", "7"], [None, None], ["9", None]]
    assert read_pasted("Lý Văn Ân;8,5\nLý Thị Ba;7").rows[0] == ["Lý Văn Ân", "8,5"]
    assert read_pasted("8\n9\n10").rows == [["8"], ["9"], ["10"]]


@pytest.mark.parametrize("text", ["", " \n \n", "\t\t\n"])
def test_an_empty_block_is_refused_in_words(text: str) -> None:
    with pytest.raises(SheetRefused):
        read_pasted(text)
