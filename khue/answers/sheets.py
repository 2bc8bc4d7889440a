"""Lists of this context as workbooks."""

from __future__ import annotations

from collections.abc import Iterable

from khue.answers.rules.candidates import Fault
from kit.sheets.writing import Field, Page, excel_bytes

FAULTS = [
    Field("row", "Dòng", "integer"),
    Field("number", "Số báo danh", width=20),
    Field("sentence", "Lý do", width=70),
]


def faults_workbook(title: str, faults: Iterable[Fault]) -> bytes:
    """Các dòng không công bố được."""
    rows = [{"row": one.row, "number": one.number, "sentence": one.sentence} for one in faults]
    return excel_bytes([Page("Dòng lỗi", FAULTS, rows, titles=("Các dòng lỗi", title))])
