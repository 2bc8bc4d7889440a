"""Long work as a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from khue.background.queries import TaskView
from kit.sheets.writing import Field, Page, excel_bytes

COLUMNS = [
    Field("title", "Việc", width=48),
    Field("created_at", "Ra lệnh lúc", "moment"),
    Field("state_name", "Tình trạng", width=18),
    Field("percent", "Tiến độ (%)", "integer", width=12),
    Field("told", "Kết quả", width=60),
    Field("ended_at", "Xong lúc", "moment"),
]


def tasks_workbook(tasks: Iterable[TaskView], person: str) -> bytes:
    """Việc đang chạy: one's own work, newest first."""
    rows = [vars(one) | {"told": one.error or one.text or one.message} for one in tasks]
    return excel_bytes([Page("Việc đang chạy", COLUMNS, rows, titles=("Việc đã ra lệnh", person))])
