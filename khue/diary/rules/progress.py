"""Tiến độ chương trình: the next lesson of the plan, and how far a class is ahead or behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


def next_number(taught: Collection[int], planned: Collection[int]) -> int | None:
    """Tiết PPCT kế tiếp: the first planned lesson after the last one taught.

    Without a plan it is the number after the last one; None where the plan is finished.
    """
    last = max(taught, default=0)
    if not planned:
        return last + 1
    return min((one for one in planned if one > last), default=None)


@dataclass(frozen=True, slots=True)
class Progress:
    """Tiến độ: `taught` lessons of `planned`, of which `due` belong to weeks that are over.

    `off`: lessons ahead (above 0) or behind (below 0); None where the plan names no weeks.
    """

    taught: int
    planned: int
    due: int
    off: int | None
    skipped: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        if self.planned == 0:
            return "Chưa có PPCT"
        if self.off is None:
            return "PPCT chưa ghi tuần"
        if self.off == 0:
            return "Đúng tiến độ"
        return f"{'Nhanh' if self.off > 0 else 'Chậm'} {abs(self.off)} tiết"


def progress(
    taught: Collection[int], weeks: Mapping[int, int | None], *, over: int, begun: int
) -> Progress:
    """Nhanh, chậm so với phân phối chương trình, in lessons.

    `weeks`: the week of each planned lesson. `over`: the last study week that has ended; `begun`:
    the last that has begun. What the running week holds may be taught or not: neither ahead nor
    behind.
    """
    done = {one for one in taught if one in weeks}
    told = {number: week for number, week in weeks.items() if week is not None}
    due = sum(1 for week in told.values() if week <= over)
    allowed = sum(1 for week in told.values() if week <= begun)
    skipped = tuple(sorted(one for one in weeks if one < max(done, default=0) and one not in done))
    off = _off(len(done), due, allowed) if told else None
    return Progress(len(done), len(weeks), due, off, skipped)


def _off(done: int, due: int, allowed: int) -> int:
    if done < due:
        return done - due
    return max(done - allowed, 0)
