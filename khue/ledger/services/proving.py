"""Make the proof of an entry: a file that anyone can check without this platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from khue.ledger.models import DailyRoot, Entry, Leaf, Seal
from khue.ledger.queries.reading import day_root, seals_of_root
from khue.ledger.rules.daily import path_of_seal, published
from khue.ledger.rules.entries import asked, moment, written
from khue.ledger.rules.merkle import audit_path
from khue.ledger.rules.proofs import write_proof
from khue.ledger.services.keys import known_keys, sealing_key
from kit.fences import EVERYTHING, scoped

MOST = 200
ROWS = f"""
select {asked()} from ledger_entry where id = any(%s) order by id
"""  # noqa: S608  (our own column names)


class NoSuchEntry(Exception):
    """There is no such entry, or it lies outside what may be seen."""


class NotSealedYet(Exception):
    """The entry waits for its seal; a seal is made every minute."""

    sentence = (
        "Dòng này vừa được ghi và chưa được niêm phong nên chưa có minh chứng. "
        "Hãy thử lại sau một phút."
    )


def proof_of(entry_id: int, *, now: datetime) -> bytes:
    """The file that proves an entry and the other entries of its record; nothing is written.

    The caller has passed the gate for the record; entries outside the fence are left out, and the
    proof then does not say that it is complete. At most 200 entries, the asked one among them.
    Raises NoSuchEntry, NotSealedYet.
    """
    subject = Entry.objects.filter(pk=entry_id).values_list("subject", flat=True).first()
    if subject is None:
        raise NoSuchEntry
    leaves = {one.entry_id: one for one in _leaves_of(subject)}
    if entry_id not in leaves:
        raise NotSealedYet
    told = sorted(leaves)[-MOST:]
    chosen = [leaves[one] for one in sorted({entry_id, *told})]
    total, sealed = _counts(subject)
    values = {
        "asked": entry_id,
        "subject": subject,
        "made_at": moment(now),
        "complete": len(chosen) == sealed,
        "waiting": total - sealed,
        **_proved(chosen),
    }
    return write_proof(values, sealing_key())


def _leaves_of(subject: str) -> Iterable[Leaf]:
    mine = Entry.objects.filter(subject=subject).values("pk")
    return Leaf.objects.filter(entry_id__in=mine)


def _counts(subject: str) -> tuple[int, int]:
    """How many entries the record has in the whole ledger, and how many of them are sealed."""
    with scoped(EVERYTHING):
        every = Entry.objects.filter(subject=subject)
        return every.count(), Leaf.objects.filter(entry_id__in=every.values("pk")).count()


def _proved(chosen: Sequence[Leaf]) -> dict[str, Any]:
    seal_ids = sorted({one.seal_id for one in chosen})
    seals = [*Seal.objects.filter(pk__in=seal_ids).order_by("pk")]
    roots = _roots_over(seals)
    keys = {one.key_id for one in seals} | {one.key_id for one in roots} | {sealing_key().id}
    return {
        "entries": _entries(chosen, seal_ids),
        "seals": [_seal(one, roots) for one in seals],
        "roots": [published(day_root(one)) for one in roots],
        "keys": {number: public for number, public in known_keys().items() if number in keys},
    }


def _entries(chosen: Sequence[Leaf], seal_ids: Sequence[int]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [[one.entry_id for one in chosen]])
        content = {row[0]: written(row).decode() for row in cursor.fetchall()}
    digests = {
        number: list(
            Leaf.objects.filter(seal=number).order_by("position").values_list("digest", flat=True)
        )
        for number in seal_ids
    }
    return [
        {
            "content": content[one.entry_id],
            "seal": seal_ids.index(one.seal_id),
            "position": one.position,
            "path": audit_path(digests[one.seal_id], one.position),
        }
        for one in chosen
    ]


def _roots_over(seals: Sequence[Seal]) -> list[DailyRoot]:
    """The roots of the days of these seals, each once, in the order of days."""
    found: dict[Any, DailyRoot] = {}
    for seal in seals:
        root = _root_over(seal)
        if root is not None:
            found[root.day] = root
    return [found[day] for day in sorted(found)]


def _root_over(seal: Seal) -> DailyRoot | None:
    above = DailyRoot.objects.filter(last_seal_id__gte=seal.pk)
    return above.order_by("last_seal_id", "day").first()


def _seal(seal: Seal, roots: Sequence[DailyRoot]) -> dict[str, Any]:
    """A seal with its way to the root of its day; none yet on the day itself."""
    over = next((one for one in roots if one.last_seal_id >= seal.pk), None)
    way = _way(seal, over) if over else {"position": 0, "path": []}
    return {
        "previous": seal.previous,
        "root": seal.root,
        "entries": seal.entries,
        "sealed_at": moment(seal.sealed_at),
        "key_id": seal.key_id,
        "digest": seal.digest,
        "signature": seal.signature,
        "day": roots.index(over) if over else -1,
        **way,
    }


def _way(seal: Seal, over: DailyRoot) -> dict[str, Any]:
    before = DailyRoot.objects.filter(day__lt=over.day).order_by("-day").first()
    mates = seals_of_root(before.last_seal_id if before else 0, over.last_seal_id)
    position = [one.pk for one in mates].index(seal.pk)
    return {"position": position, "path": path_of_seal([one.digest for one in mates], position)}
