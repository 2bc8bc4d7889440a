"""Verify the ledger: recompute every digest and name the first entry that was touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db.models import Exists, OuterRef

from khue.ledger.models import Entry, Leaf, Seal
from khue.ledger.queries import seals_in_order
from khue.ledger.rules.merkle import leaf_digest, merkle_root, seal_digest
from khue.ledger.rules.sealing_key import signature_holds
from khue.ledger.services.sealing import content_of, sealing_key

CHUNK = 5000


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how much was read, what is not sealed yet, and the first fault."""

    seals: int
    entries: int
    unsealed: int
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not self.fault


def verify_ledger() -> Verdict:
    """Recompute all seals in their order; stop at the first fault. Needs a scope that sees all."""
    public, previous = sealing_key().public_hex, ""
    seals = entries = 0
    for seal in seals_in_order():
        fault = _fault_of_seal(seal, previous, public) or _fault_of_entries(seal)
        if fault:
            return Verdict(seals, entries, 0, fault)
        previous, seals, entries = seal.digest, seals + 1, entries + seal.entries
    return Verdict(seals, entries, _unsealed())


def _unsealed() -> int:
    leaf = Leaf.objects.filter(entry_id=OuterRef("pk"))
    return Entry.objects.filter(~Exists(leaf)).count()


def _fault_of_seal(seal: Seal, previous: str, public: str) -> str:
    digest = seal_digest(
        previous=seal.previous,
        root=seal.root,
        entries=seal.entries,
        sealed_at=seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        key_id=seal.key_id,
    )
    if seal.previous != previous:
        return f"Niêm phong số {seal.pk} không nối với niêm phong liền trước: có niêm phong bị xóa."
    if digest != seal.digest or not signature_holds(public, seal.digest, seal.signature):
        return f"Chữ ký của niêm phong số {seal.pk} không đúng: niêm phong đã bị sửa."
    return ""


def _fault_of_entries(seal: Seal) -> str:
    digests: list[str] = []
    for leaf, entry in _leaves_of(seal):
        digests.append(leaf.digest)
        if entry is None:
            return f"Dòng số {leaf.entry_id} của sổ cái đã bị xóa (niêm phong số {seal.pk})."
        if leaf_digest(content_of(entry)) != leaf.digest:
            return f"Dòng số {leaf.entry_id} của sổ cái đã bị sửa (niêm phong số {seal.pk})."
    if len(digests) != seal.entries or merkle_root(digests) != seal.root:
        return f"Danh sách dòng của niêm phong số {seal.pk} đã bị thêm hoặc bớt."
    return ""


def _leaves_of(seal: Seal) -> Iterator[tuple[Leaf, Entry | None]]:
    for start in range(0, seal.entries + 1, CHUNK):
        leaves = list(
            Leaf.objects.filter(
                seal=seal, position__gte=start, position__lt=start + CHUNK
            ).order_by("position")
        )
        found = Entry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        yield from ((leaf, found.get(leaf.entry_id)) for leaf in leaves)
