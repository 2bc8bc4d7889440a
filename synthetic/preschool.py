"""Trẻ mầm non: fields of development at the two ends, heights and weights by the months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from khue.gradebook.rules.child_stages import MONTHS, TERM_1, YEAR_END
from synthetic.chance import stream
from synthetic.pupils import Seat

COLUMNS = (
    *("year", "school_class_id", "stage", "student_id", "school_id", "province_id"),
    *("physical", "cognitive", "language", "social", "aesthetic"),
    *("height_mm", "weight_g", "remark", "version"),
)
FIELDS = 5
ATTAINED, NOT_YET = 1, 2
NURSERY = ("01", "02", "03")
# Measured in September, December and March; assessed at the ends of term I and of the year.
MEASURED = (9, 12, 3)
BEHIND = 0.05
REMARKS = (
    "Bé vui vẻ, tự phục vụ tốt, thích kể chuyện cùng bạn.",
    "Bé mạnh dạn, hát và múa tự nhiên.",
    "Bé ăn ngủ tốt; cô đang giúp bé nói câu dài hơn.",
    "Bé khéo tay, thích xếp hình và vẽ.",
)
Row = tuple[int | str | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A nursery group or a kindergarten class of a year."""

    id: int
    key: str
    year: int
    school_id: int
    province_id: int
    age_group: str
    seats: Sequence[Seat]


def stage_days(year: int, term_ends: tuple[date, date]) -> list[tuple[int, date]]:
    """The stages of a school year with the day by which each is written."""
    months = [(MONTHS + one, date(year + (one < 8), one, 20)) for one in MEASURED]
    ends = zip((TERM_1, YEAR_END), term_ends, strict=True)
    return sorted([*months, *ends], key=lambda one: one[1])


def child_rows(seed: int, group: Group, stages: Sequence[tuple[int, date]]) -> Iterator[Row]:
    """As gradebook_childstage keeps them, of every child who was there."""
    random = stream(seed, "preschool", group.key)
    for place, seat in enumerate(group.seats):
        build = random.gauss(0, 1)
        for stage, day in stages:
            if not seat.has_left_by(day):
                yield _row(random, group, seat, (stage, day), (place, build))


def _row(
    random: Random, group: Group, seat: Seat, when: tuple[int, date], child: tuple[int, float]
) -> Row:
    stage, day = when
    place, build = child
    months = seat.months + (day.year - group.year - 1) * 12 + day.month - 1
    fields: list[int | None] = [None] * FIELDS
    remark = ""
    if stage < MONTHS:
        fields = list(_fields(random, group.age_group))
        remark = REMARKS[place % len(REMARKS)] if place % 3 == 0 else ""
    where = (group.year, group.id, stage, seat.student_id, group.school_id, group.province_id)
    return (*where, *fields, height_at(months, build), weight_at(months, build), remark, 1)


def _fields(random: Random, age_group: str) -> Iterator[int | None]:
    last = FIELDS - (age_group in NURSERY)
    for place in range(FIELDS):
        behind = random.random() < BEHIND
        yield (NOT_YET if behind else ATTAINED) if place < last else None


def height_at(months: int, build: float) -> int:
    """Millimetres at an age: quickly at first, six centimetres a year later."""
    age = max(3, min(84, months))
    usual = 500 + 21 * min(age, 12) + 9.5 * min(max(age - 12, 0), 24) + 5.6 * max(age - 36, 0)
    return int(usual * (1 + 0.03 * max(-2, min(2, build))))


def weight_at(months: int, build: float) -> int:
    """Grams at an age."""
    age = max(3, min(84, months))
    usual = 3600 + 480 * min(age, 12) + 210 * min(max(age - 12, 0), 24) + 170 * max(age - 36, 0)
    return int(usual * (1 + 0.07 * max(-2, min(2, build))))
