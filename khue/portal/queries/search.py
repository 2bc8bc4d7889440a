"""Tìm kiếm: students, staff and classes by name, with or without diacritics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, reach
from khue.gradebook.api import school_year_on
from khue.organisations.api import classes_at
from khue.records.api import find_staff, find_students
from kit.dates import print_born
from kit.vietnamese import search_key

LIMIT = 10


@dataclass(frozen=True)
class Found:
    """One hit: what it is called, a note to tell it from others, where it leads."""

    title: str
    note: str
    route: str
    route_id: int


def search_everything(actor: Actor, text: str, today: date) -> dict[str, list[Found]]:
    """Hits by group, only within what the actor may see."""
    if len(search_key(text)) < 2:
        return {}
    groups = {
        "Học sinh": _students(actor, text),
        "Lớp": _classes(actor, text, today),
        "Cán bộ, giáo viên": _staff(actor, text),
    }
    return {name: hits for name, hits in groups.items() if hits}


def _students(actor: Actor, text: str) -> list[Found]:
    if reach(actor, "records.view_students").is_empty:
        return []
    return [
        Found(
            hit.name,
            f"Sinh {print_born(hit.born)} · {hit.class_name} · {hit.school_name}",
            "records.student",
            hit.id,
        )
        for hit in find_students(actor=actor, text=text, limit=LIMIT)
    ]


def _staff(actor: Actor, text: str) -> list[Found]:
    if reach(actor, "records.view_staff").is_empty:
        return []
    return [
        Found(hit.name, f"{hit.title} · {hit.school_name}", "records.staff", hit.id)
        for hit in find_staff(actor=actor, text=text, limit=LIMIT)
    ]


def _classes(actor: Actor, text: str, today: date) -> list[Found]:
    reached = reach(actor, "organisations.view_school")
    wanted = search_key(text).removeprefix("lop ").strip()
    found = [
        one
        for one in classes_at(reached.paths, school_year_on(today))
        if wanted in search_key(one.name)
    ]
    return [
        Found(f"Lớp {one.name}", one.school_name, "organisations.class", one.id)
        for one in found[:LIMIT]
    ]
