"""Điểm, kết quả, chuyên cần as the API tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor
from khue.attendance.api import AbsenceRow, absences_window
from khue.gradebook.api import (
    Level,
    MarkLine,
    ResultLine,
    award_text,
    marks_window,
    outcome_text,
    print_mark_cell,
    results_window,
)
from khue.interchange.queries.pages import Page, page_of, page_of_school_rows, window_of
from khue.interchange.queries.places import schools_for
from khue.interchange.rules.ids import Kind, make_id, number_of
from khue.interchange.rules.scopes import ATTENDANCE, MARKS

SLOTS = ("tx1", "tx2", "tx3", "tx4", "tx5", "tx6", "gk", "ck")


def marks_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    year: int,
    class_subject: UUID | None,
) -> Page:
    """Điểm of pupils, one line for a subject and a term."""
    window = window_of(limit, after, keys=4, where=_of_book(class_subject))
    return page_of(
        marks_window(schools_for(actor, MARKS, school), year, window),
        window,
        tell_marks,
        school=lambda row: row.school_id,
        keys=lambda row: row.keys,
    )


def _of_book(class_subject: UUID | None) -> Q:
    if class_subject is None:
        return Q()
    return Q(class_subject_id=number_of(str(class_subject), Kind.CLASS_SUBJECT))


def tell_marks(row: MarkLine) -> dict[str, Any]:
    cells = [
        tell_cell(slot, value)
        for slot, value in zip(SLOTS, row.slots, strict=True)
        if value is not None
    ]
    return {
        "id": make_id(Kind.MARKS, row.class_subject_id, row.student_id, row.term),
        "student_id": row.student_public_id,
        "class_subject_id": make_id(Kind.CLASS_SUBJECT, row.class_subject_id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "year": row.year,
        "term": row.term,
        "cells": cells,
        "average": None if row.average is None else tell_cell("average", row.average),
    }


def tell_cell(slot: str, value: int) -> dict[str, Any]:
    is_score = 0 <= value <= 100
    return {
        "slot": slot,
        "tenths": value if is_score else None,
        "text": print_mark_cell(value),
    }


def results_page(
    actor: Actor, *, limit: int, after: str | None, school: UUID | None, year: int
) -> Page:
    """Kết quả rèn luyện, học tập of pupils in a school year."""
    window = window_of(limit, after, keys=3)
    return page_of(
        results_window(schools_for(actor, MARKS, school), year, window),
        window,
        tell_result,
        school=lambda row: row.school_id,
        keys=lambda row: row.keys,
    )


def tell_result(row: ResultLine) -> dict[str, Any]:
    return {
        "id": make_id(Kind.YEAR_RESULT, row.class_id, row.student_id),
        "student_id": row.student_public_id,
        "class_id": make_id(Kind.CLASS, row.class_id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "year": row.year,
        "regulation": row.regime,
        "conduct_term1": _level(row.conduct1),
        "conduct_term2": _level(row.conduct2),
        "conduct_year": _level(row.conduct_year),
        "learning_term1": _level(row.learning1),
        "learning_term2": _level(row.learning2),
        "learning_year": _level(row.learning_year),
        "primary_level": row.primary_level or None,
        "outcome": outcome_text(row.outcome, None) or None,
        "award": award_text(row.award, row.regime) or None,
    }


def _level(stored: int | None) -> str | None:
    return None if stored is None else Level(stored).name_vi


def absences_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    first_day: date | None,
    last_day: date | None,
    since: datetime | None,
) -> Page:
    """Vắng, đi muộn, về sớm."""
    asked = {"day__gte": first_day, "day__lte": last_day, "written_at__gte": since}
    where = Q(**{name: value for name, value in asked.items() if value is not None})
    window = window_of(limit, after, where=where)
    return page_of_school_rows(
        absences_window(schools_for(actor, ATTENDANCE, school), window),
        window,
        tell_absence,
    )


def tell_absence(row: AbsenceRow) -> dict[str, Any]:
    return {
        "id": make_id(Kind.ABSENCE, row.id),
        "student_id": row.student_public_id,
        "class_id": make_id(Kind.CLASS, row.class_id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "year": row.year,
        "day": row.day,
        "session": row.session,
        "period": row.period,
        "kind": row.kind,
        "minutes": row.minutes,
    }
