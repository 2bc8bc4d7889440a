"""The tree over the entries, against a plain recursive definition."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from khue.ledger.rules.merkle import EMPTY, leaf_digest, merkle_root
from khue.ledger.rules.sealing_key import SealingKey, signature_holds

DIGESTS = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962: split at the largest power of two below the count."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    left, right = reference_root(leaves[:middle]), reference_root(leaves[middle:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(DIGESTS)
def test_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    expected = reference_root(leaves).hex() if leaves else EMPTY
    assert merkle_root([leaf.hex() for leaf in leaves]) == expected


@given(DIGESTS.filter(bool), st.data())
def test_any_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[at] = hashlib.sha256(changed[at]).digest()
    assert merkle_root([one.hex() for one in leaves]) != merkle_root([one.hex() for one in changed])


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert leaf_digest({"a": 1, "b": "Đạt"}) == leaf_digest({"b": "Đạt", "a": 1})


def test_signature_of_another_key_does_not_hold() -> None:
    ours, theirs = SealingKey.from_hex("11" * 32), SealingKey.from_hex("22" * 32)
    digest = leaf_digest({"a": 1})
    assert signature_holds(ours.public_hex, digest, ours.sign(digest))
    assert not signature_holds(ours.public_hex, digest, theirs.sign(digest))
    assert not signature_holds(ours.public_hex, digest, "khong phai chu ky")
