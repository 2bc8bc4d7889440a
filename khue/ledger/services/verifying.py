"""Verify a stretch of seals: recompute every digest and name the first entry that was touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.ledger.models import Seal
from khue.ledger.rules.entries import asked, leaf_of_row, moment
from khue.ledger.rules.merkle import merkle_root, seal_digest
from khue.ledger.rules.sealing_key import signature_holds

LEAVES = f"""
select leaf.seal_id, leaf.entry_id, leaf.digest,
  {asked("entry.")}
from ledger_leaf leaf left join ledger_entry entry on entry.id = leaf.entry_id
where leaf.seal_id between %s and %s order by leaf.seal_id, leaf.position
"""  # noqa: S608  (our own column names)


@dataclass(frozen=True)
class Stretch:
    """Seals in a row that are verified together; `previous` is the digest of the seal before."""

    first: int
    last: int
    previous: str


@dataclass(frozen=True)
class Checked:
    """What verifying a stretch found: how much holds, the last seal that does, the first fault."""

    seals: int
    entries: int
    last: int
    digest: str
    fault: str = ""


def check_stretch(stretch: Stretch, keys: Mapping[str, str]) -> Checked:
    """Recompute the seals of a stretch in their order; stop at the first fault."""
    leaves = _leaves_by_seal(stretch)
    seals, entries, last, digest = 0, 0, stretch.first - 1, stretch.previous
    for seal in Seal.objects.filter(id__range=(stretch.first, stretch.last)).order_by("id"):
        fault = _fault_of_seal(seal, digest, keys) or _fault_of_entries(
            seal, leaves.get(seal.pk, [])
        )
        if fault:
            return Checked(seals, entries, last, digest, fault)
        seals, entries, last, digest = seals + 1, entries + seal.entries, seal.pk, seal.digest
    return Checked(seals, entries, last, digest)


def _leaves_by_seal(stretch: Stretch) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, [stretch.first, stretch.last])
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(row)
    return found


def _fault_of_seal(seal: Seal, previous: str, keys: Mapping[str, str]) -> str:
    if seal.previous != previous:
        return f"Niêm phong số {seal.pk} không nối với niêm phong liền trước: có niêm phong bị xóa."
    public = keys.get(seal.key_id)
    if public is None:
        return (
            f"Niêm phong số {seal.pk} ký bằng khóa {seal.key_id} mà hệ thống không biết. Nếu đã "
            "đổi khóa, hãy ghi khóa công khai cũ vào KHUE_SEAL_OLD_KEYS."
        )
    digest = seal_digest(
        previous=seal.previous,
        root=seal.root,
        entries=seal.entries,
        sealed_at=moment(seal.sealed_at),
        key_id=seal.key_id,
    )
    if digest != seal.digest or not signature_holds(public, seal.digest, seal.signature):
        return f"Chữ ký của niêm phong số {seal.pk} không đúng: niêm phong đã bị sửa."
    return ""


def _fault_of_entries(seal: Seal, leaves: Sequence[Any]) -> str:
    for _, entry_id, digest, *row in leaves:
        if row[0] is None:
            return f"Dòng số {entry_id} của sổ cái đã bị xóa (niêm phong số {seal.pk})."
        if leaf_of_row(row) != digest:
            return f"Dòng số {entry_id} của sổ cái đã bị sửa (niêm phong số {seal.pk})."
    if len(leaves) != seal.entries or merkle_root([one[2] for one in leaves]) != seal.root:
        return f"Danh sách dòng của niêm phong số {seal.pk} đã bị thêm hoặc bớt."
    return ""
