"""Sổ tiểu học để nhập từ tệp: a subject, or qualities and competences, at one point of the year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from khue.access.api import Actor, permit
from khue.gradebook.queries.importing import ENTER, Door, born_on
from khue.gradebook.queries.primary import Sheet, open_levels, open_qualities
from khue.gradebook.rules.import_plans import LEVELS, QUALITIES
from khue.gradebook.rules.primary import SPOKEN

ASSESS = "gradebook.assess_pupils"


@dataclass(frozen=True, slots=True)
class PrimaryTarget:
    """Where a file goes: the sheet at its point, and when its pupils were born."""

    sheet: Sheet
    born: Mapping[int, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return LEVELS if self.sheet.book else QUALITIES

    @property
    def id(self) -> int:
        """The class subject, or the class of qualities and competences."""
        return self.sheet.book.id if self.sheet.book else self.sheet.facts.id

    @property
    def place(self) -> str:
        return self.sheet.book.place if self.sheet.book else self.sheet.facts.place

    @property
    def title(self) -> str:
        if self.sheet.book:
            return self.sheet.book.title
        return f"phẩm chất, năng lực lớp {self.sheet.facts.name}"

    @property
    def spoken(self) -> str:
        return SPOKEN[self.sheet.point]

    @property
    def door(self) -> Door:
        facts = self.sheet.facts
        permission = ENTER if self.sheet.book else ASSESS
        return Door(
            permission,
            [self.place],
            facts.school_id,
            facts.school_name,
            self.place,
            facts.place,
            facts.year,
        )


def open_primary_import(actor: Actor, kind: str, of: int, point: int, today: date) -> PrimaryTarget:
    """A sheet of a primary class, for the teacher who writes in it; `of`: subject or class."""
    opens = open_levels if kind == LEVELS else open_qualities
    target = PrimaryTarget(opens(actor, of, point, today))
    permit(actor, target.door.permission, target.place)
    return PrimaryTarget(target.sheet, born_on(one.student_id for one in target.sheet.rows))
