"""Bảng tổng hợp kết quả đánh giá giáo dục của lớp as a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from khue.gradebook.queries.primary import Sheet
from khue.gradebook.queries.primary_summary import SubjectColumns, Summary, SummaryRow
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.primary import SPOKEN
from khue.gradebook.rules.sheet_cells import CellRow, Column
from khue.gradebook.sheets.matching import own_code
from kit.sheets.writing import Field, Page, excel_bytes

_HEADS = {"level": "mức", "test": "KTĐK"}
_COUNTED = (("T", 1), ("H", 2), ("C", 3))
_QUALITIES = (("T", 1), ("Đ", 2), ("C", 3))


def _slots(subject: SubjectColumns) -> Iterator[tuple[str, str]]:
    """(slot, head of its column) of a subject."""
    strands = subject.strands or ("",)
    for kind in ("level", "test") if subject.tested else ("level",):
        for place, strand in enumerate(strands):
            name = strand or subject.name
            yield f"{kind}{'2' if place else ''}", f"{name}: {_HEADS[kind]}"


def _fields(summary: Summary) -> list[Field]:
    found = _fields_of_pupils()
    for subject in summary.subjects:
        found += [Field(f"{subject.id}.{one}", title, "text", 11) for one, title in _slots(subject)]
    found += [Field(one.slot, one.title, "text", 11) for one in summary.qualities]
    found.append(Field("remark", "Nhận xét phẩm chất, năng lực", "text", 40))
    if summary.of_year:
        found += [
            Field("year", "Đánh giá kết quả giáo dục", "text", 22),
            Field("after", "Sau đánh giá lại", "text", 18),
            Field("outcome", "Hoàn thành chương trình", "text", 30),
            Field("award", "Khen thưởng", "text", 30),
        ]
    return found


def _cells(summary: Summary, row: SummaryRow) -> dict[str, object]:
    found: dict[str, object] = {}
    for subject in summary.subjects:
        cells = row.of(subject.id)
        for slot, _ in _slots(subject):
            if slot.startswith("level"):
                found[f"{subject.id}.{slot}"] = print_cell("level", getattr(cells, slot))
            else:
                mark = cells.mark if slot == "test" else cells.mark2
                found[f"{subject.id}.{slot}"] = print_cell("whole", mark)
    return found


def _row(summary: Summary, number: int, row: SummaryRow) -> dict[str, object]:
    qualities = {
        one.slot: print_cell("quality", row.qualities.get(one.slot)) for one in summary.qualities
    }
    year = row.year
    return {
        "number": number,
        "code": row.code,
        "name": row.name,
        **_cells(summary, row),
        **qualities,
        "remark": row.remark,
        "year": year.level_name,
        "after": year.after_name,
        "outcome": year.outcome_name(row.grade),
        "award": year.award_name,
    }


def _counts(summary: Summary) -> Iterator[dict[str, object]]:
    """Số lượng each of the levels, at the foot."""
    for (level, code), (quality, _) in zip(_COUNTED, _QUALITIES, strict=True):
        name = f"Số học sinh mức {level}" + (f" ({quality})" if quality != level else "")
        found: dict[str, object] = {"name": name}
        for subject in summary.subjects:
            for slot, _ in subject.level_slots:
                found[f"{subject.id}.{slot}"] = summary.level_counts(subject.id, slot)[code]
        for one in summary.qualities:
            found[one.slot] = summary.quality_counts(one.slot)[code]
        yield found


def primary_summary_book(summary: Summary) -> bytes:
    """Bảng tổng hợp at a point: pupils, then how many have each level."""
    facts = summary.facts
    rows = [_row(summary, number, row) for number, row in enumerate(summary.staying, 1)]
    titles = (
        facts.school_name,
        "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP",
        f"Lớp {facts.name} – {SPOKEN[summary.point]}, năm học {facts.year}-{facts.year + 1}",
    )
    page = Page(f"Lớp {facts.name}", _fields(summary), [*rows, *_counts(summary)], titles)
    return excel_bytes([page])


def primary_sheet_book(sheet: Sheet) -> bytes:
    """Bảng của một môn, hoặc của phẩm chất và năng lực, at a point: filled in, it is read back."""
    facts = sheet.facts
    about = sheet.book.subject_name if sheet.book else "Phẩm chất, năng lực"
    fields = [*_fields_of_pupils(), *(_field_of(column) for column in sheet.columns)]
    here = [row for row in sheet.rows if row.left_on is None]
    rows = [_sheet_row(sheet, number, row) for number, row in enumerate(here, 1)]
    titles = (
        facts.school_name,
        f"BẢNG THEO DÕI, ĐÁNH GIÁ: {about.upper()}",
        f"Lớp {facts.name} – {SPOKEN[sheet.point]}, năm học {facts.year}-{facts.year + 1}",
    )
    return excel_bytes([Page(f"Lớp {facts.name}", fields, rows, titles)])


def _fields_of_pupils() -> list[Field]:
    return [
        Field("number", "STT", "integer", 6),
        Field("code", "Mã học sinh", "code", 14),
        Field("name", "Họ và tên", "text", 28),
    ]


def _field_of(column: Column) -> Field:
    wide = 60 if column.kind == "text" else 14
    title = column.title if column.kind == "quality" else column.label
    return Field(column.slot, title, "text", wide)


def _sheet_row(sheet: Sheet, number: int, row: CellRow) -> dict[str, object]:
    cells = {one.slot: print_cell(one.kind, row.values.get(one.slot)) for one in sheet.columns}
    return {"number": number, "code": own_code(row), "name": row.name, **cells}
