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


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one way to write an entry down: sorted keys, no spaces, UTF-8."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def leaf_digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(LEAF + canonical(values)).hexdigest()


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over the leaf digests in their order; a lone node rises unchanged."""
    level = [bytes.fromhex(leaf) for leaf in leaves]
    if not level:
        return EMPTY
    while len(level) > 1:
        paired = [_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


def seal_digest(*, previous: str, root: str, entries: int, sealed_at: str, key_id: str) -> str:
    """The digest that is signed: it binds a seal to the one before."""
    return hashlib.sha256(
        canonical(
            {
                "previous": previous,
                "root": root,
                "entries": entries,
                "sealed_at": sealed_at,
                "key_id": key_id,
            }
        )
    ).hexdigest()
