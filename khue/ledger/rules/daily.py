"""Gốc ngày: one signed digest over all seals of a day in Vietnam, chained to the day before.

Whoever keeps a published root of a day can show that nothing before it was exchanged, even by the
one who holds the sealing key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from khue.ledger.rules.merkle import audit_path, digest_of, leaf_of, merkle_root
from khue.ledger.rules.sealing_key import key_id_of, signature_holds

FORMAT = "khue-goc-ngay/1"
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class DayRoot:
    """A root of a day as it is published. Seals and entries: those since the root before."""

    day: str
    previous: str
    root: str
    seals: int
    entries: int
    last_seal: str
    """Digest of the last seal so far; of a day without seals, that of the day before."""
    key_id: str
    public_key: str
    digest: str = ""
    signature: str = ""


def day_of(at: datetime) -> date:
    """The day in Vietnam, whose clock knows no summer time."""
    return at.astimezone(VIETNAM).date()


def end_of(day: date) -> datetime:
    """The first moment that is not of this day any more."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=VIETNAM)


def root_of_seals(digests: Sequence[str]) -> str:
    return merkle_root([_leaf(one) for one in digests])


def path_of_seal(digests: Sequence[str], position: int) -> list[str]:
    return audit_path([_leaf(one) for one in digests], position)


def _leaf(digest: str) -> str:
    return leaf_of(bytes.fromhex(digest))


seal_leaf = _leaf


def signed_part(root: DayRoot) -> dict[str, Any]:
    """What the digest of a root covers: everything but itself and the signature."""
    values = asdict(root)
    return {"format": FORMAT} | {
        name: value for name, value in values.items() if name not in {"digest", "signature"}
    }


def published(root: DayRoot) -> dict[str, Any]:
    """The file of a day."""
    return {"format": FORMAT} | asdict(root)


def read_root(values: Mapping[str, Any]) -> DayRoot:
    """A root from its file; ValueError when it is none, or carries something more."""
    names = set(DayRoot.__dataclass_fields__)
    if values.get("format") != FORMAT or set(values) != names | {"format"}:
        raise ValueError("not a root of a day")
    found = DayRoot(**{name: values[name] for name in names})
    numbers = {"seals", "entries"}
    if not all(
        type(getattr(found, name)) is (int if name in numbers else str) for name in sorted(names)
    ):
        raise ValueError("not a root of a day")
    return found


def fault_of_root(root: DayRoot, keys: Mapping[str, str] | None = None) -> str:
    """What is wrong with a root alone, or "". `keys`: public keys that are trusted, by id."""
    if keys is not None and keys.get(root.key_id) != root.public_key:
        return f"Gốc ngày {root.day} ký bằng khóa {root.key_id} không nằm trong danh sách tin cậy."
    if key_id_of(root.public_key) != root.key_id or digest_of(signed_part(root)) != root.digest:
        return f"Gốc ngày {root.day} đã bị sửa."
    if not signature_holds(root.public_key, root.digest, root.signature):
        return f"Chữ ký của gốc ngày {root.day} không đúng."
    return ""
