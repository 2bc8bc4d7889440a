"""Ghi các ô nhập từ tệp: through the very service that the page of the sheet types with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from khue.access.api import Actor
from khue.gradebook.queries.books import find_book
from khue.gradebook.queries.importing import ENTER
from khue.gradebook.queries.primary import primary_class
from khue.gradebook.queries.primary_importing import ASSESS
from khue.gradebook.rules.cell_kinds import READERS
from khue.gradebook.rules.import_plans import LEVELS, QUALITIES
from khue.gradebook.rules.marks import Mark, describe_mark, print_mark_cell
from khue.gradebook.rules.primary import columns_of, quality_columns
from khue.gradebook.rules.sheet_cells import base_of
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.entering import enter_marks
from khue.gradebook.services.primary import enter_levels, enter_qualities
from kit.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Where:
    """A book of marks in a term, or a primary sheet at a point (kind of PlannedSheet)."""

    kind: str
    id: int
    period: int


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a cell, and what stands there as printed."""

    student_id: int
    slot: str
    status: str
    stands: str
    sentence: str = ""
    author: str = ""
    at: str = ""


def write_cells(
    where: Where,
    *,
    actor: Actor,
    now: datetime,
    changes: Sequence[CellChange],
    operation_id: UUID | None,
    reason: str,
) -> list[Told]:
    """Write cells of one sheet as if they were typed."""
    if where.kind == LEVELS:
        saved = enter_levels(
            actor=actor,
            now=now,
            class_subject_id=where.id,
            point=where.period,
            changes=changes,
            operation_id=operation_id,
            reason=reason,
        )
    elif where.kind == QUALITIES:
        saved = enter_qualities(
            actor=actor,
            now=now,
            class_id=where.id,
            point=where.period,
            changes=changes,
            operation_id=operation_id,
            reason=reason,
        )
    else:
        return _write_marks(where, actor, now, changes, operation_id, reason)
    return [
        Told(one.student_id, one.slot, one.status, one.text, one.sentence, one.author, one.at)
        for one in saved.outcomes
    ]


def _write_marks(
    where: Where,
    actor: Actor,
    now: datetime,
    changes: Sequence[CellChange],
    operation_id: UUID | None,
    reason: str,
) -> list[Told]:
    saved = enter_marks(
        actor=actor,
        now=now,
        class_subject_id=where.id,
        term=where.period,
        changes=changes,
        operation_id=operation_id,
        reason=reason,
    )
    return [
        Told(
            one.student_id,
            one.slot,
            one.status,
            print_mark_cell(one.value),
            one.sentence,
            one.author,
            one.at,
        )
        for one in saved.outcomes
    ]


def permission_of(where: Where) -> str:
    return ASSESS if where.kind == QUALITIES else ENTER


def place_of(where: Where) -> str:
    return primary_class(where.id).place if where.kind == QUALITIES else find_book(where.id).place


def title_of(where: Where) -> str:
    """How a sentence calls the sheet."""
    if where.kind == QUALITIES:
        return f"phẩm chất, năng lực lớp {primary_class(where.id).name}"
    return find_book(where.id).title


def column_title(where: Where, slot: str) -> str:
    """How a sentence calls a column of the sheet."""
    if where.kind == QUALITIES:
        columns = quality_columns()
    elif where.kind == LEVELS:
        book = find_book(where.id)
        columns = columns_of(book.subject_name, primary_class(book.class_id).numbers, where.period)
    else:
        return find_book(where.id).in_term(where.period).slot_title(slot)
    return next((one.label for one in columns if one.slot == slot), slot)


def shown_value(value: Mark | str) -> str:
    """A value of either kind of sheet as a list of cells shows it."""
    return value or "để trống" if isinstance(value, str) else describe_mark(value)


def base_for(kind: str, value: Mark | str) -> Mark:
    """What a save must have seen for this value to stand there; `kind` of the cell."""
    if not kind:
        return value if not isinstance(value, str) else None
    read = READERS[kind](str(value or ""))
    return None if isinstance(read, Refusal) else base_of(read)
