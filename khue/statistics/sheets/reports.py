"""Biểu 01-MN, 02-TH as a workbook and on paper, in the printed order of their rows."""

from __future__ import annotations

from typing import Any

from khue.organisations.api import school_year_label
from khue.statistics.queries.reports import Report
from khue.statistics.rules.identities import Finding
from khue.statistics.rules.reports import BY_OWNER, FORM_NAMES, UNKNOWN, Compared, Filled
from khue.statistics.rules.told import SMALL
from kit.sheets.writing import Field, Page, excel_bytes

NO_DATA = "chưa có"
FIELDS = (
    Field("label", "Nội dung", "text", 58),
    Field("code", "Mã số", "code", 9),
    Field("total", "Tổng số", "integer", 14),
    Field("last", "Năm trước", "integer", 14),
    Field("change", "Thay đổi", "integer", 12),
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
    year = f"{place}, năm học {report.year}-{report.year + 1}"
    titles = (FORM_NAMES[report.form], year, day, report.about_last)
    rows = [_row(one) for one in report.compared]
    checks = [_check(one) for one in report.findings]
    return excel_bytes(
        [
            Page(f"Biểu {report.form.upper()}", FIELDS, rows, titles),
            Page("Kiểm tra", CHECKS, checks, ("Kiểm tra đẳng thức giữa các dòng", *titles[:2])),
        ]
    )


def _row(compared: Compared) -> dict[str, object]:
    line, row = compared.line, compared.line.row
    told: dict[str, object] = {"label": "   " * row.indent + row.label, "code": row.code}
    if row.is_title:
        return told
    told |= {"last": _last(compared), "change": compared.change}
    if line.values is None:
        return {**told, "total": NO_DATA}
    people = {"women": ".f", "minority": ".m", "minority_women": ".mf"} if row.of_people else {}
    columns = {"total": "", "public": "public", "private": "private", **people}
    return {
        **told,
        **{key: _told(line, column) for key, column in columns.items()},
        "source": row.said,
    }


def _last(compared: Compared) -> int | str | None:
    return _told(compared.last, "") if compared.last and compared.last.values else UNKNOWN


def _told(line: Filled, column: str) -> int | str | None:
    return SMALL if column in line.hidden else line.value(column)


def _check(finding: Finding) -> dict[str, object]:
    return {
        "text": finding.identity.text,
        "said": finding.sentence,
        "note": finding.identity.note,
    }


def report_paper(report: Report, place: str, above: str) -> dict[str, Any]:
    """The form as a paper is told it."""
    hidden = any(one.hidden for one in (*report.lines, *report.last))
    notes = [f"“{NO_DATA}”: chưa ai đếm hoặc khai; không phải số 0.", report.about_last]
    notes += ["“ẩn”: số nhỏ có thể làm lộ một em, hoặc số suy ra được số ấy."] * hidden
    return {
        "name": FORM_NAMES[report.form],
        "place": place,
        "above": above,
        "year": school_year_label(report.year),
        "lines": [_paper_line(one) for one in report.compared],
        "notes": notes,
        "broken": [one.sentence for one in report.findings if one.breach],
    }


def _paper_line(compared: Compared) -> dict[str, Any]:
    line, row = compared.line, compared.line.row
    told = {"title": row.is_title, "label": row.label, "indent": row.indent, "code": row.code}
    people = [line.shown(one) if row.of_people else "" for one in (".f", ".m", ".mf")]
    owners = [line.shown(one) for one in BY_OWNER]
    if line.values is None:
        return {**told, "cells": [NO_DATA, compared.last_shown, *[""] * 6]}
    years = [line.shown(), compared.last_shown, compared.printed_change]
    return {**told, "cells": [*years, *people, *owners]}
