"""Thao tác ghi trên máy: what a device may send, read strictly; which of them go together.

Kinds: `mark` (one cell of a mark book; base and value as the grid has them), `attendance` (one
pupil of a session; pupil 0 says that the list is complete), `lesson` (one line of the class
diary), `level` and `quality` (one cell of the sheet of a primary subject, of a primary class),
`keep` (the owner keeps what stands and lets her own value go).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

MARK, ATTENDANCE, LESSON, KEEP = "mark", "attendance", "lesson", "keep"
LEVEL, QUALITY = "level", "quality"
SHEETS = (LEVEL, QUALITY)
OF_BOOK = (MARK, LEVEL)
"""Their place names a subject of a class; that of the others the class itself."""
SCHEMA, OLDEST_SCHEMA = 1, 1
"""The shape of what devices send; older shapes are read as long as they stand here."""
MOST_OPERATIONS = 500
LONGEST_TEXT = 2000
MOST_DECIDED = 50

Place = Mapping[str, Any]
NUMBERS: Mapping[str, tuple[str, ...]] = {
    MARK: ("book", "term", "strand", "student"),
    ATTENDANCE: ("class", "period", "student"),
    LESSON: ("class", "period", "subject"),
    LEVEL: ("book", "point", "student"),
    QUALITY: ("class", "point", "student"),
    KEEP: (),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    MARK: ("slot",),
    ATTENDANCE: ("day", "session"),
    LESSON: ("day", "session"),
    LEVEL: ("slot",),
    QUALITY: ("slot",),
    KEEP: (),
}
TOGETHER: Mapping[str, tuple[str, ...]] = {
    MARK: ("book", "term", "strand"),
    ATTENDANCE: ("class", "day", "session", "period"),
    LEVEL: ("book", "point"),
    QUALITY: ("class", "point"),
}
"""What the places of operations that are written together have in common."""


class OperationUnreadable(ValueError):
    """What was sent is no operation; nothing of the request was taken."""


@dataclass(frozen=True, slots=True)
class DeviceOperation:
    """One operation: where, from what was seen (`base`) to what was written, when by its clock."""

    id: uuid.UUID
    sequence: int
    kind: str
    place: Place = field(hash=False)
    base: Any = field(hash=False)
    value: Any = field(hash=False)
    at: datetime
    decides: tuple[uuid.UUID, ...] = ()

    @property
    def target(self) -> str:
        """The one thing that it writes: operations on one target follow one another."""
        names = (*NUMBERS[self.kind], *WORDS[self.kind])
        if self.kind == KEEP:
            return f"{KEEP}:{self.id}"
        if self.kind == LESSON:
            names = tuple(name for name in names if name != "subject")
        return ":".join([self.kind, *(str(self.place[name]) for name in names)])

    @property
    def follows(self) -> uuid.UUID | None:
        """The act on the same thing whose value the writer saw, where it was her own unsent one."""
        after = self.base.get("after") if isinstance(self.base, Mapping) else None
        return uuid.UUID(after) if isinstance(after, str) else None

    @property
    def group(self) -> tuple[Any, ...]:
        """Those of one group are written together, in one transaction."""
        if self.kind in TOGETHER:
            return (self.kind, *(self.place[name] for name in TOGETHER[self.kind]))
        return (self.kind, self.id)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.place["day"])


def read_operations(given: object) -> list[DeviceOperation]:
    """The operations of a request in the order of their device; raises OperationUnreadable."""
    if not isinstance(given, list) or len(given) > MOST_OPERATIONS:
        raise OperationUnreadable(f"at most {MOST_OPERATIONS} operations")
    try:
        found = [_read(one) for one in given]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as trouble:
        raise OperationUnreadable(str(trouble)) from trouble
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.sequence)


def _read(given: Mapping[str, Any]) -> DeviceOperation:
    kind = str(given["kind"])
    place = given.get("place") or {}
    read = {name: _whole(place[name]) for name in NUMBERS[kind]}
    words = {name: str(place[name])[:20] for name in WORDS[kind]}
    if "day" in words:
        date.fromisoformat(words["day"])
    base = _plain(given.get("base"))
    if isinstance(base, dict) and "after" in base:
        base = {"after": str(uuid.UUID(str(base["after"])))}
    decides = [uuid.UUID(str(one)) for one in given.get("decides", ())]
    if len(decides) > MOST_DECIDED or (kind == KEEP and not decides):
        raise ValueError("decides")
    return DeviceOperation(
        id=uuid.UUID(str(given["id"])),
        sequence=_whole(given["seq"]),
        kind=kind,
        place=read | words,
        base=base,
        value=_plain(given.get("value")),
        at=_moment(given["at"]),
        decides=tuple(decides),
    )


def _whole(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**53:
        raise ValueError("no whole number")
    return given


def _plain(given: Any) -> Any:
    """A value as JSON has it, of a sensible size."""
    if isinstance(given, Mapping):
        return {str(key)[:40]: _plain(one) for key, one in list(given.items())[:20]}
    if isinstance(given, str):
        if "\0" in given:
            raise ValueError("null byte")
        return given[:LONGEST_TEXT]
    if given is None or isinstance(given, (bool, int)):
        return given if given is None or abs(given) < 2**53 else _whole(given)
    raise ValueError("no plain value")


def _moment(given: Any) -> datetime:
    at = datetime.fromisoformat(str(given))
    if at.tzinfo is None or not 2000 <= at.year < 2200:
        raise ValueError("no moment")
    return at


def waves(operations: Iterable[DeviceOperation]) -> list[list[list[DeviceOperation]]]:
    """Waves of groups: within a wave no two write the same target, so each group is one write.

    The order of the operations on one target is kept: the second of them stands in a later wave.
    """
    depth: dict[str, int] = {}
    found: list[dict[tuple[Any, ...], list[DeviceOperation]]] = []
    for one in operations:
        level = depth.get(one.target, 0)
        depth[one.target] = level + 1
        if level == len(found):
            found.append({})
        found[level].setdefault(one.group, []).append(one)
    return [list(groups.values()) for groups in found]


def counted_at(at: datetime, offset: timedelta, now: datetime) -> datetime:
    """When it was written by the clock of the server; never later than now."""
    return min(at - offset, now)


def why_too_old(schema: object) -> str:
    """Why a device must take the new page first; "" when its shape is still read."""
    if isinstance(schema, int) and OLDEST_SCHEMA <= schema <= SCHEMA:
        return ""
    return (
        "Hệ thống đã được nâng cấp. Hãy tải lại trang để nhận bản mới; những gì đã ghi trên máy "
        "vẫn còn nguyên và sẽ được gửi sau khi tải lại."
    )


def open_decisions(operations: Sequence[DeviceOperation]) -> tuple[uuid.UUID, ...]:
    """The conflicts that these operations decide."""
    return tuple(dict.fromkeys(key for one in operations for key in one.decides))
