"""Ghi năm học cũ: rows of old years with the labels of their own regulation."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from khue.access.api import Actor, permit
from khue.gradebook.models import PastYear
from khue.gradebook.queries.locks import find_school
from khue.gradebook.rules.past_years import PastFacts, findings_of, regime_of_past
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.numbers import print_mark
from kit.row_history import RowEffect, Selection, effects_between, take_picture

PAST_TABLE = "gradebook_pastyear"


@dataclass(frozen=True, slots=True)
class PastPayload:
    """One old year of one pupil to write; `past_id` where it stands already."""

    student_id: int
    student_name: str
    facts: PastFacts
    past_id: int | None = None


def columns_of(facts: PastFacts, *, continuing: bool = False) -> dict[str, Any]:
    """An old year as its row is kept."""
    regime = regime_of_past(facts, continuing=continuing)
    return {
        "year": facts.year,
        "grade": f"{facts.grade:02d}",
        "regime": regime.value if regime else "",
        "school_name": facts.school_name,
        "class_name": facts.class_name,
        "conduct": facts.conduct,
        "learning": facts.learning,
        "mean": "" if facts.mean is None else print_mark(facts.mean),
        "title": facts.title,
        "outcome": facts.outcome,
        "absent": facts.absent,
        "subjects": [asdict(one) for one in facts.subjects],
        "findings": findings_of(facts, regime),
    }


def write_past_years(
    *, actor: Actor, now: datetime, school_id: int, rows: Sequence[PastPayload]
) -> list[RowEffect]:
    """Ghi kết quả các năm học cũ of pupils of a school, in the caller's transaction.

    What the old books print is kept as it is; nothing is computed anew under another regulation.
    """
    school = find_school(school_id)
    permit(actor, "gradebook.import_past_years", school.path)
    known = [row.past_id for row in rows if row.past_id]
    before = take_picture([Selection(PAST_TABLE, "id", known)])
    written = [_put(school.id, school.province_id, row) for row in rows]
    operation = Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())
    append_changes(operation, [_change(school.id, school.province_id, row) for row in rows])
    after = take_picture([Selection(PAST_TABLE, "id", written)])
    names = {row.student_id: row.student_name for row in rows}

    def title(_: str, kept: dict[str, Any]) -> str:
        return f"{names.get(kept['student_id'], '')}, {kept['year']}-{kept['year'] + 1}"

    return effects_between(before, after, title)


def _put(school_id: int, province_id: int, row: PastPayload) -> int:
    kept, _ = PastYear.objects.update_or_create(
        student_id=row.student_id,
        year=row.facts.year,
        defaults={
            **columns_of(row.facts),
            "school_id": school_id,
            "province_id": province_id,
        },
    )
    return int(kept.pk)


def _change(school_id: int, province_id: int, row: PastPayload) -> Change:
    facts = row.facts
    told = [facts.class_name, facts.learning, facts.conduct]
    return Change(
        subject=f"student:{row.student_id}",
        action="import",
        label=f"Kết quả năm học {facts.year}-{facts.year + 1}",
        old=None,
        new=", ".join(one for one in told if one) or "đã ghi",
        school_id=school_id,
        province_id=province_id,
    )
