"""The outbox as a file to take along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from khue.messaging.queries.outbox import MessageLine
from kit.sheets.writing import Field, Page, excel_bytes

FIELDS = (
    Field("shown_address", "Nơi nhận (che bớt)", "code", width=20),
    Field("channel", "Kênh", width=18),
    Field("state_name", "Trạng thái", width=24),
    Field("segments", "Số tin", "integer", width=9),
    Field("cost", "Chi phí (đồng)", "integer", width=14),
    Field("attempts", "Số lần thử", "integer", width=11),
    Field("trouble", "Lý do", width=60),
)


def outbox_file(title: str, lines: Iterable[MessageLine]) -> bytes:
    """The messages of one sending as a workbook."""
    page = Page("Tin nhắn", FIELDS, map(asdict, lines), titles=(title,))
    return excel_bytes([page])
