"""The feed of changes: what was committed after a position that a reader remembers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.ledger.queries.reading import HistoryLine, lines_of_batches
from kit.statements import kept_rows, keys_array

AFTER = """
select position, id, at, schools, provinces, kinds, entries
from ledger_batch where position > %(after)s order by position limit %(limit)s
"""
AFTER_FOR_SCHOOLS = """
select position, id, at, schools, provinces, kinds, entries
from ledger_batch where position > %(after)s and schools && %(schools)s::bigint[]
order by position limit %(limit)s
"""
NEWEST = "select coalesce(max(position), 0) from ledger_batch"


@dataclass(frozen=True)
class Batch:
    """The entries of one call to `append_changes`; `position` never changes and has no gaps."""

    position: int
    id: int
    at: datetime
    schools: tuple[int, ...]
    provinces: tuple[int, ...]
    kinds: tuple[str, ...]
    entries: int


def batches_after(
    position: int, *, limit: int = 500, schools: Iterable[int] | None = None
) -> list[Batch]:
    """Committed batches after a position, in order, within the scope (one query).

    Only numbered batches are told (`number_batches`), so whoever goes on from the last position
    it got misses none, however long the transaction of a batch took.
    """
    wanted = {"after": position, "limit": limit}
    if schools is None:
        rows = kept_rows(AFTER, wanted)
    else:
        rows = kept_rows(AFTER_FOR_SCHOOLS, {**wanted, "schools": keys_array(schools)})
    return [_batch(*row) for row in rows]


def _batch(
    position: int,
    batch_id: int,
    at: datetime,
    schools: list[int],
    provinces: list[int],
    kinds: list[str],
    entries: int,
) -> Batch:
    return Batch(position, batch_id, at, tuple(schools), tuple(provinces), tuple(kinds), entries)


def changes_in(batches: Sequence[Batch]) -> dict[int, list[HistoryLine]]:
    """The entries of batches by their position, in the order they were written (one query)."""
    position_of = {batch.id: batch.position for batch in batches}
    found: dict[int, list[HistoryLine]] = {batch.position: [] for batch in batches}
    for batch_id, line in lines_of_batches(list(position_of)):
        found[position_of[batch_id]].append(line)
    return found


def newest_position() -> int:
    """The last position given so far; 0 before the first."""
    return int(kept_rows(NEWEST, [])[0][0])
