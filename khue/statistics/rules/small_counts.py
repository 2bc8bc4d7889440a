"""Che số nhỏ: which counts are withheld so that no child is found by counting.

A sensitive count from 1 to below the threshold is withheld. A reader who knows a total and all its
parts but one computes the last one, and where all the others are as large (or as small) as they can
be, he computes it too; so from such a sum another count is withheld, and again, until no equation
gives anything away, and no number of equations together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from khue.statistics.rules.reckoning import Counts, Keys
from khue.statistics.rules.watching import Guarding, Watched, watched
from khue.statistics.rules.withholding import Place, Table

Hidden = Mapping[int, Keys]
OVERALL = ""
MOST_KEPT = 200
_KEPT: dict[tuple[Guarding, bytes], dict[int, set[str]]] = {}


def withhold_among(
    guarding: Guarding, places: Mapping[int, Counts], above: Keys | None
) -> dict[int, set[str]]:
    """Các số phải che of places that are told beside each other, with the sum over them.

    `above`: what is withheld of the sum; none where no sum is told. Each part of a table (a level)
    is decided by itself and kept, since mostly one of them moves; then what joins them. A place
    alone is its sum: of both the same is withheld.
    """
    hidden = {place: guarding.small(counts) for place, counts in places.items()}
    if above is not None and len(places) == 1:
        return {place: keys.union(above) for place, keys in hidden.items()}
    parts = _parts_of(guarding, places)
    waiting = set(parts)
    while waiting:
        for part in sorted(waiting, key=lambda one: (one == OVERALL, one)):
            found = _withhold_part(guarding, places, hidden, above, parts[part])
            changed = {key for place in places for key in found[place] - hidden[place]}
            for place, keys in found.items():
                hidden[place] |= keys
            waiting.discard(part)
            waiting |= {one for one in parts if one != part and not changed.isdisjoint(parts[one])}
    return hidden


def _parts_of(guarding: Guarding, places: Mapping[int, Counts]) -> Mapping[str, Keys]:
    """The keys of each level, and those that the sums over levels join."""
    keys = frozenset().union(*places.values())
    parts: dict[str, set[str]] = defaultdict(set)
    members = [(one, (*one.parts, one.total)) for one in guarding.equations_of(keys)]
    for key in keys.union(*(every for _, every in members)):
        parts[guarding.part_of(key)].add(key)
    if len(parts) == 1:
        return parts
    for one, every in members:
        if guarding.part_of(one.total) == OVERALL:
            parts[OVERALL].update(every)
    return parts


def _withhold_part(
    guarding: Guarding, places: Mapping[int, Counts], hidden: Hidden, above: Keys | None, part: Keys
) -> Hidden:
    """What is withheld of some keys of the places, from what is withheld of them already."""
    counts = {place: _only(part, told) for place, told in places.items()}
    begun = {place: sorted(keys & part) for place, keys in hidden.items()}
    given = None if above is None else sorted(above & part)
    words = repr((sorted(counts.items()), sorted(begun.items()), given))
    name = guarding, blake2b(words.encode()).digest()
    found = _KEPT.pop(name, None)
    if found is None:
        found = {place: set(keys) for place, keys in begun.items()}
        total = _sum_of(counts.values())
        keys = frozenset(total)
        Table(
            guarding,
            {one: Place.of(guarding, told, keys, found[one]) for one, told in counts.items()},
            None if given is None else Place.of(guarding, total, keys, set(given)),
        ).withhold()
    _KEPT[name] = found
    if len(_KEPT) > MOST_KEPT:
        del _KEPT[next(iter(_KEPT))]
    return found


def _only(keys: Keys, counts: Counts) -> dict[str, int]:
    return {key: counts[key] for key in sorted(keys & counts.keys())}


def _sum_of(places: Iterable[Counts]) -> Counts:
    total: Counter[str] = Counter()
    for counts in places:
        total.update(counts)
    return total


def leaks(guarding: Guarding, counts: Counts, hidden: Keys) -> list[Watched]:
    """The sums within a place from which a withheld count could be computed."""
    return [one for one in watched(guarding, counts, frozenset(counts)) if one.gives_away(hidden)]


def given_away_across(hidden: Mapping[int, Keys], above: Keys) -> list[str]:
    """Keys of which the sum over the places leaves exactly one unknown."""
    unknown = Counter(above)
    for keys in hidden.values():
        unknown.update(keys)
    return sorted(key for key, many in unknown.items() if many == 1)
