"""Bản tóm của số liệu: the counts that tables of many places show, kept apart from the many others.

A figure of enrolment holds hundreds of counts; a table of 675 schools shows six of each. What may
stand in such a table is kept a second time, small enough to be read with its row. A withheld count
stands there as text, so that one look tells both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType

from khue.statistics.rules.themes import Theme

# The migration that fills the brief of what stands already reads these expressions too: they are
# written for PostgreSQL as well.
BRIEF: Mapping[Theme, str] = MappingProxyType(
    {
        Theme.ENROLMENT: r"(0[1-5]\.)?(pupils|classes|repeaters)(\.(f|m|mf))?",
        Theme.STAFF: r"staff|role\.[a-z]+",
        Theme.SCHOOLS: r"schools|sites|satellites|level\.0[1-5]",
        Theme.ENTRY: r"(due|entered|books|books_full|books_empty)\.[12]",
        Theme.RESULTS: r"0[1-5]\.(pupils|(learning|conduct)\.[12y]\.[0-9]"
        r"|(primary|outcome|award)\.[A-Z_]+)",
        Theme.BOOKS: r".+",
        Theme.ATTENDANCE: r".+",
        Theme.MESSAGES: r".+",
        # What schools declare stands in forms, not in tables of places.
        Theme.DECLARED: r"none",
    }
)
BRIEF_OF = hashlib.sha256(repr(sorted(BRIEF.items())).encode()).hexdigest()[:8]
"""Which expressions a brief was made by; one made by others is not read."""

Brief = dict[str, int | str]


@lru_cache(maxsize=20_000)
def is_brief(theme: Theme, key: str) -> bool:
    """Whether a count stands in the brief of its figure."""
    return re.fullmatch(BRIEF[theme], key) is not None


def brief_of(theme: Theme, counts: Mapping[str, int], hidden: Collection[str]) -> Brief:
    """Bản tóm of a figure: numbers as they are, withheld ones as text."""
    told: Brief = {key: value for key, value in counts.items() if is_brief(theme, key)}
    withheld = {key: str(counts.get(key, 0)) for key in hidden if is_brief(theme, key)}
    return told | withheld


def read_count(stored: str | None, *, exact: bool) -> int | None:
    """A count of a brief as the database tells it; None where it is withheld from the reader."""
    if stored is None:
        return 0
    if stored[0] != '"':
        return int(stored)
    return int(stored[1:-1]) if exact else None
