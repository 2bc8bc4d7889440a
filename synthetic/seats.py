"""Who sits in which class: this year by band, last year by where everybody came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from synthetic.feeding import places_of, standing_of, stays_here
from synthetic.frames import Frame
from synthetic.ids import Ids
from synthetic.kinds import BANDS, LEAVERS, Band
from synthetic.lots import divide, drawn
from synthetic.plan import PROVINCE_CODE, Outline, Province

GIRLS = 4_880
UP, AGAIN, LEFT = "up", "repeats", "left"


@dataclass(frozen=True, slots=True)
class Child:
    """A child by the school that keeps the file now and the place among its pupils."""

    school: int
    place: int
    band: Band
    standing: str
    next: str = ""


def sex_of(seed: int, school: int, place: int) -> str:
    return "F" if drawn(seed, 31, school, place) < GIRLS else "M"


def code_of(school: int, place: int) -> str:
    """Mã học sinh: ten digits, the province first; invented."""
    return f"{PROVINCE_CODE}{school:03d}{place:05d}"


def student_id(ids: Ids, school: int, place: int) -> int:
    return ids.of("records.Student", school, place)


def children_now(school: Outline) -> list[Child]:
    """Everybody of this year, in the order of their places."""
    return [
        Child(school.place, place, BANDS[key], standing_of(school, BANDS[key], place))
        for key in school.pupils
        for place in places_of(school, key)
    ]


def leavers(province: Province, school: Outline) -> list[Child]:
    """Last year's eldest who sit in no school here: their places come after this year's pupils.

    First those who went to no school, then those whose school a smaller province does not have.
    """
    gone = [*_finished(school), *province.beyond.get(school.place, {}).items()]
    bands = [key for key, count in gone for _ in range(count)]
    return [
        Child(school.place, place, BANDS[key], "known", LEFT)
        for place, key in enumerate(bands, school.size)
    ]


def _finished(school: Outline) -> Iterator[tuple[str, int]]:
    for key, share in LEAVERS.items():
        yield key, school.pupils.get(key, 0) * share // 10_000


def last_year_rolls(province: Province, school: Outline) -> Mapping[str, list[Child]]:
    """Who sat in each band of the school last year, and what became of them."""
    rolls: dict[str, list[Child]] = defaultdict(list)
    for child in children_now(school):
        before = _before(school, child)
        if before:
            rolls[before.key].append(_was(child, before))
    for then, where, place in province.arrivals.get(school.place, ()):
        rolls[then].append(Child(where, place, BANDS[then], "known", UP))
    for child in leavers(province, school):
        rolls[child.band.key].append(child)
    return rolls


def _before(school: Outline, child: Child) -> Band | None:
    """The band in which a child sat in this school last year; none who came from elsewhere."""
    if child.standing == "repeats":
        return child.band
    if child.standing == "known" and stays_here(school, child.band, child.place):
        return BANDS[child.band.before]
    return None


def _was(child: Child, before: Band) -> Child:
    after = AGAIN if child.standing == "repeats" else UP
    return Child(child.school, child.place, before, "known", after)


def seats_now(school: Outline, frames: Sequence[Frame]) -> Iterator[tuple[int, Child]]:
    """This year: the number of the class for every child."""
    rolls: dict[str, list[Child]] = defaultdict(list)
    for child in children_now(school):
        rolls[child.band.key].append(child)
    return _seated(rolls, frames)


def seats_then(
    province: Province, school: Outline, frames: Sequence[Frame]
) -> Iterator[tuple[int, Child]]:
    """Last year: the same classes, filled in the same proportions and the same order."""
    return _seated(last_year_rolls(province, school), frames)


def _seated(
    rolls: Mapping[str, Sequence[Child]], frames: Sequence[Frame]
) -> Iterator[tuple[int, Child]]:
    for key, children in rolls.items():
        having = [at for at, frame in enumerate(frames) if key in frame.counts]
        sizes = divide(len(children), [frames[at].counts[key] for at in having])
        yield from zip(_repeated(having, sizes), children, strict=True)


def _repeated(numbers: Iterable[int], counts: Iterable[int]) -> Iterator[int]:
    for number, count in zip(numbers, counts, strict=True):
        yield from [number] * count
