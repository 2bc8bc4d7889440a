"""Từ lượt qua cổng đến danh sách vắng: what the gate proposes for a class in a session."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khue.attendance.rules.gate import (
    EARLY,
    LATE,
    MISSING,
    Hours,
    Passed,
    Presence,
    presence,
)
from khue.attendance.rules.kinds import EARLY as LEFT_EARLY
from khue.attendance.rules.kinds import LATE as CAME_LATE
from khue.attendance.rules.kinds import WITHOUT


@dataclass(frozen=True, slots=True)
class GateMark:
    """One pupil who did not simply come: kind, minutes, a note."""

    kind: str
    minutes: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateList:
    """Danh sách cổng đề nghị; `complete` once the missing are among them.

    `trusted` is false where fewer than half of those who carry cards came: then the gate stood
    still rather than the class, and nobody is proposed as absent.
    """

    marks: Mapping[int, GateMark] = field(default_factory=dict)
    carrying: int = 0
    came: int = 0
    complete: bool = False
    trusted: bool = True

    @property
    def useful(self) -> bool:
        return self.came > 0


NO_LIST = GateList()


def gate_list(
    hours: Hours,
    day: date,
    now: datetime,
    passed: Mapping[int, Sequence[Passed]],
    carrying: Collection[int],
) -> GateList:
    """Danh sách đề nghị of those who carry a card; who carries none is left to the teacher.

    Who came late is proposed at once, who has not come only when the school's minutes are over, who
    left early only when the session is.
    """
    found = {one: presence(hours, day, passed.get(one, ())) for one in carrying}
    came = sum(one.kind != MISSING for one in found.values())
    complete = now >= hours.absent_from(day)
    trusted = came * 2 >= len(found)
    over = now >= hours.on(day, hours.ends_at)
    marks = {
        key: mark
        for key, one in sorted(found.items())
        if (mark := _mark(one, missing=complete and trusted, over=over))
    }
    return GateList(marks, len(found), came, complete, trusted)


def _mark(one: Presence, *, missing: bool, over: bool) -> GateMark | None:
    if one.kind == LATE:
        note = f"về sớm {one.left_minutes} phút" if one.left_minutes and over else ""
        return GateMark(CAME_LATE, one.minutes, note)
    if one.kind == EARLY and over:
        return GateMark(LEFT_EARLY, one.minutes)
    return GateMark(WITHOUT) if one.kind == MISSING and missing else None


def gate_sentence(found: GateList) -> str:
    """Lời giải thích of the list, for the teacher; nothing where no card came through."""
    if not found.useful:
        return ""
    told = f"Cổng trường ghi {found.came} trên {found.carrying} em có thẻ đã vào."
    if found.complete and not found.trusted:
        return f"{told} Quá nửa lớp chưa quẹt thẻ nên cổng không đề nghị ai vắng."
    if not found.complete:
        return f"{told} Danh sách vắng được đề nghị khi hết giờ chờ của trường."
    return f"{told} Danh sách dưới đây điền sẵn theo cổng; thầy cô sửa rồi bấm lưu."
