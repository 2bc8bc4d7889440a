"""Biểu 01-MN, 02-TH as a workbook, in the printed order of their rows."""

from __future__ import annotations

from khue.statistics.queries.reports import Report
from khue.statistics.rules.identities import Finding
from khue.statistics.rules.reports import FORM_NAMES, Filled
from khue.statistics.rules.told import SMALL
from kit.sheets.writing import Field, Page, excel_bytes

NO_DATA = "chưa có số liệu"
FIELDS = (
    Field("label", "Nội dung", "text", 58),
    Field("code", "Mã số", "code", 9),
    Field("total", "Tổng số", "integer", 14),
    Field("women", "Nữ", "integer", 10),
    Field("minority", "Dân tộc thiểu số", "integer", 12),
    Field("minority_women", "Nữ dân tộc thiểu số", "integer", 12),
    Field("public", "Công lập", "integer", 12),
    Field("private", "Ngoài công lập", "integer", 12),
    Field("source", "Cách tính", "text", 50),
)
CHECKS = (
    Field("text", "Đẳng thức (theo mã số)", "text", 44),
    Field("said", "Kết quả", "text", 60),
    Field("note", "Ghi chú", "text", 50),
)


def report_book(report: Report, place: str, day: str) -> bytes:
    """The form and what its identities say."""
    titles = (FORM_NAMES[report.form], f"{place}, năm học {report.year}-{report.year + 1}", day)
    rows = [_row(one) for one in report.lines]
    checks = [_check(one) for one in report.findings]
    return excel_bytes(
        [
            Page(f"Biểu {report.form.upper()}", FIELDS, rows, titles),
            Page("Kiểm tra", CHECKS, checks, ("Kiểm tra đẳng thức giữa các dòng", *titles[:2])),
        ]
    )


def _row(line: Filled) -> dict[str, object]:
    row = line.row
    told: dict[str, object] = {"label": "   " * row.indent + row.label, "code": row.code}
    if row.is_title:
        return told
    if line.values is None:
        return {**told, "total": NO_DATA}
    people = {"women": ".f", "minority": ".m", "minority_women": ".mf"} if row.of_people else {}
    columns = {"total": "", "public": "public", "private": "private", **people}
    return {
        **told,
        **{key: _told(line, column) for key, column in columns.items()},
        "source": row.said,
    }


def _told(line: Filled, column: str) -> int | str | None:
    return SMALL if column in line.hidden else line.value(column)


def _check(finding: Finding) -> dict[str, object]:
    return {
        "text": finding.identity.text,
        "said": finding.sentence,
        "note": finding.identity.note,
    }
