"""Phong bì bản ghi: event and version of every record that is sent.

`IdBanGhi`, `SuKien` (NEW, UPDATE, CANCEL), `PhienBan` (never 0, always rising), `ThoiGianCapNhat`,
`NgayCapNhat`. The receiver ignores a version that is not greater than the greatest it holds.
Law: NĐ 88/2026/NĐ-CP, Điều 15
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """Sự kiện."""

    NEW = "NEW"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Known:
    """What is remembered of a record: the last version that was made, its event and digest."""

    version: int = 0
    event: Event = Event.CANCEL
    digest: str = ""


NEVER_SENT = Known()


@dataclass(frozen=True)
class Step:
    """What must be sent next of a record."""

    event: Event
    version: int
    digest: str


def digest_of(message: Mapping[str, object]) -> str:
    """A digest of what is said, whatever the order in which it is said."""
    text = json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def next_step(known: Known, message: Mapping[str, object] | None) -> Step | None:
    """The next version of a record, or None when nothing new is to be said.

    A record that is no longer there is cancelled; one that comes back is new again, under the
    next version of the same identity.
    """
    if message is None:
        return None if known.event == Event.CANCEL else _after(known, Event.CANCEL, "")
    digest = digest_of(message)
    if known.event == Event.CANCEL:
        return _after(known, Event.NEW, digest)
    return None if known.digest == digest else _after(known, Event.UPDATE, digest)


def _after(known: Known, event: Event, digest: str) -> Step:
    return Step(event, known.version + 1, digest)


def record_id(school_code: str, part: str, local_id: int) -> str:
    """Mã bản ghi: the same for life, and without any personal data."""
    return f"{school_code}.{part}.{local_id}"
