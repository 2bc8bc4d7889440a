"""Seal what was appended: a Merkle root over new entries, chained and signed.

Sealing never blocks a write: it takes every committed entry that has no leaf yet. An entry of a
slow transaction is invisible until it commits, and comes under the seal after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from khue.ledger.models import Seal
from khue.ledger.queries.reading import last_seal
from khue.ledger.rules.entries import asked, leaf_of_row, moment
from khue.ledger.rules.merkle import merkle_root, seal_digest
from khue.ledger.services.keys import sealing_key

SEAL_LOCK = 20260822
BATCH = 50_000
# No transaction stays open while a million later entries are appended, so the minutely seal need
# not look further back; `manage.py ledger seal` looks at everything.
LOOKBACK = 1_000_000
UNSEALED = f"""
select {asked("entry.")} from ledger_entry entry
where not exists (select from ledger_leaf leaf where leaf.entry_id = entry.id)
  and entry.id > (select coalesce(max(leaf.entry_id), 0) from ledger_leaf leaf) - %s
order by entry.id limit %s
"""  # noqa: S608  (our own column names)
LEAVES = "copy ledger_leaf (entry_id, seal_id, position, digest) from stdin"


@transaction.atomic
def seal_new_entries(*, now: datetime, lookback: int = LOOKBACK) -> Seal | None:
    """Seal up to 50,000 new entries; None when there is nothing new.

    The caller's scope must see every entry.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        cursor.execute(UNSEALED, [lookback, BATCH])
        digests = [(row[0], leaf_of_row(row)) for row in cursor.fetchall()]
    return _write_seal(digests, now) if digests else None


def _write_seal(digests: Sequence[tuple[int, str]], now: datetime) -> Seal:
    seal = _signed_seal(merkle_root([digest for _, digest in digests]), len(digests), now)
    seal.save()
    lines = [
        f"{entry_id}\t{seal.pk}\t{position}\t{digest}\n"
        for position, (entry_id, digest) in enumerate(digests)
    ]
    with connection.cursor() as cursor, cursor.copy(LEAVES) as leaves:
        leaves.write("".join(lines))
    return seal


def _signed_seal(root: str, entries: int, now: datetime) -> Seal:
    key, before = sealing_key(), last_seal()
    previous = before.digest if before else ""
    digest = seal_digest(
        previous=previous, root=root, entries=entries, sealed_at=moment(now), key_id=key.id
    )
    return Seal(
        sealed_at=now,
        entries=entries,
        root=root,
        previous=previous,
        digest=digest,
        key_id=key.id,
        signature=key.sign(digest),
    )
