"""The outlines: which schools stand in which commune, and how many children each has.

The communes are the real ones with their codes; the schools, their names and their sizes are
invented. The sizes of each band sum to the totals of `kinds`, whatever the seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from random import Random

from khue.organisations.queries.catalogue import rows_of
from synthetic.feeding import Arrivals, arrivals_of, beyond, within
from synthetic.ids import Ids
from synthetic.kinds import BANDS, KINDS, SCHOOLS, Kind
from synthetic.lots import divide, drawn, mixed
from synthetic.plan import PROVINCE_CODE, Commune, Outline, Province
from synthetic.words import COMMUNE_GROUPS, school_names

# The first schools of the province are one of each important kind, so that a small one has all.
OPENING = ("lower", "primary", "preschool", "upper", "joint-boarding", "continuing",
           "ethnic-lower", "lower-upper", "joint", "primary-boarding")  # fmt: skip
WARD_WEIGHT = 1.7
Placed = tuple[Kind, Commune]


def plan_province(
    seed: int,
    schools: int = SCHOOLS,
    ids: Ids | None = None,
    ministry: int | None = None,
    department: int | None = None,
) -> Province:
    """The first `schools` of the province of this seed."""
    communes, whole, arrivals = whole_province(seed)
    return Province(
        seed=seed,
        communes=communes,
        schools=whole[:schools],
        arrivals=within(arrivals, schools),
        beyond=beyond(arrivals, schools),
        ids=ids or Ids(),
        ministry=ministry,
        department=department,
    )


@lru_cache(4)
def whole_province(seed: int) -> tuple[tuple[Commune, ...], tuple[Outline, ...], Arrivals]:
    communes = plan_communes(seed)
    schools = plan_outlines(seed, communes)
    return communes, schools, arrivals_of(schools)


def plan_communes(seed: int) -> tuple[Commune, ...]:
    """The communes of the province in the order of their codes."""
    rows = [one for one in rows_of("codes/communes-2025") if one["province"] == PROVINCE_CODE]
    return tuple(
        Commune(
            place=place,
            code=row["code"],
            name=row["name_vi"],
            is_ward=row["kind"] == "Phường",
            groups=_groups(seed, place, is_ward=row["kind"] == "Phường"),
        )
        for place, row in enumerate(sorted(rows, key=lambda row: row["code"]))
    )


def _groups(seed: int, place: int, *, is_ward: bool) -> Mapping[str, int]:
    offered = COMMUNE_GROUPS["ward"] if is_ward else COMMUNE_GROUPS["rural"]
    return offered[mixed(seed, 11, place) % len(offered)]


def plan_outlines(seed: int, communes: Sequence[Commune]) -> tuple[Outline, ...]:
    """Every school of the province, in the order in which smaller provinces take them."""
    placed = _in_order(_placed(seed, communes))
    pupils = _pupils(seed, placed)
    names = school_names(seed, [kind.title for kind, _ in placed])
    orders: Counter[str] = Counter()
    made = []
    for place, (kind, commune) in enumerate(placed):
        orders[commune.code] += 1
        code = f"{PROVINCE_CODE}{commune.code}{orders[commune.code]:02d}"
        made.append(Outline(seed, place, kind, code, names[place], commune, pupils[place]))
    return tuple(made)


def _placed(seed: int, communes: Sequence[Commune]) -> list[Placed]:
    """Each kind goes to the communes that have least of its levels so far."""
    held: Counter[tuple[int, str]] = Counter()
    placed: list[Placed] = []
    for number, kind in enumerate(sorted(KINDS, key=lambda kind: -len(kind.levels))):
        offered = [one for one in communes if not (kind.rural and one.is_ward)]
        for _ in range(kind.count):
            chosen = min(offered, key=lambda one: _order(seed, number, kind, one, held))
            held.update((chosen.place, level) for level in kind.levels)
            placed.append((kind, chosen))
    return placed


def _order(
    seed: int, number: int, kind: Kind, commune: Commune, held: Mapping[tuple[int, str], int]
) -> tuple[int, int]:
    most = sum(held[commune.place, level] for level in kind.levels)
    return most, mixed(seed, number, commune.place)


def _in_order(placed: Iterable[Placed]) -> list[Placed]:
    """One of each important kind, in the mountains, then commune by commune."""
    keys = [kind.key for kind in KINDS]
    rest = sorted(placed, key=lambda one: (one[1].place, keys.index(one[0].key)))
    opening = []
    for key in OPENING:
        first = next(one for one in rest if one[0].key == key and not one[1].is_ward)
        rest.remove(first)
        opening.append(first)
    return [*opening, *rest]


def _pupils(seed: int, placed: Sequence[Placed]) -> list[dict[str, int]]:
    """How many children of each band sit in each school: the totals, divided by size."""
    sizes = [_size(Random(mixed(seed, 3, at)), *one) for at, one in enumerate(placed)]
    found: list[dict[str, int]] = [{} for _ in placed]
    for number, band in enumerate(BANDS.values()):
        having = [at for at, (kind, _) in enumerate(placed) if band.key in kind.bands]
        weights = [sizes[at] * (92 + drawn(seed, number, at) / 625) for at in having]
        for at, count in zip(having, divide(band.total, weights), strict=True):
            found[at][band.key] = count
    return [
        {key: one[key] for key in kind.bands} for one, (kind, _) in zip(found, placed, strict=True)
    ]


def _size(random: Random, kind: Kind, commune: Commune) -> float:
    spread = min(1.9, max(0.45, random.lognormvariate(0, 0.35)))
    return kind.weight * (WARD_WEIGHT if commune.is_ward else 1.0) * spread
