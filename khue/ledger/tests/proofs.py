"""A small ledger without a database: entries, seals, a root of a day, and the proof of an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from khue.ledger.rules.daily import DayRoot, path_of_seal, published, root_of_seals, signed_part
from khue.ledger.rules.entries import moment, written
from khue.ledger.rules.merkle import audit_path, digest_of, leaf_of, merkle_root, seal_digest
from khue.ledger.rules.proofs import write_proof
from khue.ledger.rules.sealing_key import SealingKey

KEY = SealingKey.from_hex("22" * 32)
KEYS = {KEY.id: KEY.public_hex}
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
SUBJECT = "mark:88.1.9001"
LABEL = "Điểm giữa kì, Toán 8A"
Row = tuple[Any, ...]


def row(number: int, *, subject: str = SUBJECT, old: str | None, new: str | None) -> Row:
    at = moment(START + timedelta(minutes=number))
    operation = f"00000000-0000-4000-8000-{number:012d}"
    told = (subject, "change", LABEL, old, new, "Chấm lại" if old else "")
    return (number, operation, at, 7, "Nông Thị Hoa", 3, 37, *told)


def rows(count: int = 11) -> list[Row]:
    """Every third entry speaks of the mark; the others of other records."""
    made, value = [], None
    for number in range(1, count + 1):
        if number % 3:
            made.append(row(number, subject=f"student:{number}", old=None, new='{"tên": "Lò <&>"}'))
            continue
        fresh = str(50 + number)
        made.append(row(number, old=value, new=fresh))
        value = fresh
    return made


def sealed(batches: list[list[Row]]) -> list[dict[str, Any]]:
    """Seals over the batches, chained."""
    seals: list[dict[str, Any]] = []
    for number, batch in enumerate(batches):
        values: dict[str, Any] = {
            "previous": seals[-1]["digest"] if seals else "",
            "root": merkle_root([leaf_of(written(one)) for one in batch]),
            "entries": len(batch),
            "sealed_at": moment(START + timedelta(hours=1 + number)),
            "key_id": KEY.id,
        }
        digest = seal_digest(**values)
        seals.append({**values, "digest": digest, "signature": KEY.sign(digest)})
    return seals


def day_over(seals: list[dict[str, Any]]) -> DayRoot:
    digests = [one["digest"] for one in seals]
    root = DayRoot(
        day="2026-11-20",
        previous="",
        root=root_of_seals(digests),
        seals=len(seals),
        entries=sum(one["entries"] for one in seals),
        last_seal=digests[-1],
        key_id=KEY.id,
        public_key=KEY.public_hex,
    )
    digest = digest_of(signed_part(root))
    return replace(root, digest=digest, signature=KEY.sign(digest))


def make_proof(count: int = 11, *, per_seal: int = 4, asked: int = 3) -> bytes:
    """The proof of an entry of the mark, with all entries of the mark."""
    every = rows(count)
    batches = [every[at : at + per_seal] for at in range(0, count, per_seal)]
    seals = sealed(batches)
    day = day_over(seals)
    digests = [one["digest"] for one in seals]
    told = [
        {**one, "day": 0, "position": at, "path": path_of_seal(digests, at)}
        for at, one in enumerate(seals)
    ]
    values = {
        "asked": asked,
        "subject": SUBJECT,
        "made_at": moment(START + timedelta(days=1)),
        "complete": True,
        "waiting": 0,
        "entries": [
            _entry(one, batches, seal, position)
            for seal, batch in enumerate(batches)
            for position, one in enumerate(batch)
            if one[7] == SUBJECT
        ],
        "seals": told,
        "roots": [published(day)],
        "keys": KEYS,
    }
    return write_proof(values, KEY)


def _entry(one: Row, batches: list[list[Row]], seal: int, position: int) -> dict[str, Any]:
    leaves = [leaf_of(written(each)) for each in batches[seal]]
    content = written(one).decode()
    return {
        "content": content,
        "seal": seal,
        "position": position,
        "path": audit_path(leaves, position),
    }
