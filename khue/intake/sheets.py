"""What imports leave behind, as workbooks: their history, and the rows of one."""

from __future__ import annotations

from collections.abc import Iterable

from khue.intake.queries.runs import RowView, RunView
from kit.sheets.writing import Field, Page, excel_bytes

RUNS = [
    Field("file_name", "Tệp", width=36),
    Field("kind", "Loại", width=24),
    Field("school_name", "Trường", width=32),
    Field("year_label", "Năm học", width=12),
    Field("state_name", "Tình trạng", width=18),
    Field("create", "Thêm", "integer"),
    Field("change", "Sửa", "integer"),
    Field("same", "Giữ nguyên", "integer", width=12),
    Field("refuse", "Từ chối", "integer"),
    Field("actor_name", "Người nhập", width=24),
    Field("created_at", "Lúc", "moment"),
    Field("applied_at", "Áp dụng lúc", "moment"),
    Field("undone_at", "Hoàn tác lúc", "moment"),
]
ROWS = [
    Field("number", "Dòng", "integer"),
    Field("title", "Mục", width=32),
    Field("verdict", "Kết quả", width=16),
    Field("told", "Chi tiết", width=60),
    Field("reasons", "Lý do", width=60),
]


def runs_workbook(runs: Iterable[RunView]) -> bytes:
    """Lịch sử nhập, newest first."""
    rows = [vars(one) | {"kind": one.kind.title} | one.counts for one in runs]
    return excel_bytes([Page("Lịch sử nhập", RUNS, rows, titles=("Lịch sử nhập",))])


def rows_workbook(run: RunView, rows: Iterable[RowView]) -> bytes:
    """Every row of one import, and what happens to it."""
    told = ({**vars(one), **_told(run, one)} for one in rows)
    titles = (run.file_name, f"{run.kind.title}, {run.school_name}, năm học {run.year_label}")
    return excel_bytes([Page("Từng dòng", ROWS, told, titles=titles)])


def _told(run: RunView, row: RowView) -> dict[str, str]:
    changes = [
        f"{label}: {old or '(trống)'} → {new or '(trống)'}" for label, old, new in row.differences
    ]
    facts = [f"{label}: {value}" for label, value in row.facts]
    return {
        "verdict": run.verdict_names[row.verdict],
        "told": "; ".join(changes or facts),
        "reasons": " ".join(row.reasons),
    }
