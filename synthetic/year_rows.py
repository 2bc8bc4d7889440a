"""The tables that a school year fills, and the rows of a school on their way there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from khue.ledger.api import Change
from synthetic import days, lessons, letter_columns, marks, preschool, primary, results

Row = tuple[Any, ...]
PLACE = ("school_id", "province_id", "year")
TABLES: Mapping[str, tuple[str, ...]] = {
    "gradebook_markrow": marks.COLUMNS,
    "gradebook_primaryrow": primary.ROW_COLUMNS,
    "gradebook_qualityrow": primary.QUALITY_COLUMNS,
    "gradebook_childstage": preschool.COLUMNS,
    "gradebook_subjectresult": results.SUBJECT_COLUMNS,
    "gradebook_studentresult": results.PUPIL_COLUMNS,
    "gradebook_subjectcomment": (
        *("year", "class_subject_id", "period", "student_id", "school_id", "province_id"),
        *("progress", "strengths", "limits", "version"),
    ),
    "gradebook_progress": (*("class_subject_id", "term", *PLACE, "due", "entered", "changed_at"),),
    "gradebook_bookstate": (
        *("class_subject_id", "period", *PLACE, "state", "changed_at", "changed_by"),
    ),
    "gradebook_termlock": ("school_id", "year", "term", "locked_at", "locked_by"),
    "gradebook_correction": (
        *("year", "student_id", "school_id", "province_id", "class_subject_id", "period", "slot"),
        *("old", "new", "reason", "state", "needs_consent", "asked_by_id", "asked_by", "asked_at"),
        *("verified_by", "verified_at", "consented_by", "consented_at", "answer"),
    ),
    "attendance_taking": days.TAKING_COLUMNS,
    "attendance_absence": days.ABSENCE_COLUMNS,
    "diary_lesson": lessons.LESSON_COLUMNS,
    "diary_weekclosing": lessons.WEEK_COLUMNS,
    "contactbook_notice": letter_columns.NOTICE_COLUMNS,
    "contactbook_receipt": letter_columns.RECEIPT_COLUMNS,
    "messaging_batch": letter_columns.BATCH_COLUMNS,
    "messaging_message": letter_columns.MESSAGE_COLUMNS,
    "contactbook_thread": letter_columns.THREAD_COLUMNS,
    "contactbook_threadmessage": letter_columns.TALK_COLUMNS,
}


class Rows:
    """What a school year adds to each table, and what it tells the ledger."""

    def __init__(self) -> None:
        self.by_table: dict[str, list[Row]] = defaultdict(list)
        self.changes: list[Change] = []

    def add(self, table: str, rows: Iterable[Row]) -> None:
        self.by_table[table] += rows

    def counts(self) -> dict[str, int]:
        return {table: len(rows) for table, rows in self.by_table.items()}
