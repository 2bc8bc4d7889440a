"""Nhập điểm từ bảng tính: keep the plan, write it as if it were typed, take it back.

The plan is tried with the very service that types marks and taken back at once, so that a preview
refuses what saving would refuse; what changed between preview and saving is listed, never lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, Refused, explain, permit
from khue.gradebook.queries.books import read_class
from khue.gradebook.queries.importing import ENTER, Door
from khue.gradebook.rules.import_plans import (
    PlannedSheet,
    count_cells,
    sheets_from,
)
from khue.gradebook.rules.marks import Mark
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.import_trial import OVERWRITE, changes_in, reason_of, tried
from khue.gradebook.services.import_writers import (
    Told,
    Where,
    base_for,
    column_title,
    permission_of,
    place_of,
    shown_value,
    title_of,
    write_cells,
)
from khue.intake.api import (
    KeptPlan,
    KeptRun,
    Place,
    State,
    Verdict,
    content_of_run,
    find_kept_run,
    keep_other_plan,
    keep_run,
    recent_kept_runs,
    results_of_run,
    rows_of_run,
    settle_run,
)
from khue.ledger.api import Change

KIND = "diem"
NOTHING_TO_WRITE = (
    "Không có ô nào để ghi: mọi ô trong tệp đều trùng với sổ, bị từ chối hoặc để trống."
)
NOTHING_TO_UNDO = (
    "Không hoàn tác được ô nào vì các ô đã đổi sau lần nhập này hoặc sổ đã khóa. "
    "Chưa có gì thay đổi; lý do của từng ô ở danh sách bên dưới."
)


@dataclass(frozen=True, slots=True)
class LeftCell:
    """A cell that was left as it stands: whose, which, what was wanted, and why not."""

    name: str
    book: str
    column: str
    wanted: str
    stands: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """A cell that the import wrote: where, what stood before, what stands since.

    `sheet`: kind of the sheet (PlannedSheet); `kind`: how the texts of a primary cell are read.
    """

    book_id: int
    term: int
    student_id: int
    slot: str
    old: Mark | str
    new: Mark | str
    name: str = ""
    sheet: str = ""
    kind: str = ""

    @property
    def where(self) -> Where:
        return Where(self.sheet, self.book_id, self.term)


@dataclass(frozen=True, slots=True)
class Act:
    """What applying or undoing came to."""

    kind: str
    written: tuple[WrittenCell, ...]
    left: tuple[LeftCell, ...]


@dataclass(frozen=True, slots=True)
class MarkImport:
    """An import of marks as it is shown: the run, the sheets, what was done with them."""

    run: KeptRun
    sheets: Sequence[PlannedSheet]
    acts: Sequence[Act]

    @property
    def counts(self) -> dict[str, int]:
        return count_cells(cell for sheet in self.sheets for cell in sheet.cells)

    def act(self, kind: str) -> Act | None:
        return next((one for one in self.acts if one.kind == kind), None)


class NothingUndone(Refused):
    """Every cell has changed since or cannot be written any more; `left` tells of each."""

    def __init__(self, left: Sequence[LeftCell]) -> None:
        self.left = left
        super().__init__(NOTHING_TO_UNDO)


@transaction.atomic
def keep_import(
    *,
    actor: Actor,
    now: datetime,
    door: Door,
    sheets: Sequence[PlannedSheet],
    file_name: str,
    content: bytes,
    options: dict[str, str],
) -> UUID:
    """Keep a file with what it would write; nothing is written into the book yet."""
    permit(actor, door.permission, *door.places)
    return keep_run(
        actor=actor,
        now=now,
        kind=KIND,
        where=Place(door.school_id, door.school_name, door.place, door.year),
        options=options,
        file_name=file_name,
        content=content,
        plan=_kept(tried(actor, now, sheets, file_name)),
    )


@transaction.atomic
def read_again(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    sheets: Sequence[PlannedSheet],
    options: dict[str, str],
) -> None:
    """Plan the same file with other answers about its sheets and columns."""
    run = _own_run(actor, import_id)
    plan = _kept(tried(actor, now, sheets, run.file_name))
    keep_other_plan(
        actor=actor, now=now, kind=KIND, public_id=import_id, options=options, plan=plan
    )


def _kept(sheets: Sequence[PlannedSheet]) -> KeptPlan:
    rows = [(Verdict(str(verdict)), told) for sheet in sheets for verdict, told in sheet.told_rows]
    counts = count_cells(cell for sheet in sheets for cell in sheet.cells)
    return KeptPlan(rows, counts, {"sheets": [sheet.reading for sheet in sheets]})


def _check(actor: Actor, run: KeptRun, sheets: Iterable[PlannedSheet]) -> None:
    """Whether the actor may still write: in one of the books; in those of the class without any."""
    wheres = [Where(one.kind, one.book_id, one.term) for one in sheets if one.book_id is not None]
    if wheres:
        permit(actor, permission_of(wheres[0]), *map(place_of, wheres))
        return
    books = read_class(int(run.options["class"])) if run.options.get("class") else []
    permit(actor, ENTER, *([one.place for one in books] or [run.place]))


def _own_run(actor: Actor, import_id: UUID, *, lock: bool = False) -> KeptRun:
    return find_kept_run(actor=actor, kind=KIND, public_id=import_id, lock=lock)


def _opened(actor: Actor, import_id: UUID, *, lock: bool = False) -> MarkImport:
    run = _own_run(actor, import_id, lock=lock)
    sheets = sheets_from(run.reading, rows_of_run(run))
    _check(actor, run, sheets)
    return MarkImport(run, sheets, [_act(one) for one in results_of_run(run)])


def open_import(*, actor: Actor, import_id: UUID) -> MarkImport:
    """An import of one's own; somebody else's does not exist."""
    return _opened(actor, import_id)


def file_of_import(*, actor: Actor, import_id: UUID) -> tuple[KeptRun, bytes]:
    """The file as it came, to read it again."""
    run = _own_run(actor, import_id)
    return run, content_of_run(run)


def recent_imports(*, actor: Actor, door: Door, most: int = 5) -> list[KeptRun]:
    """The actor's latest imports into this book or class."""
    places = [door.place, door.class_place]
    return recent_kept_runs(actor=actor, kind=KIND, places=places, most=most)


@transaction.atomic
def apply_import(
    *, actor: Actor, now: datetime, import_id: UUID, existing: str = OVERWRITE
) -> MarkImport:
    """Write the plan as if it were typed; the same plan applied twice is applied once.

    `existing`: "overwrite" corrects marks that stand, "keep" writes only where nothing stands.
    A cell that has changed since the preview stays and is listed.
    """
    found = _opened(actor, import_id, lock=True)
    if found.run.state != State.PLANNED:
        return found
    act = _apply(actor, now, found, existing)
    if not act.written and not act.left:
        raise Refused(NOTHING_TO_WRITE)
    _settle(actor, now, found, State.APPLIED, act, reason_of(found.run.file_name))
    return _opened(actor, import_id)


def _apply(actor: Actor, now: datetime, found: MarkImport, existing: str) -> Act:
    """Books in the order of their numbers, so that two imports never wait for each other."""
    written: list[WrittenCell] = []
    left: list[LeftCell] = []
    writing = [one for one in found.sheets if one.book_id is not None and not one.refusal]
    for sheet in sorted(writing, key=lambda one: one.book_id or 0):
        wanted = list(_wanted(sheet, existing))
        _write(
            actor, now, wanted, found.run.public_id, reason_of(found.run.file_name), written, left
        )
    return Act("apply", tuple(written), tuple(left))


def _wanted(sheet: PlannedSheet, existing: str) -> Iterator[WrittenCell]:
    names = {row.student_id: row.name for row in sheet.rows}
    told = {(row.student_id, cell.slot): cell for row in sheet.rows for cell in row.cells}
    for one in changes_in(sheet, existing):
        cell = told[one.student_id, one.slot]
        yield WrittenCell(
            sheet.book_id or 0,
            sheet.term,
            one.student_id,
            one.slot,
            cell.stands if cell.kind else one.base,
            one.value,
            names[one.student_id],
            sheet.kind,
            cell.kind,
        )


def _write(
    actor: Actor,
    now: datetime,
    wanted: Sequence[WrittenCell],
    operation_id: uuid.UUID,
    reason: str,
    written: list[WrittenCell],
    left: list[LeftCell],
) -> None:
    """Write cells of one book; sort them into those that were written and those that were left."""
    if not wanted:
        return
    where = wanted[0].where
    refusal = explain(actor, permission_of(where), place_of(where))
    if refusal is not None:
        left += [_left(one, shown_value(one.old), refusal) for one in wanted]
        return
    told = write_cells(
        where,
        actor=actor,
        now=now,
        changes=[_change(one) for one in wanted],
        operation_id=operation_id,
        reason=reason,
    )
    by_cell = {(one.student_id, one.slot): one for one in wanted}
    for outcome in told:
        cell = by_cell[outcome.student_id, outcome.slot]
        if outcome.status == "saved":
            written.append(cell)
        elif outcome.status != "same":
            left.append(_left(cell, outcome.stands or shown_value(""), _why(outcome)))


def _change(cell: WrittenCell) -> CellChange:
    return CellChange(cell.student_id, cell.slot, base_for(cell.kind, cell.old), cell.new)


def _why(outcome: Told) -> str:
    if outcome.status != "conflict":
        return outcome.sentence
    who, at = outcome.author or "Người khác", f" lúc {outcome.at}" if outcome.at else ""
    return f"{who} đã ghi {outcome.stands or 'ô trống'}{at}; giữ giá trị ấy."


def _left(cell: WrittenCell, stands: str, sentence: str) -> LeftCell:
    where = cell.where
    return LeftCell(
        cell.name,
        title_of(where),
        column_title(where, cell.slot),
        shown_value(cell.new),
        stands,
        sentence,
    )


@transaction.atomic
def undo_import(*, actor: Actor, now: datetime, import_id: UUID, reason: str = "") -> MarkImport:
    """Hoàn tác cả lần nhập: put back what stood, where the imported value still stands.

    Cells that were changed since stay and are listed. Raises NothingUndone when nothing could be
    put back.
    """
    found = _opened(actor, import_id, lock=True)
    applied = found.act("apply")
    if found.run.state != State.APPLIED or applied is None:
        return found
    told = reason or f"Hoàn tác lần nhập từ tệp “{found.run.file_name[:120]}”"
    act = _undo(actor, now, found, applied, told)
    if act.left and not act.written:
        raise NothingUndone(act.left)
    _settle(actor, now, found, State.UNDONE, act, told)
    return _opened(actor, import_id)


def _undo(actor: Actor, now: datetime, found: MarkImport, applied: Act, reason: str) -> Act:
    written: list[WrittenCell] = []
    left: list[LeftCell] = []
    operation_id = uuid.uuid5(found.run.public_id, "undo")
    backwards = [replace(one, old=one.new, new=one.old) for one in applied.written]
    for book_id in sorted({one.book_id for one in backwards}):
        wanted = [one for one in backwards if one.book_id == book_id]
        _write(actor, now, wanted, operation_id, reason, written, left)
    return Act("undo", tuple(written), tuple(left))


def _settle(
    actor: Actor, now: datetime, found: MarkImport, state: State, act: Act, reason: str
) -> None:
    change = Change(
        subject=f"import:{found.run.id}",
        action="apply_import" if state == State.APPLIED else "undo_import",
        label=f"Nhập điểm từ tệp “{found.run.file_name[:150]}”",
        new={"written": len(act.written), "left": len(act.left)},
        reason=reason,
        school_id=found.run.school_id,
    )
    settle_run(actor=actor, now=now, run=found.run, state=state, result=asdict(act), told=change)


def _act(told: dict[str, Any]) -> Act:
    written = tuple(WrittenCell(**one) for one in told["written"])
    left = tuple(LeftCell(**one) for one in told["left"])
    return Act(told["kind"], written, left)
