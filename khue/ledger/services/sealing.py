"""Seal what was appended: a Merkle root over new entries, chained and signed.

Sealing never blocks a write: it takes every committed entry that has no leaf yet. An entry of a
slow transaction is invisible until it commits, and comes under the seal after that.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from khue.ledger.models import Entry, Leaf, Seal
from khue.ledger.queries import last_seal
from khue.ledger.rules.merkle import leaf_digest, merkle_root, seal_digest
from khue.ledger.rules.sealing_key import SealingKey

SEAL_LOCK = 20260822
BATCH = 50_000
# No transaction stays open while a million later entries are appended, so the minutely seal need
# not look further back; `manage.py ledger seal` looks at everything.
LOOKBACK = 1_000_000
UNSEALED = """
select entry.id from ledger_entry entry
where not exists (select from ledger_leaf leaf where leaf.entry_id = entry.id)
  and entry.id > (select coalesce(max(leaf.entry_id), 0) from ledger_leaf leaf) - %s
order by entry.id limit %s
"""


def sealing_key() -> SealingKey:
    return SealingKey.from_hex(settings.SEAL_KEY)


def content_of(entry: Entry) -> dict[str, Any]:
    """Everything of an entry that a seal protects."""
    return {
        "id": entry.pk,
        "operation": str(entry.operation),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "account": entry.account_id,
        "name": entry.actor_name,
        "province": entry.province_id,
        "school": entry.school_id,
        "subject": entry.subject,
        "action": entry.action,
        "label": entry.label,
        "old": entry.old,
        "new": entry.new,
        "reason": entry.reason,
    }


@transaction.atomic
def seal_new_entries(*, now: datetime, lookback: int = LOOKBACK) -> Seal | None:
    """Seal up to 50,000 new entries; None when there is nothing new.

    The caller's scope must see every entry.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        cursor.execute(UNSEALED, [lookback, BATCH])
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return None
    entries = Entry.objects.filter(pk__in=ids).order_by("pk")
    digests = [(entry.pk, leaf_digest(content_of(entry))) for entry in entries.iterator()]
    return _write_seal(digests, now)


def _write_seal(digests: list[tuple[int, str]], now: datetime) -> Seal:
    seal = _signed_seal(merkle_root([digest for _, digest in digests]), len(digests), now)
    seal.save()
    Leaf.objects.bulk_create(
        [
            Leaf(entry_id=entry_id, seal=seal, position=position, digest=digest)
            for position, (entry_id, digest) in enumerate(digests)
        ],
        batch_size=5000,
    )
    return seal


def _signed_seal(root: str, entries: int, now: datetime) -> Seal:
    key, before = sealing_key(), last_seal()
    previous = before.digest if before else ""
    digest = seal_digest(
        previous=previous,
        root=root,
        entries=entries,
        sealed_at=now.astimezone(UTC).isoformat(timespec="microseconds"),
        key_id=key.id,
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
