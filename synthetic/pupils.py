"""A pupil as the year sees one: the seat in a class, the gift, and the way the year ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from synthetic.chance import stream

USUAL, BETWEEN_PUPILS = 69.0, 11.0
# Who falls behind is helped: below this, only a third of the distance is left.
HELPED_BELOW, LEFT_OVER = 56.0, 1 / 3
WEAK = 33.0


class Way(Enum):
    """How a school year ends for a pupil; the classes of the next year follow from it."""

    ON = "on"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Seat:
    """A stay in a class: from when to when, and what the pupil usually reaches (tenths)."""

    student_id: int
    grade: str
    starts_on: date
    ends_on: date | None
    status: str
    usual: float
    way: Way = Way.ON
    months: int = 0

    @property
    def stays(self) -> bool:
        """Whether the pupil ends the year in this class."""
        return self.status not in ("transferred_out", "dropped_out", "moved_class")

    def sits_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def has_left_by(self, day: date) -> bool:
        return self.ends_on is not None and self.ends_on < day


def usual_of(seed: int, code: str, way: Way = Way.ON) -> float:
    """The gift of a pupil: one for every year and subject, so that marks go together.

    Whoever repeats the class was weak all year.
    """
    if way is Way.AGAIN:
        return WEAK
    drawn = stream(seed, "gift", code).gauss(USUAL, BETWEEN_PUPILS)
    return drawn if drawn >= HELPED_BELOW else HELPED_BELOW - (HELPED_BELOW - drawn) * LEFT_OVER
