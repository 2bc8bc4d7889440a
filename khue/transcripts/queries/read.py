"""Ai ký gì, lúc nào: the signatures that versions need, made or not.

Not gated: the caller has passed the gate for the pupil.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from khue.transcripts.models import Part


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Who signs which part, and when it was done."""

    role: str
    element: str
    name: str
    at: datetime | None


def signers_of(version_ids: Iterable[int]) -> dict[int, tuple[SignedPart, ...]]:
    """Who signs each version, in the order of signing; `at` is empty while it is not signed."""
    rows = Part.objects.filter(version__in=list(version_ids)).order_by("pk")
    found: dict[int, tuple[SignedPart, ...]] = {}
    columns = ("version_id", "role", "element", "signer_name", "signed_at")
    for version, role, element, name, at in rows.values_list(*columns):
        found[version] = (*found.get(version, ()), SignedPart(role, element, name, at))
    return found
