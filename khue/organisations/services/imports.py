"""Write an import of classes, and keep what is needed to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from khue.access.api import Actor
from khue.organisations.rules.classes import ClassFacts
from khue.organisations.services.classes import change_class, create_classes
from khue.organisations.services.work import operation_of
from kit.row_history import RowEffect, Selection, effects_between, take_picture

CLASS_TABLE, SUBJECT_TABLE = "organisations_schoolclass", "organisations_classsubject"
CLASS_TABLES = (CLASS_TABLE, SUBJECT_TABLE)


def _selections(class_ids: Sequence[int]) -> list[Selection]:
    return [
        Selection(CLASS_TABLE, "id", class_ids),
        Selection(SUBJECT_TABLE, "school_class_id", class_ids),
    ]


def write_classes(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    year: int,
    new: Sequence[ClassFacts],
    changed: Mapping[int, ClassFacts],
) -> list[RowEffect]:
    """Create and change the classes of an import in the caller's transaction."""
    before = take_picture(_selections(list(changed)))
    operation = operation_of(actor, now)
    for class_id, facts in changed.items():
        change_class(actor=actor, now=now, class_id=class_id, facts=facts, operation=operation)
    made = create_classes(
        actor=actor, now=now, school_id=school_id, year=year, rows=new, operation=operation
    )
    cards = [card.id for card in made]
    after = take_picture(_selections([*changed, *cards]))
    names = {key[1]: row["name"] for key, row in after.items() if key[0] == CLASS_TABLE}

    def title(table: str, row: dict[str, Any]) -> str:
        class_id = row["id"] if table == CLASS_TABLE else row["school_class_id"]
        return f"Lớp {names.get(class_id, '')}"

    return effects_between(before, after, title)
