"""Sites and classes of a school: which bands sit where, in classes of what size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from synthetic.ids import Ids
from synthetic.kinds import BANDS, CLASS_SIZES, NURSERY_SIZE, Band
from synthetic.lots import divide, mixed
from synthetic.plan import Outline, PlannedSite
from synthetic.words import BASES

LETTERS = "ABCDEGHIKLMNPQRSTVXY"
# Bands that are taught near the villages, and the share of them that is.
SCATTERED = {"M3": 0.34, "M4": 0.36, "M5": 0.34, "01": 0.3, "02": 0.28, "03": 0.18}
MERGE_UP_TO = 24
SATELLITE_SIZE = 22
MOST_SITES = {"01": 4, "02": 4}
PRESCHOOL_NAMES = {
    "N2": "Nhóm trẻ 13-24 tháng",
    "N3": "Nhóm trẻ 25-36 tháng",
    "M3": "Mẫu giáo bé",
    "M4": "Mẫu giáo nhỡ",
    "M5": "Mẫu giáo lớn",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A class before anybody sits in it: its bands with how many of each, and its site."""

    name: str
    level: str
    counts: Mapping[str, int]
    site: int

    @property
    def bands(self) -> tuple[Band, ...]:
        return tuple(BANDS[key] for key in self.counts)

    @property
    def merged_kind(self) -> str:
        """Lớp ghép: of several grades, or of several ages in a preschool."""
        if len(self.counts) == 1:
            return ""
        return "ages" if self.level == "01" else "grades"


def plan_sites(school: Outline, ids: Ids) -> tuple[PlannedSite, ...]:
    """The main site and the satellites near the villages."""
    random = Random(mixed(school.seed, 23, school.place))
    names = ["Điểm trường chính"]
    names += [f"Điểm trường {one}" for one in random.sample(BASES, _satellites(school, random))]
    return tuple(
        PlannedSite(
            id=ids.of("organisations.Site", school.place, at),
            name=name,
            distance=random.randint(15, 130) if at else 0,
        )
        for at, name in enumerate(names)
    )


def _satellites(school: Outline, random: Random) -> int:
    """Mountain communes have them; a ward and a secondary school have none."""
    most = max((MOST_SITES.get(level, 0) for level in school.kind.levels), default=0)
    scattered = sum(count for key, count in school.pupils.items() if key in SCATTERED)
    if school.commune.is_ward or not most:
        return 0
    return min(most, scattered // 45, random.choice((0, 1, 2, 2, 3, 3, 4)))


def plan_frames(school: Outline, sites: Sequence[PlannedSite]) -> tuple[Frame, ...]:
    """The classes of a year, the youngest first; all of a band's children have a place."""
    away = _away(school, len(sites) - 1)
    main = [frame for key in school.pupils for frame in _at_main(school, key, away)]
    near = [frame for at in range(1, len(sites)) for frame in _at_satellite(sites, at, away)]
    return tuple(sorted([*main, *near], key=lambda one: one.level))


def _away(school: Outline, satellites: int) -> list[dict[str, int]]:
    """How many children of each band each satellite has."""
    random = Random(mixed(school.seed, 29, school.place))
    found: list[dict[str, int]] = [{} for _ in range(satellites)]
    weights = [random.uniform(0.6, 1.4) for _ in range(satellites)]
    for key, count in school.pupils.items():
        share = SCATTERED.get(key, 0) * satellites / 3
        for site, part in zip(found, divide(round(count * share), weights), strict=True):
            if part:
                site[key] = part
    return found


def _at_main(school: Outline, key: str, away: Sequence[Mapping[str, int]]) -> Iterator[Frame]:
    band, left = BANDS[key], school.pupils[key] - sum(one.get(key, 0) for one in away)
    size = NURSERY_SIZE if band.grade == "16" else CLASS_SIZES[band.level]
    classes = max(1, math.ceil(left / size)) if left else 0
    for at, count in enumerate(divide(left, [1] * classes)):
        yield Frame(_name(band, at), band.level, {key: count}, 0)


def _name(band: Band, at: int) -> str:
    if band.level == "01":
        return f"{PRESCHOOL_NAMES[band.key]} {LETTERS[at]}"
    if band.level == "04":
        return f"{int(band.key)}A{at + 1}"
    if band.level == "05":
        return f"{int(band.key) - 3}GDTX{at + 1}"
    return f"{int(band.key)}{LETTERS[at]}"


def _at_satellite(
    sites: Sequence[PlannedSite], at: int, away: Sequence[Mapping[str, int]]
) -> Iterator[Frame]:
    """One merged class where the children are few, else a class of each band."""
    place = sites[at].name.removeprefix("Điểm trường ")
    for level in ("01", "02"):
        held = {key: count for key, count in away[at - 1].items() if BANDS[key].level == level}
        if 0 < sum(held.values()) <= MERGE_UP_TO:
            yield Frame(_merged_name(held, level, place), level, held, at)
        else:
            yield from _split(held, place, at)


def _split(held: Mapping[str, int], place: str, at: int) -> Iterator[Frame]:
    for key, count in held.items():
        parts = divide(count, [1] * math.ceil(count / SATELLITE_SIZE))
        for number, part in enumerate(parts):
            letter = f" {LETTERS[number]}" if len(parts) > 1 else ""
            name = PRESCHOOL_NAMES.get(key) or f"{int(key)}"
            yield Frame(f"{name} {place}{letter}", BANDS[key].level, {key: part}, at)


def _merged_name(held: Mapping[str, int], level: str, place: str) -> str:
    if len(held) == 1:
        return next(_split(held, place, 0)).name
    if level == "01":
        return f"Mẫu giáo ghép {place}"
    return f"{'+'.join(str(int(key)) for key in held)} {place}"
