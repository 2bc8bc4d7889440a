"""What the tests of importing share: plan, keep, write and undo as a teacher does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from khue.gradebook import sheets
from khue.gradebook.models import MarkRow
from khue.gradebook.queries import open_grid, open_import_book, open_import_class
from khue.gradebook.rules.import_plans import PlannedCell, PlannedSheet
from khue.gradebook.services import CellChange, enter_marks
from khue.gradebook.services.importing import (
    MarkImport,
    apply_import,
    keep_import,
    open_import,
    undo_import,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, Cast

LATER = NOW + timedelta(hours=1)


@dataclass
class Desk:
    """A teacher at her book."""

    cast: Cast
    who: str = "hoa"
    subject: Any = None
    term: int = 1

    @property
    def actor(self) -> Any:
        return self.cast.people[self.who].actor

    @property
    def book(self) -> Any:
        return self.subject or self.cast.maths

    def plan(self, content: bytes | str, **more: Any) -> list[PlannedSheet]:
        """What a file, or a pasted text, would write."""
        pasted = isinstance(content, str)
        data = content.encode() if isinstance(content, str) else content
        options = {sheets.PASTED_OPTION: "1"} if pasted else {}
        found = sheets.read_source(data, options, limit_bytes=10_000_000)
        with scoped(EVERYTHING):
            target = open_import_book(self.actor, self.book.pk, self.term, TODAY)
        return sheets.plan_import(found, target, answers=more.get("answers", {}), chosen="")

    def plan_class(self, content: bytes) -> list[PlannedSheet]:
        found = sheets.read_source(content, {}, limit_bytes=10_000_000)
        with scoped(EVERYTHING):
            target = open_import_class(self.actor, self.cast.school_class.pk, self.term, TODAY)
        return sheets.plan_import(found, target, answers={})

    def keep(self, content: bytes | str, *, at: datetime = NOW) -> UUID:
        """Keep it as the page does."""
        data = content.encode() if isinstance(content, str) else content
        options = {"book": str(self.book.pk), "term": str(self.term)}
        options |= {sheets.PASTED_OPTION: "1"} if isinstance(content, str) else {}
        planned = self.plan(content)
        with scoped(EVERYTHING):
            return keep_import(
                actor=self.actor,
                now=at,
                door=open_import_book(self.actor, self.book.pk, self.term, TODAY).door,
                sheets=planned,
                file_name="diem.xlsx",
                content=data,
                options=options,
            )

    def see(self, import_id: UUID) -> MarkImport:
        with scoped(EVERYTHING):
            return open_import(actor=self.actor, import_id=import_id)

    def write(self, import_id: UUID, existing: str = "overwrite", **more: Any) -> MarkImport:
        with scoped(EVERYTHING):
            return apply_import(
                actor=self.actor,
                now=more.get("at", NOW),
                import_id=import_id,
                existing=existing,
            )

    def undo(self, import_id: UUID, **more: Any) -> MarkImport:
        with scoped(EVERYTHING):
            return undo_import(actor=self.actor, now=LATER, import_id=import_id, **more)

    def type(self, student: Any, slot: str, value: str, base: int | None = None) -> None:
        """Type one mark into the grid."""
        change = CellChange(student.pk, slot, base, value)
        with scoped(EVERYTHING):
            enter_marks(
                actor=self.actor,
                now=NOW,
                class_subject_id=self.book.pk,
                term=self.term,
                changes=[change],
            )

    def marks(self, student: Any) -> dict[str, int | None]:
        """What stands in the book for a pupil, blanks left out."""
        with scoped(EVERYTHING):
            row = (
                MarkRow.objects.filter(
                    class_subject_id=self.book.pk, term=self.term, student=student
                )
                .values("tx1", "tx2", "tx3", "tx4", "gk", "ck")
                .first()
            )
        found: dict[str, Any] = dict(row or {})
        return {slot: mark for slot, mark in found.items() if mark is not None}

    def exported(self) -> bytes:
        with scoped(EVERYTHING):
            grid = open_grid(self.cast.hoa.actor, self.book.pk, self.term, TODAY)
        return sheets.term_book(grid)


def cells_by_name(sheet: PlannedSheet) -> Mapping[str, dict[str, PlannedCell]]:
    """The cells of a plan by pupil and column."""
    return {row.name: {cell.slot: cell for cell in row.cells} for row in sheet.rows}


def verdicts(sheet: PlannedSheet) -> dict[str, dict[str, str]]:
    return {
        name: {slot: str(cell.verdict) for slot, cell in cells.items()}
        for name, cells in cells_by_name(sheet).items()
    }
