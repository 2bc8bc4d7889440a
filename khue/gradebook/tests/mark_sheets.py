"""Workbooks as schools have them, with invented names, for the tests of importing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

Row = Sequence[Any]
Typed = Any  # a birth date as a text or as a day


def workbook(*sheets: tuple[str, Sequence[Any], Sequence[tuple[int, int, int, int, str]]]) -> bytes:
    """Sheets by name, rows and merged areas (first row, first column, last row, last column)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        for name, rows, merges in sheets:
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(place, column, value)
            for area in merges:
                sheet.merge_range(*area)
    return buffer.getvalue()


def plain(rows: Sequence[Any], name: str = "Trang1") -> bytes:
    return workbook((name, rows, []))


def like_vnedu(pupils: Sequence[tuple[str, str, str, Row]], title: str = "HỌC KỲ I") -> bytes:
    """Title rows, two rows of heads with merged groups, one column of names, codes, six TX."""
    heads = ["STT", "Mã học sinh", "Họ và tên", "Ngày sinh", "ĐĐGtx"]
    rows: list[Row] = [
        ["ỦY BAN NHÂN DÂN XÃ SUỐI TRONG"],
        ["TRƯỜNG THCS SAO KHUÊ"],
        ["BẢNG ĐIỂM MÔN: TOÁN - LỚP: 8A"],
        [title],
        [],
        [*heads, *([None] * 5), "ĐĐGgk", "ĐĐGck", "TBM", "Nhận xét"],
        [None, None, None, None, "1", "2", "3", "4", "5", "6"],
    ]
    for number, (code, name, born, marks) in enumerate(pupils, 1):
        rows.append([number, code, name, born, *marks])
    rows += [[], [None, None, "Giáo viên bộ môn"], [None, None, "(Ký, ghi rõ họ tên)"]]
    merges = [(5, 4, 5, 9, "ĐĐGtx")]
    merges += [(5, one, 6, one, rows[5][one]) for one in (0, 1, 2, 3, 10, 11, 12, 13)]
    return workbook(("Bảng điểm", rows, merges))


def like_smas(pupils: Sequence[tuple[str, str, Typed, Row]]) -> bytes:
    """Three rows of heads, names in two columns, no codes, spellings of another house."""
    rows: list[Row] = [
        ["SỔ ĐIỂM MÔN TOÁN"],
        ["Lớp 8A - Học kỳ 1 - Năm học 2026 - 2027"],
        ["TT", "Họ và tên", None, "Ngày sinh", "Điểm học kỳ I", *[None] * 6],
        [None, None, None, None, "Thường xuyên (HS1)", None, None, None, "GK", "CK", "TB HK"],
        [None, "Họ đệm", "Tên", None, "TX1", "TX2", "TX3", "TX4", "HS2", "HS3", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)"],
    ]
    for number, (family, given, born, marks) in enumerate(pupils, 1):
        rows.append([number, family, given, born, *marks])
    rows += [["Tổng số: 4 học sinh"], [None, "Người lập biểu"]]
    merges = [
        (2, 0, 4, 0, "TT"),
        (2, 1, 3, 2, "Họ và tên"),
        (2, 3, 4, 3, "Ngày sinh"),
        (2, 4, 2, 10, "Điểm học kỳ I"),
        (3, 4, 3, 7, "Thường xuyên (HS1)"),
    ]
    return workbook(("HK1", rows, merges))
