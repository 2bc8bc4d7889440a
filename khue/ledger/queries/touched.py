"""When records changed last, and which changed since a moment; within the scope."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kit.statements import kept_rows

# Batches are far fewer than entries, so they are what is looked through.
SINCE = """
select distinct entry.subject from ledger_batch batch
join ledger_entry entry on entry.batch = batch.id
where batch.at >= %(since)s and batch.kinds && %(kinds)s::varchar[]
  and split_part(entry.subject, ':', 1) = any(%(kinds)s)
limit %(most)s
"""
LAST = """
select distinct on (subject) subject, at from ledger_entry where subject = any(%s)
order by subject, id desc
"""


def subjects_changed_since(
    since: datetime, *, kinds: Iterable[str], most: int = 20_000
) -> list[str] | None:
    """The subjects of some kinds that changed at or after a moment; None when there are too many.

    What was loaded without the ledger (a file of an installation's first day) is not told.
    """
    asked = {"since": since, "kinds": list(kinds), "most": most + 1}
    rows = kept_rows(SINCE, asked)
    return [row[0] for row in rows] if len(rows) <= most else None


def changed_at(subjects: Iterable[str]) -> dict[str, datetime]:
    """When each of these subjects changed last, where the ledger knows (one query)."""
    return dict(kept_rows(LAST, [list(subjects)]))
