"""Bảng tính: faults, receipts and the overview to take along; added data in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from khue.organisations.api import school_year_label
from khue.sector.queries.lists import supplement_fields
from khue.sector.queries.overview import SchoolSync
from khue.sector.queries.screens import FaultLine, ReceiptLine
from kit.sheets.writing import Field, Page, excel_bytes

FAULTS = (
    Field("part_name", "Loại bản ghi", width=14),
    Field("label", "Bản ghi", width=32),
    Field("title", "Trường dữ liệu", width=34),
    Field("field", "Mã trường", "code", width=24),
    Field("problem_name", "Loại lỗi", width=28),
    Field("sentence", "Lỗi", width=60),
    Field("remedy", "Cách sửa", width=48),
    Field("weight", "Mức độ", width=16),
)
RECEIPTS = (
    Field("number", "Số biên nhận", "code", width=24),
    Field("kind_name", "Loại dữ liệu", width=26),
    Field("period_name", "Đợt", width=12),
    Field("year", "Năm học", width=12),
    Field("records", "Bản ghi gửi", "integer"),
    Field("taken", "Nhận mới", "integer"),
    Field("ignored", "Đã có", "integer"),
    Field("refused", "Trả lại", "integer"),
    Field("sent_at", "Gửi lúc", "moment", width=18),
    Field("answered_at", "Trả lời lúc", "moment", width=18),
    Field("trouble", "Ghi chú", width=50),
)
SCHOOLS = (
    Field("school_name", "Trường", width=40),
    Field("managed_by_name", "Đơn vị quản lí", width=30),
    Field("stage_name", "Bước duyệt", width=22),
    Field("status_name", "Trạng thái đẩy", width=26),
    Field("late", "Chậm", width=8),
    Field("records", "Bản ghi", "integer"),
    Field("faulty", "Có lỗi", "integer"),
    Field("held", "Ngành đã nhận", "integer"),
    Field("refused", "Bị trả lại", "integer"),
    Field("trouble", "Ghi chú", width=60),
)


def faults_file(title: str, lines: Iterable[FaultLine]) -> bytes:
    rows = ({**asdict(one), "weight": one.weight} for one in lines)
    return excel_bytes([Page("Lỗi dữ liệu", FAULTS, rows, titles=(title,))])


def receipts_file(title: str, lines: Iterable[ReceiptLine]) -> bytes:
    rows = ({**asdict(one), "year": school_year_label(one.year)} for one in lines)
    return excel_bytes([Page("Biên nhận", RECEIPTS, rows, titles=(title,))])


def overview_file(title: str, lines: Iterable[SchoolSync]) -> bytes:
    rows = (_school_row(one) for one in lines)
    return excel_bytes([Page("Đồng bộ", SCHOOLS, rows, titles=(title,))])


def _school_row(one: SchoolSync) -> Mapping[str, object]:
    return {
        **asdict(one),
        "stage_name": one.stage_name,
        "status_name": one.status_name,
        "late": "Chậm" if one.is_late else "",
    }


def supplement_columns(part: str) -> Sequence[Field]:
    """The columns of the sheet of added data: the record, then each field by its title."""
    own = (Field("local_id", "Mã bản ghi", "code", width=14), Field("label", "Bản ghi", width=30))
    added = (Field(one.name, one.title, width=24) for one in supplement_fields(part))
    return (*own, *added)
