"""Đối chiếu bảng tính với sổ điểm: from the sheets of a file to a verdict for every cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from khue.gradebook.queries import ImportBook, ImportTarget, PupilRow
from khue.gradebook.rules.import_plans import (
    CellVerdict,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
    SheetColumn,
    in_order,
    once_a_pupil,
)
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import term_result
from khue.gradebook.sheets.cells import is_blank, read_cell, shown_cell
from khue.gradebook.sheets.layouts import MarkTable, find_marks, without_heads
from khue.gradebook.sheets.matching import Match, Named, Roll
from khue.gradebook.sheets.targets import target_of_sheet
from khue.gradebook.sheets.titles import (
    ASIDE,
    BORN,
    CODE,
    FAMILY,
    GIVEN,
    NAME,
    NUMBER,
    RESULT,
    is_slot,
)
from kit.dates import PartialDate, parse_partial_date
from kit.refusal import Refusal
from kit.sheets.cells import Cell, Sheet, cell_text
from kit.vietnamese import tidy

Answers = Mapping[int, Mapping[int, str]]
IN_ORDER = (
    "Không có cột tên nên các dòng được ghép lần lượt theo thứ tự danh sách lớp. "
    "Mời thầy cô đối chiếu kĩ tên trước khi ghi."
)
NOTHING_IN_FILE = (
    "Không thấy cột điểm nào (ĐĐGtx, ĐĐGgk, ĐĐGck) trong tệp. "
    "Hãy kiểm tra dòng tiêu đề, hoặc tải tệp của sổ này về làm mẫu."
)


class NothingToImport(Exception):
    """No sheet of the file holds marks; the text says what to do."""

    def __init__(self) -> None:
        super().__init__(NOTHING_IN_FILE)


def plan_import(
    sheets: Sequence[Sheet], target: ImportTarget, *, answers: Answers, chosen: str = ""
) -> list[PlannedSheet]:
    """What the sheets would write into the books of the target; raises NothingToImport.

    `answers`: what a person said about columns, by sheet. `chosen`: the sheet she meant.
    """
    tables = dict(_tables(sheets, target))
    if not tables:
        raise NothingToImport
    picked = _picked(tables, target, chosen)
    planned = [
        _plan_sheet(index, table, target, answers.get(index, {}), alone=len(picked) == 1)
        for index, table in picked.items()
    ]
    return _once_each(planned)


def _tables(sheets: Sequence[Sheet], target: ImportTarget) -> Iterator[tuple[int, MarkTable]]:
    for index, sheet in enumerate(sheets):
        table = find_marks(sheet, target.term)
        if table is None and len(sheets) == 1 and not target.whole_class:
            table = _bare_block(sheet, target)
        if table is not None:
            yield index, table


def _bare_block(sheet: Sheet, target: ImportTarget) -> MarkTable | None:
    """A block without heads: what each column holds tells what it is."""
    book = target.books[0]
    roll = _roll(book, target)
    looks: dict[int, str] = {}
    for place in range(len(sheet.rows[0])):
        cells = [row[place] for row in sheet.rows if row[place] is not None]
        look = _look(cells, roll, looks, by_comment=book.book.by_comment)
        if look:
            looks[place] = look
    table = without_heads(sheet, book.book.slots, looks)
    return table if table.slots else None


def _look(
    cells: Sequence[Cell], roll: Roll[PupilRow], looks: Mapping[int, str], *, by_comment: bool
) -> str:
    if not cells:
        return ""
    if CODE not in looks.values() and roll.looks_like_codes(cells):
        return CODE
    if NAME not in looks.values() and roll.looks_like_names(cells):
        return NAME
    if _are_days(cells):
        return BORN
    if not looks and len(cells) > 2 and _count_up(cells):
        return NUMBER
    return "" if _some_marks(cells, by_comment=by_comment) else ASIDE


def _count_up(cells: Sequence[Cell]) -> bool:
    return [cell_text(cell) for cell in cells] == [str(one) for one in range(1, len(cells) + 1)]


def _are_days(cells: Sequence[Cell]) -> bool:
    texts = [cell_text(cell) for cell in cells]
    return all(
        len(text) >= 8 and isinstance(parse_partial_date(text), PartialDate) for text in texts
    )


def _some_marks(cells: Sequence[Cell], *, by_comment: bool) -> bool:
    """Columns of words (remarks, family names) hold no marks; one slip among marks is red."""
    return any(not isinstance(read_cell(cell, by_comment=by_comment), Refusal) for cell in cells)


def _picked(
    tables: Mapping[int, MarkTable], target: ImportTarget, chosen: str
) -> dict[int, MarkTable]:
    """For one book: the sheet that was chosen, else those of its subject, else the first."""
    if target.whole_class or len(tables) == 1:
        return dict(tables)
    named = {index: table for index, table in tables.items() if table.sheet == chosen}
    if named:
        return named
    own = {
        index: table
        for index, table in tables.items()
        if (found := target_of_sheet(table, target)).book is target.books[0] and found.certain
    }
    index = next(iter(own or tables))
    return {index: tables[index]}


def _plan_sheet(
    index: int, table: MarkTable, target: ImportTarget, answers: Mapping[int, str], *, alone: bool
) -> PlannedSheet:
    table = table.answered(answers)
    found = target_of_sheet(table, target)
    sheet = PlannedSheet(
        index=index,
        name=table.sheet,
        term=target.term,
        refusal=found.refusal,
        notes=(*table.notes, *found.notes),
        header_row=table.header_row,
        columns=_columns(table),
    )
    if found.book is None:
        return sheet
    book = found.book.book
    sheet = replace(sheet, book_id=book.id, title=book.title, by_comment=book.by_comment)
    return sheet if found.refusal else _with_rows(sheet, table, found.book, target)


def _columns(table: MarkTable) -> tuple[SheetColumn, ...]:
    filled = {place for _, row in table.rows for place, cell in enumerate(row) if cell is not None}
    return tuple(
        SheetColumn(place, title, table.keys.get(place, ""))
        for place, title in table.titles.items()
        if title or place in filled
    )


def _roll(book: ImportBook, target: ImportTarget) -> Roll[PupilRow]:
    return Roll(book.pupils, target.born, book.book.class_name)


def _with_rows(
    sheet: PlannedSheet, table: MarkTable, book: ImportBook, target: ImportTarget
) -> PlannedSheet:
    rows = list(_rows(table, book, _roll(book, target)))
    rows = once_a_pupil(rows)
    named = {row.student_id for row in rows}
    missing = [one.name for one in book.pupils if not one.left and one.student_id not in named]
    used = {cell.slot for row in rows for cell in row.cells}
    notes = sheet.notes if table.names_pupils else (*sheet.notes, IN_ORDER)
    return replace(
        sheet,
        rows=tuple(rows),
        missing=tuple(missing) if table.names_pupils else (),
        notes=notes,
        slots=(slots := in_order({*book.book.slots, *used})),
        heads=tuple(_head(book, slot) for slot in slots),
    )


def _head(book: ImportBook, slot: str) -> str:
    """TX1 to TX4 short; the others as the book calls them."""
    title = book.book.slot_title(slot) if slot in book.book.slots else slot.upper()
    return title.replace("Thường xuyên ", "TX")


def _rows(table: MarkTable, book: ImportBook, roll: Roll[PupilRow]) -> Iterator[PlannedRow]:
    for position, (number, cells) in enumerate(table.rows):
        named = _named(table, cells)
        match = roll.find(named) if table.names_pupils else _by_order(position, roll)
        row = _row(table, book, number, cells, match)
        if row.cells or (match.pupil and not named.is_empty):
            yield row if match.pupil else replace(row, name=named.name or named.code)


def _by_order(position: int, roll: Roll[PupilRow]) -> Match[PupilRow]:
    if position < len(roll.pupils):
        return Match(roll.pupils[position])
    return Match(None, f"Lớp {roll.class_name} chỉ có {len(roll.pupils)} dòng trong sổ.")


def _named(table: MarkTable, cells: Sequence[Cell]) -> Named:
    def text(key: str) -> str:
        place = table.place_of(key)
        return "" if place is None else cell_text(cells[place])

    born = table.place_of(BORN)
    name = " ".join(part for part in (text(NAME), text(FAMILY), text(GIVEN)) if part)
    return Named(text(CODE), tidy(name), None if born is None else cells[born])


def _row(
    table: MarkTable, book: ImportBook, number: int, cells: Sequence[Cell], match: Match[PupilRow]
) -> PlannedRow:
    pupil = match.pupil
    planned = tuple(
        _cell(book, pupil, key, cells[place])
        for place, key in table.keys.items()
        if is_slot(key) and not is_blank(cells[place])
    )
    if pupil is None:
        return PlannedRow(number, "", cells=planned).refused(match.reason or "Dòng không có tên.")
    notes = (*match.notes, *_result_notes(table, book, pupil, cells, planned))
    return PlannedRow(number, pupil.name, pupil.student_id, planned, notes=notes)


def _cell(book: ImportBook, pupil: PupilRow | None, slot: str, cell: Cell) -> PlannedCell:
    shown = shown_cell(cell)
    if slot not in book.book.slots:
        return PlannedCell(slot, CellVerdict.REFUSED, shown, reason=_no_column(book))
    value = read_cell(cell, by_comment=book.book.by_comment)
    if isinstance(value, Refusal):
        return PlannedCell(slot, CellVerdict.REFUSED, shown, reason=value.sentence)
    stands = pupil.marks.get(slot) if pupil else None
    verdict = CellVerdict.CHANGE if stands is not None else CellVerdict.NEW
    verdict = CellVerdict.SAME if stands == value else verdict
    return PlannedCell(slot, verdict, shown, stands, value)


def _no_column(book: ImportBook) -> str:
    return (
        f"Môn {book.book.subject_name} có {book.book.regular_marks} cột thường xuyên, "
        "không có cột này."
    )


def _result_notes(
    table: MarkTable,
    book: ImportBook,
    pupil: PupilRow,
    cells: Sequence[Cell],
    planned: Sequence[PlannedCell],
) -> Iterator[str]:
    """A result in the file is never taken, but compared with the one by the rules."""
    place = table.place_of(RESULT)
    theirs = None if place is None else read_cell(cells[place], by_comment=book.book.by_comment)
    if theirs is None or isinstance(theirs, Refusal):
        return
    ours = _our_result(book, pupil, planned)
    if ours is not None and ours != theirs:
        yield (
            f"Kết quả học kì trong tệp là {print_mark_cell(theirs)}, "
            f"tính từ các điểm thì được {print_mark_cell(ours)}."
        )


def _our_result(book: ImportBook, pupil: PupilRow, planned: Sequence[PlannedCell]) -> Mark:
    taken = {
        one.slot: one.value
        for one in planned
        if one.verdict != CellVerdict.REFUSED and not isinstance(one.value, str)
    }
    marks = {**pupil.marks, **taken}
    return term_result(marks, book.book.regular_marks, by_comment=book.book.by_comment)


def _once_each(planned: Sequence[PlannedSheet]) -> list[PlannedSheet]:
    """Two sheets for one book: neither is taken."""
    counted: Counter[int | None] = Counter(
        one.book_id for one in planned if one.book_id and not one.refusal
    )
    return [
        replace(
            one,
            rows=(),
            missing=(),
            refusal=f"Tệp có {counted[one.book_id]} trang cho sổ {one.title} "
            "nên không rõ lấy trang nào.",
        )
        if counted[one.book_id] > 1 and not one.refusal
        else one
        for one in planned
    ]
