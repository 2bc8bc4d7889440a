"""What a device at the gate sends: JSON, read without trust, each passing for itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from khue.attendance.rules.gate import AUTO, HIGHEST, IN, LOWEST, OUT
from khue.attendance.services.gate import MOST_AT_ONCE, Passing
from kit.refusal import Refusal

LARGEST_BODY = 256_000
LONGEST_CODE, LONGEST_HEALTH = 100, 200
NOT_JSON = "Máy gửi lên nội dung không đọc được. Hãy tải lại trang cổng trường."
TOO_MANY = f"Mỗi lần chỉ gửi được {MOST_AT_ONCE} lượt. Hãy gửi làm nhiều lần."
BAD_PASSING = "Lượt này thiếu mã hoặc sai giờ nên không nhận được. Hãy quẹt lại thẻ."


@dataclass(frozen=True, slots=True)
class SentPassings:
    """One call: the clock of the device, what can be read, and the ids of what cannot."""

    device_now: datetime
    passings: tuple[Passing, ...]
    bad: tuple[str, ...]


def read_body(body: bytes) -> Mapping[str, Any] | Refusal:
    """An object of JSON, or why not."""
    try:
        given = json.loads(body) if len(body) <= LARGEST_BODY else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return Refusal("NOT_JSON", NOT_JSON)
    return given


def read_code(body: bytes) -> str | Refusal:
    """The code of a pairing."""
    given = read_body(body)
    if isinstance(given, Refusal):
        return given
    return str(given.get("code", ""))[:LONGEST_CODE]


def read_passings(body: bytes) -> SentPassings | Refusal:
    """Các lượt của một lần gửi: a bad one is told by its id and holds up no other."""
    given = read_body(body)
    if isinstance(given, Refusal):
        return given
    sent, clock = given.get("passings"), read_time(given.get("device_now"))
    if not isinstance(sent, list) or clock is None:
        return Refusal("NOT_JSON", NOT_JSON)
    if len(sent) > MOST_AT_ONCE:
        return Refusal("TOO_MANY", TOO_MANY)
    read = [(one, read_passing(one)) for one in sent]
    bad = tuple(_id_told(one) for one, passing in read if passing is None)
    return SentPassings(clock, tuple(passing for _, passing in read if passing), bad)


def _id_told(one: object) -> str:
    return str(one.get("id", ""))[:64] if isinstance(one, dict) else ""


def read_passing(one: object) -> Passing | None:
    if not isinstance(one, dict):
        return None
    key, at, code = _read_id(one.get("id")), read_time(one.get("at")), one.get("code")
    if key is None or at is None or not isinstance(code, str) or len(code) > LONGEST_CODE:
        return None
    way = one.get("direction")
    return Passing(
        key,
        code,
        at,
        way if way in (IN, OUT) else AUTO,
        _read_heat(one.get("temperature")),
        _read_health(one.get("health")),
    )


def _read_id(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def read_time(text: object) -> datetime | None:
    """A moment with its zone."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if at is None or at.tzinfo is None:
        return None
    return at if FIRST + timedelta(days=2) < at < LAST else None


def _read_heat(tenths: object) -> int | None:
    """Thân nhiệt in tenths; what no living person has is a reading that failed."""
    if isinstance(tenths, bool) or not isinstance(tenths, int):
        return None
    return tenths if LOWEST <= tenths <= HIGHEST else None


def _read_health(text: object) -> str:
    return (
        " ".join(text.replace("\0", " ").split())[:LONGEST_HEALTH] if isinstance(text, str) else ""
    )
