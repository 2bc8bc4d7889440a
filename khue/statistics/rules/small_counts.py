"""Che số nhỏ: which counts are withheld so that no child is found by counting.

A sensitive count from 1 to below the threshold is withheld. A reader who knows a total and all its
parts but one computes the last one, and where all the others are as large (or as small) as they can
be, he computes it too; so from such a sum another count is withheld, and again, until no equation
gives anything away, and no number of equations together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from khue.statistics.rules.reckoning import Counts, Keys
from khue.statistics.rules.watching import Guarding, Watched, watched
from khue.statistics.rules.withholding import Place, Table


def withhold_among(
    guarding: Guarding, places: Mapping[int, Counts], above: Keys | None
) -> dict[int, set[str]]:
    """Các số phải che of places that are told beside each other, with the sum over them.

    `above`: what is withheld of the sum; none where no sum is told.
    """
    hidden = {place: guarding.small(counts) for place, counts in places.items()}
    if above is not None and len(places) == 1:
        hidden = {place: keys.union(above) for place, keys in hidden.items()}
    total = _sum_of(places.values())
    keys = frozenset(total)
    Table(
        guarding,
        {one: Place.of(guarding, counts, keys, hidden[one]) for one, counts in places.items()},
        None if above is None else Place.of(guarding, total, keys, set(above)),
    ).withhold()
    return hidden


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
