"""What a device sends: its name, its clock, its operations."""

from __future__ import annotations

import json
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from khue.offline.rules.operations import (
    MOST_OPERATIONS,
    DeviceOperation,
    OperationUnreadable,
    read_operations,
    why_too_old,
)
from khue.offline.services.results import Result

UNREADABLE = (
    "Máy chủ không đọc được dữ liệu của máy này. Những gì đã ghi vẫn còn trên máy; hãy tải lại "
    "trang, hoặc xuất ra tệp và báo tổ công nghệ."
)


MOST_BYTES = 4_000_000
"""What a request may unfold to; the largest that a machine sends is well below."""


class SyncUnreadable(Exception):
    """The request cannot be read, or is of an older page; `too_old` says which."""

    def __init__(self, sentence: str, *, too_old: bool = False) -> None:
        self.too_old = too_old
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """One request of a device."""

    account: int
    device: uuid.UUID
    offset: timedelta
    operations: list[DeviceOperation]
    open: tuple[uuid.UUID, ...] = ()


def read_sync(body: bytes, now: datetime) -> SyncRequest:
    """Read the body of a sync; raises SyncUnreadable."""
    given = _json(body)
    old = why_too_old(given.get("schema"))
    if old:
        raise SyncUnreadable(old, too_old=True)
    try:
        clock = datetime.fromisoformat(str(given["device_now"]))
        return SyncRequest(
            account=int(given["account"]),
            device=uuid.UUID(str(given["device"])),
            offset=clock - now,
            operations=read_operations(given["operations"]),
            open=tuple(uuid.UUID(str(one)) for one in given.get("open", ())[:MOST_OPERATIONS]),
        )
    except (KeyError, ValueError, TypeError, OverflowError, OperationUnreadable) as trouble:
        raise SyncUnreadable(UNREADABLE) from trouble


def read_device(body: bytes) -> tuple[uuid.UUID, str]:
    """The id and the name of a machine that is being prepared; raises SyncUnreadable."""
    given = _json(body)
    try:
        name = str(given["name"]).replace("\0", "")
        return uuid.UUID(str(given["device"])), name
    except (KeyError, ValueError, TypeError) as trouble:
        raise SyncUnreadable(UNREADABLE) from trouble


def read_password(body: bytes) -> str:
    """The password that was typed once more; raises SyncUnreadable."""
    password = _json(body).get("password")
    if not isinstance(password, str) or not 0 < len(password) <= 200:
        raise SyncUnreadable(UNREADABLE)
    return password


def unsqueezed(body: bytes) -> bytes:
    """The body that came as gzip; nothing where it is none or unfolds without end."""
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, MOST_BYTES)
    except zlib.error:
        return b""
    return plain if reader.eof else b""


def _json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as trouble:
        raise SyncUnreadable(UNREADABLE) from trouble
    if not isinstance(given, dict):
        raise SyncUnreadable(UNREADABLE)
    return given


def shown_result(result: Result) -> dict[str, Any]:
    """One answer as the device reads it."""
    more = {
        "sentence": result.sentence,
        "text": result.text,
        "author": result.author,
        "at": result.at,
        "again": result.again,
    }
    kept = {key: value for key, value in more.items() if value}
    return {"id": str(result.id), "status": result.status, "value": result.value, **kept}
