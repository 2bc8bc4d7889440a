"""What the page of an import shows: cells in their colours, reasons once, long lists cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.gradebook.queries import ImportTarget
from khue.gradebook.queries.primary_importing import PrimaryTarget
from khue.gradebook.rules.import_plans import (
    LEVELS,
    QUALITIES,
    CellVerdict,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
)
from khue.gradebook.rules.primary import SPOKEN
from khue.gradebook.rules.slots import EVERY_SLOT, SPOKEN_TERMS, TERM_NAMES, slot_title
from khue.gradebook.services.importing import LeftCell, MarkImport
from khue.gradebook.sheets import COLUMN_OPTION, KEY_NAMES, PASTED_OPTION, primary_keys
from khue.intake.api import State

MOST_STRANGERS = 30
MOST_REASONS = 60
WORDS = {
    CellVerdict.NEW: "Ghi mới",
    CellVerdict.CHANGE: "Sửa ô đang có",
    CellVerdict.SAME: "Đã có trong sổ",
    CellVerdict.REFUSED: "Từ chối",
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the preview: its cells in the order of the columns, blank ones as none."""

    row: PlannedRow
    cells: list[PlannedCell | None]


@dataclass(frozen=True, slots=True)
class ShownReason:
    """Why a cell, or a whole row, is refused: in words, for those who see no colour."""

    where: str
    name: str
    columns: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """One sheet of the preview."""

    sheet: PlannedSheet
    counts: Mapping[str, int]
    heads: list[tuple[str, str]]
    rows: list[ShownRow]
    strangers: list[PlannedRow]
    more_strangers: int
    reasons: list[ShownReason]
    more_reasons: int
    notes: list[tuple[str, str]]
    asked: list[tuple[str, str, str]]


def shown_import(found: MarkImport) -> dict[str, Any]:
    """Everything that the page needs."""
    applied, undone = found.act("apply"), found.act("undo")
    counts = found.counts
    return {
        "run": found.run,
        "target_title": _title(found),
        "back": _back(found),
        "again": _again(found),
        "spoken_term": _spoken(found),
        "pasted": PASTED_OPTION in found.run.options,
        "counts": counts,
        "words": WORDS,
        "sheets": [_sheet(one) for one in found.sheets],
        "key_options": key_options(found.sheets),
        "what": "điểm" if _kind(found) in ("book", "class") else "đánh giá",
        "applied": applied,
        "undone": undone,
        "left": _left(found),
        "planned": found.run.state == State.PLANNED,
        "can_undo": found.run.state == State.APPLIED,
    }


def _left(found: MarkImport) -> Sequence[LeftCell]:
    last = found.act("undo") or found.act("apply")
    return last.left if last else ()


def _title(found: MarkImport) -> str:
    titles = [one.title for one in found.sheets if one.title and not one.refusal]
    return ", ".join(dict.fromkeys(titles)) or "Chưa rõ sổ nào"


_PAGES = {
    "book": ("gradebook.grid", "gradebook.import_book"),
    "class": ("", "gradebook.import_class"),
    LEVELS: ("gradebook.primary", "gradebook.import_levels"),
    QUALITIES: ("gradebook.primary_qualities", "gradebook.import_qualities"),
}


def _kind(found: MarkImport) -> str:
    return next(one for one in _PAGES if one in found.run.options)


def _args(found: MarkImport) -> list[int]:
    options = found.run.options
    return [int(options[_kind(found)]), int(options["term"])]


def _spoken(found: MarkImport) -> str:
    period = int(found.run.options["term"])
    return (SPOKEN if _kind(found) in (LEVELS, QUALITIES) else SPOKEN_TERMS)[period]


def _back(found: MarkImport) -> tuple[str, str]:
    """The book, or the list of books, that the import belongs to."""
    route = _PAGES[_kind(found)][0]
    if not route:
        return "Sổ điểm", reverse("gradebook.my_books")
    title = found.sheets[0].title or "Sổ điểm"
    return title[:1].upper() + title[1:], reverse(route, args=_args(found))


def _again(found: MarkImport) -> str:
    return reverse(_PAGES[_kind(found)][1], args=_args(found))


def start_of(target: ImportTarget | PrimaryTarget) -> dict[str, Any]:
    """What the page that asks for a file shows of where the file goes."""
    if isinstance(target, PrimaryTarget):
        route, args = _PAGES[target.kind][0], [target.id, target.sheet.point]
        return {
            "period": target.spoken,
            "back": (target.title[:1].upper() + target.title[1:], reverse(route, args=args)),
            "sample": reverse(f"{route}_excel", args=args),
            "whole_class": False,
            "several": "",
            "class_name": target.sheet.facts.name,
            "levels": True,
        }
    book, term = target.first, target.term
    several = reverse("gradebook.import_class", args=[book.class_id, term])
    return {
        "period": TERM_NAMES[term],
        "back": (book.title, reverse("gradebook.grid", args=[book.id, term])),
        "sample": ""
        if target.whole_class
        else reverse("gradebook.export_book", args=[book.id, term]),
        "whole_class": target.whole_class,
        "several": several if len(target.books) > 1 and not target.whole_class else "",
        "class_name": book.class_name,
        "levels": False,
    }


def key_options(sheets: Sequence[PlannedSheet]) -> list[tuple[str, str]]:
    """What a column may be taken for."""
    if sheets and sheets[0].kind:
        return primary_keys(sheets[0].slots, sheets[0].heads)
    slots = [(slot, slot_title(slot)) for slot in EVERY_SLOT]
    named = [(key, name) for key, name in KEY_NAMES.items() if key]
    return [*slots, *named]


def _sheet(sheet: PlannedSheet) -> ShownSheet:
    pupils = [row for row in sheet.rows if row.student_id is not None]
    strangers = [row for row in sheet.rows if row.student_id is None]
    named = dict(zip(sheet.slots, sheet.heads, strict=True))
    reasons = list(_reasons(pupils, named))
    return ShownSheet(
        sheet=sheet,
        counts=sheet.counts,
        heads=list(zip(sheet.slots, sheet.heads, strict=True)),
        rows=[_row(row, sheet.slots) for row in pupils],
        strangers=strangers[:MOST_STRANGERS],
        more_strangers=max(len(strangers) - MOST_STRANGERS, 0),
        reasons=reasons[:MOST_REASONS],
        more_reasons=max(len(reasons) - MOST_REASONS, 0),
        notes=[(row.name, note) for row in pupils for note in row.notes],
        asked=[
            (
                f"{COLUMN_OPTION}{sheet.index}:{one.place}",
                _column_name(one.place, one.title),
                one.key,
            )
            for one in sheet.columns
        ],
    )


def _column_name(place: int, title: str) -> str:
    letters, number = "", place
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return f"Cột {letters}" + (f" “{title}”" if title else "")


def _row(row: PlannedRow, slots: Sequence[str]) -> ShownRow:
    by_slot = {cell.slot: cell for cell in row.cells}
    return ShownRow(row, [by_slot.get(slot) for slot in slots])


def _reasons(rows: Sequence[PlannedRow], named: Mapping[str, str]) -> list[ShownReason]:
    """Each reason of a row once, with the columns that it stands for."""
    found = []
    for row in rows:
        by_reason: dict[str, list[str]] = {}
        for cell in row.cells:
            if cell.verdict == CellVerdict.REFUSED:
                by_reason.setdefault(cell.reason, []).append(named.get(cell.slot, cell.slot))
        found += [
            ShownReason(f"Dòng {row.number}", row.name, ", ".join(columns), reason)
            for reason, columns in by_reason.items()
        ]
    return found
