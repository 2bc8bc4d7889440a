"""Đối chiếu bảng tính với sổ tiểu học: levels, tests, remarks of a file, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from khue.gradebook.queries.primary_importing import PrimaryTarget
from khue.gradebook.rules.cell_kinds import READERS, print_cell
from khue.gradebook.rules.import_plans import (
    CellVerdict,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
    SheetColumn,
    once_a_pupil,
)
from khue.gradebook.rules.sheet_cells import CellRow, base_of
from khue.gradebook.rules.sheet_cells import Column as Slot
from khue.gradebook.sheets.cells import is_blank
from khue.gradebook.sheets.matching import Match, Named, Roll
from khue.gradebook.sheets.sources import COLUMN_OPTION
from khue.gradebook.sheets.titles import BORN, CODE, FAMILY, GIVEN, NAME
from kit.refusal import Refusal
from kit.sheets.cells import Sheet, cell_text
from kit.sheets.headers import Column, Row, Table, find_table, find_table_in
from kit.vietnamese import tidy

Answers = Mapping[int, str]
ANSWER = re.compile(rf"{COLUMN_OPTION}\d+:(\d{{1,3}})")
SHOWN = 60
_WHO = (
    Column(CODE, "Mã học sinh", ("Mã định danh", "Mã HS", "Mã số", "Mã định danh học sinh", "Mã")),
    Column(NAME, "Họ và tên", ("Họ tên", "Họ và tên học sinh", "Tên học sinh", "Học sinh")),
    Column(FAMILY, "Họ và tên đệm", ("Họ và chữ đệm", "Họ đệm", "Họ")),
    Column(GIVEN, "Tên"),
    Column(BORN, "Ngày sinh", ("Ngày tháng năm sinh", "Năm sinh")),
)
_WORDS: Mapping[str, tuple[str, ...]] = {
    "level": ("mức", "mức đạt", "mức độ", "mức đạt được", "MĐĐ", "đánh giá", "xếp loại", "HT"),
    "test": (
        "KTĐK",
        "điểm KTĐK",
        "điểm",
        "điểm KT",
        "điểm kiểm tra",
        "kiểm tra định kì",
        "điểm thi",
    ),
    "again": ("KTĐK lại", "điểm KTĐK lại", "kiểm tra lại", "điểm kiểm tra lại"),
    "comment": ("nhận xét", "lời nhận xét", "nội dung nhận xét", "nhận xét môn học"),
    "remark": ("nhận xét", "nhận xét phẩm chất, năng lực", "nhận xét của giáo viên"),
}


def plan_primary(
    sheets: Sequence[Sheet], target: PrimaryTarget, *, answers: Answers, chosen: str = ""
) -> PlannedSheet:
    """What a file would write into a primary sheet; raises SheetRefused where nothing fits.

    `answers`: what a person said about columns, by their place. `chosen`: the page she meant.
    """
    slots = target.sheet.columns
    columns = [*_WHO, *(Column(one.slot, one.title, _spellings(one, target)) for one in slots)]
    named = [one for one in sheets if one.name == chosen]
    page, table = (
        (named[0], find_table(named[0], columns)) if named else find_table_in(sheets, columns)
    )
    if answers:
        told = _told(columns, page, table, answers)
        table = find_table(page, told)
    rows = list(_rows(table, target))
    seen = {row.student_id for row in rows}
    here = [one for one in target.sheet.rows if one.left_on is None]
    return PlannedSheet(
        index=sheets.index(page),
        name=page.name,
        term=target.sheet.point,
        book_id=target.id,
        title=target.title,
        header_row=table.header_row,
        columns=tuple(_columns(page, table)),
        slots=tuple(one.slot for one in slots),
        heads=tuple(_head(one) for one in slots),
        rows=tuple(once_a_pupil(rows)),
        missing=tuple(one.name for one in here if one.student_id not in seen),
        notes=tuple(_notes(table)),
        kind=target.kind,
    )


def primary_answers(options: Mapping[str, str], target: PrimaryTarget) -> dict[int, str]:
    """What was said about columns, by place; what names no column of the sheet is left out."""
    known = {one.slot for one in target.sheet.columns} | {one.key for one in _WHO}
    found = [(ANSWER.fullmatch(name), key) for name, key in options.items()]
    return {int(place[1]): key for place, key in found if place and key in known}


def primary_keys(slots: Sequence[str], heads: Sequence[str]) -> list[tuple[str, str]]:
    """What a column of a file may be taken for."""
    return [*zip(slots, heads, strict=True), *((one.key, one.title) for one in _WHO)]


def _spellings(slot: Slot, target: PrimaryTarget) -> tuple[str, ...]:
    """The titles that schools and our own tables give a column, with its strand or subject."""
    kind = slot.slot.rstrip("2")
    words = _WORDS.get(kind, ())
    subject = target.sheet.book.subject_name if target.sheet.book else ""
    stem = slot.title if slot.group else subject
    joined = tuple(one for word in words for one in (f"{stem} {word}", f"{word} {stem}") if stem)
    alone = () if slot.group else words
    return (slot.label, *joined, *alone)


def _head(slot: Slot) -> str:
    return slot.label if slot.group and slot.kind != "quality" else slot.title


def _told(columns: Sequence[Column], page: Sheet, table: Table, answers: Answers) -> list[Column]:
    """The columns with the titles that a person named for them; a name given elsewhere goes."""
    titles = {place: title for place, title, _ in _titles(page, table)}
    named = {titles[place]: key for place, key in answers.items() if titles.get(place)}
    return [
        replace(one, title=next((t for t, key in named.items() if key == one.key), one.title))
        if one.key in named.values()
        else one
        for one in columns
    ]


def _titles(page: Sheet, table: Table) -> Iterator[tuple[int, str, str]]:
    """(place, title, what it was taken for) of every column with a title."""
    keys = {place: key for key, places in table.positions.items() for place in places}
    for place, cell in enumerate(page.rows[table.header_row - 1]):
        above = page.rows[table.header_row - 2][place] if table.header_row > 1 else None
        title = cell_text(cell) or cell_text(above)
        if title:
            yield place, title, keys.get(place, "")


def _columns(page: Sheet, table: Table) -> Iterator[SheetColumn]:
    return (SheetColumn(*one) for one in _titles(page, table))


def _notes(table: Table) -> Iterator[str]:
    for title in table.duplicated:
        yield f"Cột “{title}” có hai lần; chỉ lấy cột đứng trước."


def _rows(table: Table, target: PrimaryTarget) -> Iterator[PlannedRow]:
    roll = Roll(target.sheet.rows, target.born, target.sheet.facts.name)
    for row in table.rows:
        named = _named(row)
        match = roll.find(named)
        cells = tuple(_cells(row, target, match))
        if not cells and match.pupil is None:
            continue
        if match.pupil is None:
            told = PlannedRow(row.number, named.name or named.code, cells=cells)
            yield told.refused(match.reason or "Dòng không có tên.")
        else:
            pupil = match.pupil
            yield PlannedRow(
                row.number, pupil.name, pupil.student_id, cells, notes=tuple(match.notes)
            )


def _named(row: Row) -> Named:
    parts = (row.text(NAME), row.text(FAMILY), row.text(GIVEN))
    return Named(row.text(CODE), tidy(" ".join(filter(None, parts))), row.values.get(BORN))


def _cells(row: Row, target: PrimaryTarget, match: Match[CellRow]) -> Iterator[PlannedCell]:
    for slot in target.sheet.columns:
        cell = row.values.get(slot.slot)
        if not is_blank(cell):
            yield _cell(slot, cell_text(cell), match.pupil)


def _cell(slot: Slot, text: str, pupil: CellRow | None) -> PlannedCell:
    value = READERS[slot.kind](text)
    stands = pupil.values.get(slot.slot) if pupil else None
    made = PlannedCell(
        slot.slot,
        CellVerdict.REFUSED,
        text[:SHOWN],
        base_of(stands),
        kind=slot.kind,
        stands=print_cell(slot.kind, stands),
    )
    if isinstance(value, Refusal):
        return replace(made, reason=value.sentence)
    refusal = pupil.refusal or pupil.blocked.get(slot.slot, "") if pupil else ""
    if refusal:
        return replace(made, reason=refusal)
    verdict = CellVerdict.NEW if stands in (None, "") else CellVerdict.CHANGE
    same = base_of(stands) == base_of(value)
    return replace(
        made, verdict=CellVerdict.SAME if same else verdict, value=print_cell(slot.kind, value)
    )
