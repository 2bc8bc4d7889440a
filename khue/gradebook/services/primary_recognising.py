"""Được lớp công nhận: what the homeroom teacher notes for the title Học sinh Tiêu biểu."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.primary import primary_class, subject_of_qualities
from khue.gradebook.queries.primary_year import ClassFacts
from khue.gradebook.rules.primary import YEAR_END, term_of_point
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.primary_closing import closed_qualities
from khue.gradebook.services.primary_results import refresh_primary_results
from khue.ledger.api import Author, Change, Operation, append_changes


class RecognitionClosed(Exception):
    """The class is consolidated or locked; the text says who opens it."""

    key = "recognition_closed"


@transaction.atomic
def recognise_pupils(
    *, actor: Actor, now: datetime, class_id: int, student_ids: Collection[int]
) -> int:
    """Ghi học sinh được lớp công nhận; exactly these pupils, the others not. How many changed.

    Law: TT 27/2020/TT-BGDĐT, Điều 13
    """
    facts = primary_class(class_id)
    permit(actor, "gradebook.assess_pupils", facts.place)
    hold_term(SHARED, facts.school_id, facts.year, term_of_point(YEAR_END))
    closed = closed_qualities(facts, YEAR_END, now)
    if closed:
        raise RecognitionClosed(closed)
    refresh_primary_results(class_id=class_id, now=now)
    rows = StudentResult.objects.filter(year=facts.year, school_class_id=class_id)
    moved = [row for row in rows if row.recognised != (row.student_id in student_ids)]
    for row in moved:
        row.recognised = not row.recognised
        row.save(update_fields=["recognised"])
    if moved:
        operation = Operation(Author(actor.account_id, actor.name), now)
        append_changes(operation, [_change(facts, row) for row in moved])
        refresh_primary_results(class_id=class_id, now=now)
    return len(moved)


def _change(facts: ClassFacts, row: StudentResult) -> Change:
    words = {True: "được lớp công nhận", False: "không"}
    return Change(
        subject=subject_of_qualities(facts.id, YEAR_END, row.student_id),
        action="change",
        label=f"Thành tích nổi bật hoặc tiến bộ rõ rệt, lớp {facts.name}",
        old=words[not row.recognised],
        new=words[row.recognised],
        school_id=facts.school_id,
        province_id=facts.province_id,
    )
