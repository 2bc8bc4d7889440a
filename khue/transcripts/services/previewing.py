"""Xem trước một bước: taken and undone, so that the preview is exactly what would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Result = TypeVar("Result")


class _Undone(Exception):
    """Carries nothing; it ends the transaction of a preview."""


def previewed(step: Callable[[], Result]) -> Result:
    """What `step` would do; nothing of it is kept."""
    found: list[Result] = []
    try:
        with transaction.atomic():
            found.append(step())
            raise _Undone
    except _Undone:
        return found[0]
