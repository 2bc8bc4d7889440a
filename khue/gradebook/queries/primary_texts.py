"""Kết quả đánh giá để gửi cho gia đình học sinh tiểu học: levels of subjects, never marks."""

from __future__ import annotations

from datetime import date

from khue.access.api import Actor
from khue.gradebook.queries.primary_summary import Summary, SummaryRow, open_summary
from khue.gradebook.rules.family_texts import YoungTold
from khue.gradebook.rules.primary import SPOKEN, YEAR_END
from khue.gradebook.rules.tt27 import SubjectLevel


def primary_told(
    actor: Actor, class_id: int, point: int, today: date
) -> list[tuple[int, YoungTold]]:
    """By pupil, in the order of the class: what the family would be told; none without levels."""
    found = open_summary(actor, class_id, point, today)
    told = [(row.student_id, _told(found, row)) for row in found.staying]
    return [(student_id, one) for student_id, one in told if one.levels]


def _told(found: Summary, row: SummaryRow) -> YoungTold:
    return YoungTold(
        found.facts.school_name,
        row.name,
        found.facts.name,
        SPOKEN[found.point],
        _levels(found, row),
        _year(row) if found.point == YEAR_END else (),
    )


def _levels(found: Summary, row: SummaryRow) -> list[tuple[str, str]]:
    cells = [
        (strand or one.name, getattr(row.of(one.id), slot))
        for one in found.subjects
        for slot, strand in one.level_slots
    ]
    return [(name, SubjectLevel(level - 1).name_vi) for name, level in cells if level]


def _year(row: SummaryRow) -> tuple[str, ...]:
    year = row.year
    words = (year.after_name or year.level_name, year.outcome_name(row.grade), year.award_name)
    return tuple(one for one in words if one)
