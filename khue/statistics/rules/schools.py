"""Trường, điểm trường: what a school counts of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MANY_SITES = 5


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What is counted of a school; codes of the sector lists."""

    level_group: str
    levels: tuple[str, ...]
    ownership: str
    area: str
    standard: str
    school_type: str
    two_sessions: bool
    lunch: bool
    boarding: bool
    sites: int
    satellites: int
    main_level: str = ""


def main_level(levels: tuple[str, ...]) -> str:
    """Cấp chính (DM_NHOM_CAP_HOC): the highest that a school teaches."""
    return max(levels, default="")


def count_school(facts: SchoolFacts) -> dict[str, int]:
    """Số liệu of a school: itself under each of its kinds, and its sites."""
    counts = dict.fromkeys(_words(facts), 1)
    counts |= {"sites": facts.sites, "satellites": facts.satellites}
    return {key: value for key, value in counts.items() if value}


def _words(facts: SchoolFacts) -> Iterator[str]:
    yield "schools"
    coded = {
        "kind": facts.level_group,
        "ownership": facts.ownership,
        "area": facts.area,
        "standard": facts.standard,
        "type": facts.school_type,
        "main": facts.main_level,
    }
    yield from (f"{word}.{code}" for word, code in coded.items() if code)
    yield from (f"level.{level}" for level in facts.levels)
    held = {
        "two_sessions": facts.two_sessions,
        "lunch": facts.lunch,
        "boarding": facts.boarding,
        "many_sites": facts.satellites >= MANY_SITES,
    }
    yield from (word for word, holds in held.items() if holds)
