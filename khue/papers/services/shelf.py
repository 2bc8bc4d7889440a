"""Tệp đã in, giữ ít lâu: big files wait for their owner to fetch them, sealed, for one day."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from kit.cipher import seal_bytes, unseal_bytes

KEPT_FOR = timedelta(hours=24)
LABEL = "papers.shelf.{key}"


def keep_file(key: UUID, content: bytes, *, now: datetime) -> None:
    """Put a file on the shelf; a file of the same key takes its place at once."""
    place = _place(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    growing = place.with_suffix(".new")
    growing.touch(mode=0o600)
    growing.write_bytes(
        seal_bytes(content, label=LABEL.format(key=key), key_hex=settings.FIELD_KEY)
    )
    os.utime(growing, (now.timestamp(), now.timestamp()))
    growing.replace(place)


def kept_until(key: UUID, *, now: datetime) -> datetime | None:
    """Until when a file may be fetched; none when it is not there or its day is over."""
    place = _place(key)
    if not place.exists():
        return None
    until = datetime.fromtimestamp(place.stat().st_mtime, tz=now.tzinfo) + KEPT_FOR
    return until if until > now else None


def take_file(key: UUID, *, now: datetime) -> bytes | None:
    """The content of a file while it is kept; who may have it is for the caller to say."""
    if kept_until(key, now=now) is None:
        return None
    sealed = _place(key).read_bytes()
    return unseal_bytes(sealed, label=LABEL.format(key=key), key_hex=settings.FIELD_KEY)


def clear_shelf(*, now: datetime) -> int:
    """Remove every file whose day is over; say how many."""
    old = [place for place in _shelf().glob("*") if _is_over(place, now)]
    for place in old:
        place.unlink(missing_ok=True)
    return len(old)


def _is_over(place: Path, now: datetime) -> bool:
    return place.stat().st_mtime + KEPT_FOR.total_seconds() <= now.timestamp()


def _shelf() -> Path:
    return Path(settings.DATA_DIR) / "papers"


def _place(key: UUID) -> Path:
    return _shelf() / f"{key}.sealed"
