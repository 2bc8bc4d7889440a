"""Kết quả gửi: what a channel is given, and what it says became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What is known after a message was handed over."""

    ACCEPTED = "accepted"
    """The provider has it; a delivery report may follow."""
    DELIVERED = "delivered"
    LATER = "later"
    """Certainly not sent; may be tried again."""
    FAILED = "failed"
    """Certainly not sent; trying again is no use."""
    UNKNOWN = "unknown"
    """It may have gone out or not: never sent again by a machine."""


class Report(StrEnum):
    """What a delivery report says of one part."""

    UNDERWAY = "underway"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message opened for sending. `reference` is the same at every attempt."""

    id: int
    reference: str
    address: str
    text: str
    data: Mapping[str, Any]
    account_id: int | None = None
    references: tuple[str, ...] = ()
    """What the provider called its parts, when it said so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; `parts` by the provider's reference."""

    verdict: Verdict
    parts: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    counts: bool = True
    """Whether it uses up one of the attempts; being throttled does not."""


def verdict_of_parts(parts: Mapping[str, str]) -> Verdict:
    """Báo phát của cả tin: delivered when every part is, failed when one is."""
    said = set(parts.values())
    if Report.FAILED in said:
        return Verdict.FAILED
    if said == {Report.DELIVERED}:
        return Verdict.DELIVERED
    return Verdict.UNKNOWN if Report.UNKNOWN in said else Verdict.ACCEPTED
