"""Sổ đánh giá tiểu học mang theo: the sheets of a subject, and of the qualities of a class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from khue.access.api import Actor, OutsidePlace, explain
from khue.gradebook.api import (
    POINT_AGAIN,
    POINTS_SPOKEN,
    CellRow,
    Sheet,
    base_of,
    closed_levels,
    closed_qualities,
    group_name,
    open_levels,
    open_qualities,
    point_on,
    print_cell,
)
from khue.offline.rules.operations import LEVEL, QUALITY
from khue.organisations.api import class_summary
from kit.dates import vietnam_day

POINTS = [point for point in POINTS_SPOKEN if point != POINT_AGAIN]


def level_sheets(actor: Actor, book_id: int, now: datetime) -> list[dict[str, Any]]:
    """The sheets of a primary subject at the points of the year; raises OutsidePlace."""
    today = vietnam_day(now)
    sheets = [open_levels(actor, book_id, point, today) for point in POINTS]
    running = point_on(sheets[0].facts, today)
    return [_level_sheet(one, now, running=one.point == running) for one in sheets]


def _level_sheet(sheet: Sheet, now: datetime, *, running: bool) -> dict[str, Any]:
    if sheet.book is None:
        raise OutsidePlace(sheet.facts.id)
    closed = sheet.refusal or closed_levels(sheet.book, sheet.point, now)
    head = {"kind": LEVEL, "of": sheet.book.id, "title": sheet.book.title}
    return {**head, **_body(sheet, running=running), "refusal": closed}


def quality_sheets(actor: Actor, class_id: int, now: datetime) -> list[dict[str, Any]]:
    """Phẩm chất, năng lực of a primary class, for the teacher who assesses them; else nothing."""
    today = vietnam_day(now)
    if explain(actor, "gradebook.assess_pupils", class_summary(class_id).place) is not None:
        return []
    try:
        sheets = [open_qualities(actor, class_id, point, today) for point in POINTS]
    except OutsidePlace:
        return []
    running = point_on(sheets[0].facts, today)
    return [_quality_sheet(one, now, running=one.point == running) for one in sheets]


def _quality_sheet(sheet: Sheet, now: datetime, *, running: bool) -> dict[str, Any]:
    closed = sheet.refusal or closed_qualities(sheet.facts, sheet.point, now)
    title = f"Phẩm chất, năng lực {sheet.facts.name}"
    head = {"kind": QUALITY, "of": sheet.facts.id, "title": title}
    return {**head, **_body(sheet, running=running), "refusal": closed}


def _body(sheet: Sheet, *, running: bool) -> dict[str, Any]:
    kinds = {one.slot: one.kind for one in sheet.columns}
    return {
        "class": sheet.facts.id,
        "point": sheet.point,
        "point_name": POINTS_SPOKEN[sheet.point],
        "running": running,
        "columns": [
            {
                "slot": one.slot,
                "title": one.title,
                "label": one.label,
                "form": one.kind,
                "group": group_name(one.group),
            }
            for one in sheet.columns
        ],
        "pupils": [_pupil(row, kinds) for row in sheet.rows],
    }


def _pupil(row: CellRow, kinds: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": row.student_id,
        "name": row.name,
        "left": row.left_on is not None,
        "closed": "",
        "marks": {slot: base_of(row.values[slot]) for slot in kinds},
        "texts": {slot: print_cell(kind, row.values[slot]) for slot, kind in kinds.items()},
        "shut": dict(row.blocked),
    }
