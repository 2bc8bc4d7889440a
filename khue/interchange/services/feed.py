"""Đánh số các thay đổi before they are told: positions exist only for what is committed."""

from __future__ import annotations

from khue.ledger.api import number_batches
from kit.fences import EVERYTHING, scoped


def number_changes() -> None:
    """Give positions to what was committed since; nothing of it is read here."""
    with scoped(EVERYTHING):
        number_batches()
