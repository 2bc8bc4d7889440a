"""Positions for those who follow the ledger.

The ids of a sequence are drawn before the commit, so a slow transaction shows a small id late and
a reader that remembers "the last id" would miss it. Positions are given here, afterwards, to
batches that can be seen already; one at a time, under a lock that no writer ever waits for.
"""

from __future__ import annotations

from django.db import transaction

from kit.statements import kept_rows, kept_write

FEED_LOCK = 20261122
# The newest is asked for after the lock is held: a statement sees what stood when it began.
LOCK = "select pg_advisory_xact_lock(hashtext(current_schema()), %s)"
NUMBER = """
update ledger_batch batch set position = fresh.position
from (
  select id, (select coalesce(max(position), 0) from ledger_batch) + row_number() over (order by id)
    as position
  from (
    select id from ledger_batch where position is null order by id limit %(limit)s
  ) waiting
) fresh
where batch.id = fresh.id
"""


@transaction.atomic
def number_batches(*, limit: int = 10_000) -> int:
    """Give positions to committed batches that have none; return how many.

    The caller's scope must see every entry.
    """
    kept_rows(LOCK, [FEED_LOCK])
    return kept_write(NUMBER, {"limit": limit})
