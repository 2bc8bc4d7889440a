"""Minh chứng sổ cái: a file that shows that entries stood in the ledger and are unchanged.

It proves of every entry in it: these very bytes came under a seal, the seal under the root of a
day, and the province's key signed both. That no later entry about the same record was left out is
stated and signed by the province, not proved by the tree (docs/explanation/ledger.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khue.ledger.rules.daily import DayRoot, fault_of_root, read_root, seal_leaf
from khue.ledger.rules.merkle import canonical, digest_of, leaf_of, root_by_path, seal_digest
from khue.ledger.rules.sealing_key import SealingKey, key_id_of, signature_holds

FORMAT = "khue-minh-chung/1"
LIMIT = 20 * 1024 * 1024
HEXADECIMAL = re.compile(r"[0-9a-f]+")
FIELDS = {
    "format",
    "asked",
    "subject",
    "made_at",
    "complete",
    "waiting",
    "entries",
    "seals",
    "roots",
    "keys",
    "key_id",
    "signature",
}
SEAL_FIELDS = {
    "previous",
    "root",
    "entries",
    "sealed_at",
    "key_id",
    "digest",
    "signature",
    "day",
    "position",
    "path",
}
NOT_WHOLE = "Tệp minh chứng không nguyên vẹn: nội dung hoặc chữ ký của tệp đã bị thay đổi."
NOT_A_PROOF = "Tệp này không phải minh chứng sổ cái của Khuê hoặc đã hỏng."


class BadProof(Exception):
    """The proof does not hold; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """An entry that holds: its values, when it was sealed, and the published day above it."""

    id: int
    at: str
    name: str
    action: str
    label: str
    old: Any
    new: Any
    reason: str
    sealed_at: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class ProofReport:
    """A proof judged. `complete`: the province signed that these are all the entries of the record
    at `made_at`, but for `waiting` that no seal covered yet. `key_known` None: nobody said whom to
    trust."""

    subject: str = ""
    asked: int = 0
    made_at: str = ""
    complete: bool = False
    waiting: int = 0
    entries: tuple[ProvedEntry, ...] = ()
    roots: tuple[DayRoot, ...] = ()
    key_ids: tuple[str, ...] = ()
    key_known: bool | None = None
    gaps: tuple[int, ...] = ()
    """Entries whose old value is not the new value of the entry before under the same label."""
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not self.fault


def write_proof(values: Mapping[str, Any], key: SealingKey) -> bytes:
    """The file: `values` without key_id and signature, signed."""
    signed = {"format": FORMAT, **values, "key_id": key.id}
    return canonical(signed | {"signature": key.sign(digest_of(signed))})


def is_proof(content: bytes) -> bool:
    """Whether a file says of itself that it is a proof."""
    return f'"format":"{FORMAT}"'.encode() in content and content[:1] == b"{"


def check_proof(
    content: bytes,
    *,
    keys: Mapping[str, str] | None = None,
    roots: Mapping[str, str] | None = None,
) -> ProofReport:
    """Judge a proof. `keys`: trusted public keys by id; `roots`: digests published, by day.

    >>> check_proof(b"{}").holds
    False
    """
    try:
        return _report(_read(content), keys, roots or {})
    except BadProof as bad:
        return ProofReport(fault=bad.sentence)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return ProofReport(fault=NOT_A_PROOF)


def _read(content: bytes) -> dict[str, Any]:
    """The values, when the file is written in the one way and its own signature holds."""
    if len(content) > LIMIT:
        raise BadProof(NOT_A_PROOF)
    values = json.loads(content)
    if type(values) is not dict or values.get("format") != FORMAT or set(values) != FIELDS:
        raise BadProof(NOT_A_PROOF)
    if canonical(values) != content:
        raise BadProof(NOT_WHOLE)
    signed = {name: value for name, value in values.items() if name != "signature"}
    public = values["keys"].get(values["key_id"], "")
    if not HEXADECIMAL.fullmatch(values["signature"]):
        raise BadProof(NOT_WHOLE)
    if not public or not signature_holds(public, digest_of(signed), values["signature"]):
        raise BadProof(NOT_WHOLE)
    return values


def _report(
    values: dict[str, Any], keys: Mapping[str, str] | None, published_roots: Mapping[str, str]
) -> ProofReport:
    _check_keys(values["keys"], keys)
    roots = _roots(values["roots"], published_roots)
    seals = [_checked_seal(one, roots, values["keys"]) for one in values["seals"]]
    entries = tuple(_entry(one, seals, roots, values["subject"]) for one in values["entries"])
    numbers = [one.id for one in entries]
    if values["asked"] not in numbers or numbers != sorted(set(numbers)):
        raise BadProof(NOT_A_PROOF)
    return ProofReport(
        subject=values["subject"],
        asked=values["asked"],
        made_at=values["made_at"],
        complete=values["complete"] is True,
        waiting=values["waiting"],
        entries=entries,
        roots=roots,
        key_ids=tuple(sorted(values["keys"])),
        key_known=None if keys is None else True,
        gaps=gaps_of(entries),
    )


def _check_keys(given: Mapping[str, str], trusted: Mapping[str, str] | None) -> None:
    for number, public in given.items():
        if key_id_of(public) != number:
            raise BadProof(NOT_WHOLE)
        if trusted is not None and trusted.get(number) != public:
            raise BadProof(
                f"Minh chứng được ký bằng khóa niêm phong {number} không nằm trong danh sách tin "
                "cậy. Hãy đối chiếu với khóa mà đơn vị vận hành công bố."
            )


def _roots(given: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> tuple[DayRoot, ...]:
    roots = tuple(read_root(one) for one in given)
    for root in roots:
        fault = fault_of_root(root)
        if fault:
            raise BadProof(fault)
        if known.get(root.day, root.digest) != root.digest:
            raise BadProof(f"Gốc ngày {root.day} trong tệp khác với gốc đã công bố của ngày ấy.")
    return roots


def _checked_seal(
    seal: dict[str, Any], roots: Sequence[DayRoot], keys: Mapping[str, str]
) -> dict[str, Any]:
    """A seal whose signature holds and, when its day has a root, whose path leads there."""
    if set(seal) != SEAL_FIELDS:
        raise BadProof(NOT_A_PROOF)
    names = ("previous", "root", "entries", "sealed_at", "key_id")
    digest = seal_digest(**{name: seal[name] for name in names})
    signed = signature_holds(keys[seal["key_id"]], digest, seal["signature"])
    if digest != seal["digest"] or not signed:
        raise BadProof("Chữ ký của một niêm phong trong minh chứng không đúng.")
    if seal["day"] >= 0:
        root = roots[seal["day"]]
        led_to = root_by_path(seal_leaf(digest), seal["position"], root.seals, seal["path"])
        if led_to != root.root:
            raise BadProof(f"Niêm phong trong minh chứng không thuộc gốc ngày {root.day}.")
    return seal


def _entry(
    given: Mapping[str, Any],
    seals: Sequence[Mapping[str, Any]],
    roots: Sequence[DayRoot],
    subject: str,
) -> ProvedEntry:
    """An entry whose path leads to its seal and that speaks of the record."""
    seal = seals[given["seal"]]
    leaf = leaf_of(given["content"].encode())
    if root_by_path(leaf, given["position"], seal["entries"], given["path"]) != seal["root"]:
        raise BadProof("Một dòng trong minh chứng không thuộc niêm phong của nó: dòng đã bị sửa.")
    values = json.loads(given["content"])
    if values["subject"] != subject:
        raise BadProof(NOT_A_PROOF)
    told = ("id", "at", "name", "action", "label", "old", "new", "reason")
    return ProvedEntry(
        **{name: values[name] for name in told},
        sealed_at=seal["sealed_at"],
        day=roots[seal["day"]].day if seal["day"] >= 0 else "",
    )


def gaps_of(entries: Sequence[ProvedEntry]) -> tuple[int, ...]:
    """Entries that do not continue the one before under their label: something stood between."""
    newest: dict[str, Any] = {}
    found = []
    for one in entries:
        if one.label in newest and newest[one.label] != one.old:
            found.append(one.id)
        newest[one.label] = one.new
    return tuple(found)
