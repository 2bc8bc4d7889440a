"""Gói mang theo: what a teacher takes along, as plain values for the machine.

Marks are stored values (tenths; 0 and 1 of comments as the grid has them) with their print; days
are ISO dates. Of an absence only what the teacher reads on her page goes along, never the sealed
reason of a request; no number of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings

from khue.access.api import Actor, OutsidePlace
from khue.attendance.api import KIND_NAMES, SESSION_NAMES, ClassAlong, class_along
from khue.diary.api import DiaryAlong, diary_along
from khue.gradebook.api import (
    Grid,
    my_teaching,
    open_grid,
    print_mark_cell,
    school_year_on,
    term_on,
)
from khue.offline.queries.sheets import level_sheets, quality_sheets
from khue.offline.rules.operations import SCHEMA
from khue.timetable.api import my_homerooms
from kit.dates import vietnam_day

BEHIND, AHEAD = timedelta(days=7), timedelta(days=14)
MOST_BOOKS, MOST_CLASSES = 30, 30


def takeable(actor: Actor, now: datetime) -> dict[str, Any]:
    """Các lớp có thể mang theo: my books of this year, my classes."""
    today = vietnam_day(now)
    lines = my_teaching(actor, school_year_on(today))
    books = [
        {"id": one.book.id, "title": one.book.title, "class": one.book.class_id} for one in lines
    ]
    classes = {one.book.class_id: one.book.class_name for one in lines}
    classes |= {one.id: one.name for one in my_homerooms(actor, today)}
    return {
        "schema": SCHEMA,
        "account": actor.account_id,
        "name": actor.name,
        "books": books,
        "classes": [{"id": key, "name": name} for key, name in classes.items()],
    }


def pack(
    actor: Actor, now: datetime, book_ids: Sequence[int], class_ids: Sequence[int]
) -> dict[str, Any]:
    """Gói của các sổ và các lớp; what is no longer hers is named in `gone` and left out."""
    today = vietnam_day(now)
    gone: list[str] = []
    books = [
        part
        for one in book_ids[:MOST_BOOKS]
        for part in _tried(gone, f"book:{one}", partial(_book, actor, one, now))
    ]
    classes = [
        part
        for one in class_ids[:MOST_CLASSES]
        for part in _tried(gone, f"class:{one}", partial(_class, actor, one, today))
    ]
    grids = [one for one in books if "kind" not in one]
    sheets = [one for one in books if "kind" in one]
    sheets += [part for one in classes for part in quality_sheets(actor, one["id"], now)]
    there = [int(one.get("of") or one["id"]) for one in books]
    diary = _diary(diary_along(actor, list(dict.fromkeys(there)), today - BEHIND, today))
    return {
        "schema": SCHEMA,
        "account": actor.account_id,
        "name": actor.name,
        "made_at": now.isoformat(),
        "idle_minutes": settings.OFFLINE_IDLE_MINUTES,
        "keep_days": settings.OFFLINE_KEEP_DAYS,
        "today": today.isoformat(),
        "kinds": dict(KIND_NAMES),
        "session_names": dict(SESSION_NAMES),
        "books": grids,
        "sheets": sheets,
        "classes": classes,
        "diary": diary,
        "gone": gone,
    }


def _tried(
    gone: list[str], name: str, make: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    try:
        made = make()
    except OutsidePlace:
        gone.append(name)
        return []
    return made


def _book(actor: Actor, book_id: int, now: datetime) -> list[dict[str, Any]]:
    """A book in each of its terms, with its strands; of primary the sheets of its points."""
    today = vietnam_day(now)
    book = open_grid(actor, book_id, 1, today).book
    if book.is_primary:
        return level_sheets(actor, book_id, now)
    running = term_on(book.province_id, book.year, today)
    return [
        _grid(open_grid(actor, book_id, term, today, strand=strand), running=term == running)
        for term, held in zip((1, 2), book.taught, strict=True)
        if held
        for strand in range(len(book.strand_names) + 1)
    ]


def _grid(grid: Grid, *, running: bool) -> dict[str, Any]:
    book = grid.book
    return {
        "id": book.id,
        "term": grid.term,
        "strand": book.strand,
        "strand_name": book.strand_names[book.strand - 1] if book.strand else "",
        "title": book.title,
        "class": book.class_id,
        "form": "comment" if book.by_comment else "score",
        "running": running,
        "refusal": grid.refusal or grid.closed or "",
        "slots": [[slot, book.slot_title(slot)] for slot in book.slots],
        "regular": book.regular_marks,
        "pupils": [
            {
                "id": one.student_id,
                "name": one.name,
                "left": one.left,
                "closed": "" if one.left else one.closed(grid.term),
                "marks": {slot: one.marks[slot] for slot in book.slots},
                "texts": {slot: print_mark_cell(one.marks[slot]) for slot in book.slots},
            }
            for one in grid.pupils
        ],
    }


def _class(actor: Actor, class_id: int, today: date) -> list[dict[str, Any]]:
    along = class_along(actor, class_id, today - BEHIND, today + AHEAD)
    return [_whole_class(along)]


def _whole_class(along: ClassAlong) -> dict[str, Any]:
    return {
        "id": along.card.id,
        "name": along.card.name,
        "pupils": [
            {
                "id": one.student_id,
                "name": one.name,
                "from": one.starts_on.isoformat(),
                "to": one.ends_on.isoformat() if one.ends_on else None,
            }
            for one in along.pupils
        ],
        "days": [_day(along, day) for day in along.sessions if along.sessions[day]],
    }


def _day(along: ClassAlong, day: date) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "sessions": {one: _session(along, (day, one)) for one in along.sessions[day]},
    }


def _session(along: ClassAlong, slot: tuple[date, str]) -> dict[str, Any]:
    """A session, and those of its periods for which a list was made."""
    excused = [key for key, begun, lasting in along.excused if begun <= slot <= lasting]
    known = {part[2] for part in (*along.takings, *along.standings) if part[:2] == slot}
    periods = {str(one): _list(along, (*slot, one)) for one in sorted(known - {0})}
    return {**_list(along, (*slot, 0)), "excused": excused, "periods": periods}


def _list(along: ClassAlong, part: tuple[date, str, int]) -> dict[str, Any]:
    taking = along.takings.get(part)
    absent = [
        {"student": one.student_id, "kind": one.kind, "minutes": one.minutes, "note": one.note}
        for one in along.standings.get(part, ())
    ]
    taken = {"by": taking.by, "at": taking.at.isoformat()} if taking and taking.at else None
    return {"taken": taken, "absent": absent}


def _diary(along: DiaryAlong) -> dict[str, Any]:
    return {
        "subjects": [
            {
                "id": one.id,
                "class": one.class_id,
                "class_name": one.class_name,
                "name": one.subject_name,
                "school": one.school_id,
                "next": along.plans[one.id].number,
                "plan": [[line.number, line.title] for line in along.plans[one.id].plan],
            }
            for one in along.subjects
        ],
        "lines": [
            {
                "class": one.class_id,
                "day": one.day.isoformat(),
                "session": one.session,
                "period": one.period,
                "subject": one.class_subject_id,
                "subject_name": one.subject_name,
                "teacher": one.teacher_name,
                "version": one.version,
                "title": one.title,
                "plan_number": one.plan_number,
                "remark": one.remark,
                "homework": one.homework,
                "rating": one.rating,
            }
            for one in along.lines
        ],
        "schemes": {
            str(key): [
                {"name": part.name, "values": list(part.values), "most": part.most}
                for part in scheme.parts
            ]
            for key, scheme in along.schemes.items()
        },
    }
