"""Notices and their readers as workbooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from khue.contactbook.queries.notices_sent import ReaderLine, SentLine
from kit.sheets.writing import Field, Page, excel_bytes

SENT = (
    Field("title", "Thông báo", width=50),
    Field("to", "Gửi cho", width=30),
    Field("state_name", "Trạng thái", width=14),
    Field("sender", "Người gửi", width=24),
    Field("at", "Thời điểm", "moment"),
    Field("readers", "Người nhận", "integer", width=12),
    Field("read", "Đã đọc", "integer"),
    Field("acknowledged", "Đã xác nhận", "integer", width=12),
    Field("answered", "Đã trả lời", "integer", width=11),
)
READERS = (
    Field("child", "Học sinh", width=28),
    Field("class_name", "Lớp", width=9),
    Field("name", "Người nhận", width=28),
    Field("account", "Tài khoản", width=16),
    Field("read_at", "Đọc lúc", "moment"),
    Field("acknowledged_at", "Xác nhận lúc", "moment"),
    Field("answer", "Trả lời", width=30),
    Field("answered_at", "Trả lời lúc", "moment"),
)


def notices_file(lines: Iterable[SentLine]) -> bytes:
    """The list of notices as a workbook."""
    page = Page("Thông báo", SENT, map(asdict, lines), titles=("Thông báo",))
    return excel_bytes([page])


def readers_file(title: str, lines: Iterable[ReaderLine]) -> bytes:
    """Who read and answered a notice, as a workbook."""
    rows = ({**asdict(one), "account": "" if one.has_account else "Chưa có"} for one in lines)
    return excel_bytes([Page("Người nhận", READERS, rows, titles=(title,))])
