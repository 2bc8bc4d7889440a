"""Bảng tính: faults, receipts and the overview to take along; added data in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from khue.organisations.api import school_year_label
from khue.sector.queries.lists import supplement_fields
from khue.sector.queries.overview import SchoolSync
from khue.sector.queries.screens import FaultLine, ReceiptLine
from khue.sector.services.supplements import SupplementView
from kit.numbers import whole_number
from kit.sheets.headers import Column, find_table_in
from kit.sheets.limits import Limits
from kit.sheets.reading import open_workbook
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
    Field("managed_by_name", "Đơn vị quản lý", width=30),
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


NO_FILE = "Hãy chọn tệp Excel đã điền."
NO_ROWS = "Tệp không có dòng nào có “Mã bản ghi”. Hãy dùng tệp mẫu tải từ trang này."


def supplements_file(part: str, title: str, records: Iterable[SupplementView]) -> bytes:
    """Every record of a part with what was added so far, to be filled in and given back."""
    rows = ({"local_id": str(one.local_id), "label": one.label, **one.texts} for one in records)
    note = "Chỉ sửa các cột sau cột “Bản ghi”. Ô để trống thì giữ nguyên như trước."
    page = Page("Bổ sung", supplement_columns(part), rows, titles=(title,), note=note)
    return excel_bytes([page])


def read_supplements(part: str, content: bytes, limit: int) -> dict[int, dict[str, str]]:
    """Record -> field -> what was typed; blank cells are left out. Raises SheetRefused."""
    workbook = open_workbook(content, limits=Limits(file_bytes=limit))
    columns = [
        Column(one.key, one.title, required=one.key == "local_id")
        for one in supplement_columns(part)
    ]
    _, table = find_table_in(workbook.sheets, columns)
    found: dict[int, dict[str, str]] = {}
    for row in table.rows:
        number = whole_number(row.text("local_id"))
        if number is not None:
            texts = {one.name: row.text(one.name) for one in supplement_fields(part)}
            found[number] = {name: text for name, text in texts.items() if text}
    return found


def supplement_columns(part: str) -> Sequence[Field]:
    """The columns of the sheet of added data: the record, then each field by its title."""
    own = (Field("local_id", "Mã bản ghi", "code", width=14), Field("label", "Bản ghi", width=30))
    added = (Field(one.name, one.title, width=24) for one in supplement_fields(part))
    return (*own, *added)
