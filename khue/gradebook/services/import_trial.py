"""Thử nhập: a plan is tried with the service that types marks and taken back at once.

So a preview refuses exactly what saving would refuse, and nothing of the trial remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.gradebook.rules.import_plans import (
    WRITTEN,
    CellVerdict,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
)
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.import_writers import Where, write_cells

KEEP_EXISTING, OVERWRITE = "keep", "overwrite"


def tried(
    actor: Actor, now: datetime, sheets: Sequence[PlannedSheet], file_name: str
) -> list[PlannedSheet]:
    """The plan with what the service of typing refuses; nothing of the trial remains."""
    return [_tried_sheet(actor, now, sheet, file_name) for sheet in sheets]


def _tried_sheet(actor: Actor, now: datetime, sheet: PlannedSheet, file_name: str) -> PlannedSheet:
    changes = list(changes_in(sheet, OVERWRITE))
    if sheet.refusal or sheet.book_id is None or not changes:
        return sheet
    with transaction.atomic():
        told = write_cells(
            Where(sheet.kind, sheet.book_id, sheet.term),
            actor=actor,
            now=now,
            changes=changes,
            operation_id=None,
            reason=reason_of(file_name),
        )
        transaction.set_rollback(True)
    refused = {(one.student_id, one.slot): one.sentence for one in told if one.status == "refused"}
    return _with_refusals(sheet, refused) if refused else sheet


def _with_refusals(sheet: PlannedSheet, refused: Mapping[tuple[int, str], str]) -> PlannedSheet:
    def judged(row: PlannedRow, cell: PlannedCell) -> PlannedCell:
        sentence = refused.get((row.student_id or 0, cell.slot), "")
        if not sentence or cell.verdict not in WRITTEN:
            return cell
        return replace(cell, verdict=CellVerdict.REFUSED, reason=sentence)

    rows = [
        replace(row, cells=tuple(judged(row, cell) for cell in row.cells)) for row in sheet.rows
    ]
    return replace(sheet, rows=tuple(rows))


def reason_of(file_name: str) -> str:
    return f"Nhập từ tệp “{file_name[:120]}”"


def changes_in(sheet: PlannedSheet, existing: str) -> Iterator[CellChange]:
    wanted = WRITTEN if existing == OVERWRITE else (CellVerdict.NEW,)
    for row in sheet.rows:
        for cell in row.cells:
            if row.student_id is not None and cell.verdict in wanted:
                yield CellChange(row.student_id, cell.slot, cell.base, cell.value)
