"""Danh sách trẻ hoàn thành chương trình giáo dục mầm non as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from khue.gradebook.queries.preschool import Completion
from khue.gradebook.queries.primary_year import ClassFacts
from khue.gradebook.rules.child_stages import print_attained
from khue.gradebook.rules.sheet_cells import Column
from kit.sheets.writing import Field, Page, excel_bytes


def completion_book(
    facts: ClassFacts, lines: Sequence[Completion], columns: Sequence[Column]
) -> bytes:
    """The five-year-olds of a class with their results at the year's end."""
    fields = [
        Field("number", "STT", "integer", 6),
        Field("code", "Mã định danh", "code", 14),
        Field("name", "Họ và tên", "text", 30),
        Field("born", "Ngày sinh", "text", 13),
        *[Field(column.slot, column.title, "text", 18) for column in columns],
    ]
    rows = [
        {
            "number": number,
            "code": line.code,
            "name": line.name,
            "born": line.born,
            **{
                column.slot: print_attained(result)
                for column, result in zip(columns, line.results, strict=True)
            },
        }
        for number, line in enumerate(lines, 1)
    ]
    titles = (
        facts.school_name,
        "DANH SÁCH TRẺ HOÀN THÀNH CHƯƠNG TRÌNH GIÁO DỤC MẦM NON",
        f"Lớp {facts.name}, năm học {facts.year}-{facts.year + 1}",
    )
    return excel_bytes([Page(f"Lớp {facts.name}", fields, rows, titles)])
