"""Who fed whom: this year's first grades sat in the last grade of a lower school last year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from synthetic.kinds import BANDS, Band
from synthetic.lots import divide, drawn, mixed
from synthetic.plan import Outline

Arrival = tuple[str, int, int]
Arrivals = Mapping[int, tuple[Arrival, ...]]
# How many communes beside each other send their children to the same schools, by the last band.
COMMUNES_TOGETHER = {"M5": 11, "05": 11, "09": 22}
FIRST_GRADES = frozenset({"01", "06", "10", "13"})
FED_FROM = frozenset(BANDS[key].before for key in FIRST_GRADES)
_NUMBERS = {key: number for number, key in enumerate(BANDS)}


def places_of(school: Outline, band: str) -> range:
    """The places of the children of a band among the pupils of their school."""
    first = 0
    for key, count in school.pupils.items():
        if key == band:
            return range(first, first + count)
        first += count
    return range(first, first)


def standing_of(school: Outline, band: Band, place: int) -> str:
    """How a child came to sit here: "known" from the grade below, "new", or "repeats"."""
    number = drawn(school.seed, 17, school.place, _NUMBERS[band.key], place)
    if number < band.new:
        return "new"
    return "repeats" if number < band.new + band.repeats else "known"


def stays_here(school: Outline, band: Band, place: int) -> bool:
    """Whether a child who was a band below was so in this school.

    A school that teaches two levels fills the first grade of the upper one with its own first.
    """
    if band.before not in school.pupils:
        return False
    own = school.pupils[band.before] if band.key in FIRST_GRADES else school.size
    return place - places_of(school, band.key).start < own


def fed_from_elsewhere(school: Outline) -> Iterator[tuple[Band, int]]:
    """Children who were in the band before, in another school."""
    for key in school.pupils:
        band = BANDS[key]
        if band.before not in FED_FROM:
            continue
        for place in places_of(school, key):
            known = standing_of(school, band, place) == "known"
            if known and not stays_here(school, band, place):
                yield band, place


def arrivals_of(schools: Sequence[Outline]) -> Arrivals:
    """For each feeding school whom it sent where."""
    arrived: dict[tuple[str, int], list[Arrival]] = defaultdict(list)
    for school in schools:
        for band, place in fed_from_elsewhere(school):
            arrived[_pool(band.before, school)].append((band.before, school.place, place))
    found: dict[int, tuple[Arrival, ...]] = {}
    for pool, children in arrived.items():
        found.update(_shared(pool, children, [one for one in schools if _feeds(pool, one)]))
    return found


def _pool(before: str, school: Outline) -> tuple[str, int]:
    return before, school.commune.place // COMMUNES_TOGETHER[before]


def _feeds(pool: tuple[str, int], school: Outline) -> bool:
    """A school where the band is the last one, in the same commune or old district."""
    goes_on = any(BANDS[key].before == pool[0] for key in school.pupils)
    return pool[0] in school.pupils and not goes_on and _pool(pool[0], school) == pool


def _shared(
    pool: tuple[str, int], children: list[Arrival], feeders: Sequence[Outline]
) -> Iterator[tuple[int, tuple[Arrival, ...]]]:
    """The children of a pool came from its feeders, in proportion to their size."""
    children.sort(key=lambda one: mixed(one[1], one[2]))
    first = 0
    counts = divide(len(children), [one.pupils[pool[0]] for one in feeders])
    for feeder, count in zip(feeders, counts, strict=True):
        yield feeder.place, tuple(children[first : first + count])
        first += count


def beyond(arrivals: Arrivals, schools: int) -> Mapping[int, Mapping[str, int]]:
    """How many of each band the first schools sent to schools that are not among them."""
    return {
        feeder: Counter(then for then, where, _ in sent if where >= schools)
        for feeder, sent in arrivals.items()
        if feeder < schools
    }


def within(arrivals: Arrivals, schools: int) -> Arrivals:
    """Only what happened between the first schools."""
    return {
        feeder: tuple(one for one in sent if one[1] < schools)
        for feeder, sent in arrivals.items()
        if feeder < schools
    }
