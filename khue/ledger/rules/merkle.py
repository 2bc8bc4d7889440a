"""Niêm phong: digests of entries, a Merkle tree over them, and the chain of seals.

Leaves and nodes carry different first bytes, so that a node can never pass for a leaf
(the construction of RFC 6962). Digests are SHA-256 in hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

LEAF, NODE = b"\x00", b"\x01"
EMPTY = hashlib.sha256(b"").hexdigest()
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one way to write an entry down: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(values).encode()


def digest_of(values: Mapping[str, Any]) -> str:
    """The digest of plain values, for what is signed as a whole."""
    return hashlib.sha256(canonical(values)).hexdigest()


def leaf_of(content: bytes) -> str:
    return hashlib.sha256(LEAF + content).hexdigest()


def leaf_digest(values: Mapping[str, Any]) -> str:
    return leaf_of(canonical(values))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


def _level_above(level: list[bytes]) -> list[bytes]:
    """Pairs joined; a lone node rises unchanged."""
    sha, alone = hashlib.sha256, len(level) % 2
    paired = [
        sha(NODE + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    return paired + level[-1:] if alone else paired


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over the leaf digests in their order."""
    level = [bytes.fromhex(leaf) for leaf in leaves]
    if not level:
        return EMPTY
    while len(level) > 1:
        level = _level_above(level)
    return level[0].hex()


def audit_path(leaves: Sequence[str], position: int) -> list[str]:
    """The neighbours, from the leaf upwards, that lead from one leaf to the root."""
    level, path = [bytes.fromhex(leaf) for leaf in leaves], []
    while len(level) > 1:
        beside = position ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level, position = _level_above(level), position // 2
    return path


def root_by_path(leaf: str, position: int, count: int, path: Sequence[str]) -> str:
    """The root that a leaf at its position among `count` leads to; "" when the path cannot be."""
    if not 0 <= position < count:
        return ""
    node, left = bytes.fromhex(leaf), list(path)
    while count > 1:
        if position ^ 1 < count:
            if not left:
                return ""
            beside = bytes.fromhex(left.pop(0))
            node = _node(beside, node) if position % 2 else _node(node, beside)
        position, count = position // 2, (count + 1) // 2
    return "" if left else node.hex()


def seal_digest(*, previous: str, root: str, entries: int, sealed_at: str, key_id: str) -> str:
    """The digest that is signed: it binds a seal to the one before."""
    return digest_of(
        {
            "previous": previous,
            "root": root,
            "entries": entries,
            "sealed_at": sealed_at,
            "key_id": key_id,
        }
    )
