"""The history of a record as a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from khue.portal.queries.history import ShownLine
from kit.dates import vietnam_time
from kit.sheets.writing import Field, Page, excel_bytes

FIELDS = (
    Field("at", "Lúc", "moment"),
    Field("who", "Ai", width=24),
    Field("what", "Việc", width=48),
    Field("old", "Trước", width=32),
    Field("new", "Sau", width=32),
    Field("reason", "Lý do", width=32),
    Field("sealed", "Niêm phong"),
)


def history_workbook(title: str, lines: Iterable[ShownLine]) -> bytes:
    """An Excel book with one row for every difference."""
    rows = [row for line in lines for row in _rows(line)]
    return excel_bytes([Page("Lịch sử", FIELDS, rows, titles=(f"Lịch sử: {title}",))])


def _rows(shown: ShownLine) -> list[dict[str, object]]:
    line = shown.line
    told: dict[str, object] = {
        "at": vietnam_time(line.at),
        "who": line.actor_name,
        "what": shown.text,
        "reason": line.reason,
        "sealed": "đã niêm phong" if line.sealed else "chờ niêm phong",
    }
    if not shown.changes:
        return [told]
    return [
        {**told, "what": _named(shown.text, one.field), "old": one.old, "new": one.new}
        for one in shown.changes
    ]


def _named(text: str, field: str) -> str:
    return f"{text}: {field}" if field else text
