"""Lists that are taken along: students, staff, the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from khue.records.queries.doubles import Double, Likely
from khue.records.queries.files import Line, Move
from khue.records.queries.staff import StaffRow
from khue.records.queries.students import StudentRow
from kit.dates import print_born
from kit.sheets.writing import Field, Page, csv_bytes, excel_bytes

STUDENTS = (
    Field("name", "Họ và tên", width=28),
    Field("born", "Ngày sinh", "code", width=13),
    Field("sex_name", "Giới tính", width=9),
    Field("code", "Mã định danh", "code"),
    Field("class_name", "Lớp", width=10),
    Field("status_name", "Trạng thái", width=18),
    Field("school_name", "Trường", width=32),
)
STAFF = (
    Field("name", "Họ và tên", width=28),
    Field("born", "Ngày sinh", "code", width=13),
    Field("sex_name", "Giới tính", width=9),
    Field("code", "Mã cán bộ", "code"),
    Field("kind", "Vị trí", width=22),
    Field("contract", "Loại hợp đồng", width=30),
    Field("title", "Chức vụ", width=24),
    Field("qualification", "Trình độ", width=18),
    Field("subjects", "Môn giảng dạy", width=24),
    Field("phone", "Điện thoại", "code", width=14),
    Field("email", "Thư điện tử", width=26),
    Field("status", "Trạng thái", width=18),
)
REGISTER = (
    Field("number", "Số đăng bộ", "code", width=12),
    Field("name", "Họ và tên", width=28),
    Field("born", "Ngày sinh", "code", width=13),
    Field("sex", "Giới tính", width=9),
    Field("birth_place", "Nơi sinh", width=22),
    Field("entered_on", "Ngày vào", "date"),
    Field("entered_class", "Vào lớp", width=10),
    Field("from_school", "Từ trường", width=28),
    Field("classes", "Lớp từng năm", width=36),
    Field("left_on", "Ngày ra", "date"),
    Field("left_reason", "Lý do", width=20),
    Field("to_school", "Đến trường", width=28),
)


def _row(line: Any, fields: Iterable[Field], **more: object) -> dict[str, object]:
    values: dict[str, object] = {
        one.key: getattr(line, one.key) for one in fields if hasattr(line, one.key)
    }
    return values | more


def _bytes(page: Page, *, csv: bool) -> bytes:
    return csv_bytes(page) if csv else excel_bytes([page])


def students_file(rows: Sequence[StudentRow], school_name: str, *, csv: bool) -> bytes:
    """Danh sách học sinh as it stands on the screen."""
    titles = () if csv else (school_name, "DANH SÁCH HỌC SINH")
    lines = [_row(row, STUDENTS) for row in rows]
    return _bytes(Page("Học sinh", STUDENTS, lines, titles=titles), csv=csv)


def staff_file(
    rows: Sequence[StaffRow], school_name: str, names: Mapping[str, Mapping[str, str]], *, csv: bool
) -> bytes:
    """Danh sách cán bộ, with the names of codes."""
    titles = () if csv else (school_name, "DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN")
    lines = [
        _row(
            row,
            STAFF,
            kind=names["staff-kinds"].get(row.kind, ""),
            contract=names["contract-kinds"].get(row.contract, ""),
            qualification=names["qualification-levels"].get(row.qualification, ""),
            status=names["staff-status"].get(row.status, ""),
        )
        for row in rows
    ]
    return _bytes(Page("Cán bộ", STAFF, lines, titles=titles), csv=csv)


def register_file(
    rows: Sequence[Line], school_name: str, classes: Mapping[int, Sequence[str]], *, csv: bool
) -> bytes:
    """Sổ đăng bộ in the order of its numbers."""
    titles = () if csv else (school_name, "SỔ ĐĂNG BỘ")
    lines = [
        _row(row, REGISTER, classes=", ".join(classes.get(row.student_id, ()))) for row in rows
    ]
    return _bytes(Page("Sổ đăng bộ", REGISTER, lines, titles=titles), csv=csv)


MOVES = [
    Field("student_name", "Học sinh", width=26),
    Field("from_school", "Từ trường", width=32),
    Field("to_school", "Đến trường", width=32),
    Field("effective_on", "Từ ngày", "date"),
    Field("reason", "Lý do", width=28),
    Field("state_name", "Trạng thái", width=22),
    Field("answer", "Trả lời", width=28),
]
DOUBLES = [
    Field("one", "Hồ sơ thứ nhất", width=40),
    Field("other", "Hồ sơ thứ hai", width=40),
    Field("reasons", "Vì sao", width=48),
    Field("score", "Mức độ", "integer"),
]


def transfers_file(came: Sequence[Move], went: Sequence[Move], school_name: str) -> bytes:
    """Chuyển đến and chuyển đi, a sheet each."""
    pages = [("Chuyển đến", came), ("Chuyển đi", went)]
    return excel_bytes(
        [
            Page(
                name,
                MOVES,
                [{one.key: getattr(move, one.key) for one in MOVES} for move in moves],
                titles=(school_name, name.upper()),
            )
            for name, moves in pages
        ]
    )


def doubles_file(pairs: Sequence[Double], school_name: str) -> bytes:
    """Hồ sơ nghi trùng, the most alike first."""
    rows = [
        {
            "one": _side(pair.one),
            "other": _side(pair.other),
            "reasons": ", ".join(pair.reasons),
            "score": pair.score,
        }
        for pair in pairs
    ]
    return excel_bytes(
        [Page("Nghi trùng", DOUBLES, rows, titles=(school_name, "HỒ SƠ NGHI TRÙNG"))]
    )


def _side(one: Likely) -> str:
    return ", ".join(part for part in [one.name, print_born(one.born), one.class_name] if part)
