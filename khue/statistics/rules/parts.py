"""Phần của từng trường trong một biểu: what has to be read school by school, and what need not be.

Most rows of a form are sums over all schools, which the figure of the place holds already. School
by school stand only what conditions look at, what rows with a condition add up, and everything of
schools that are not public, because each row tells those apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from khue.statistics.rules.declared import LEVELS_OF_FORMS
from khue.statistics.rules.reports import OF_LEVELS, FormRow, form_rows, theme_of
from khue.statistics.rules.sources import PUBLIC, SchoolCounts, key_of_condition
from khue.statistics.rules.themes import Theme

Keys = Mapping[Theme, tuple[str, ...]]


@cache
def keys_apart(form: str) -> Keys:
    """The counts of each school that the form needs whoever runs the school, by theme.

    What a school is and what it declares (the other themes) is needed whole.
    """
    keys = sorted({key for row in form_rows(form) for key in _keys_of(row)})
    told = {one: tuple(key for key in keys if theme_of(key) is one) for one in OF_LEVELS}
    return MappingProxyType({one: found for one, found in told.items() if found})


def _keys_of(row: FormRow) -> set[str]:
    if row.source is None or not row.source.conditions:
        return set()
    looked = {key_of_condition(one) for condition in row.source.conditions for one in condition}
    added = {term + column for _, term in row.source.terms for column in row.columns}
    return (looked | added) - row.source.declared


def rest_of(form: str, whole: Mapping[str, int], schools: Iterable[SchoolCounts]) -> SchoolCounts:
    """The counts of the place that no school told by itself: of public schools, and of no number.

    It meets no condition: what rows with one add up, every school told.
    """
    begin = f"{LEVELS_OF_FORMS[form]}."
    rest = {key: value for key, value in whole.items() if key.startswith(begin)}
    for school in schools:
        for key in rest.keys() & school.counts.keys():
            rest[key] -= school.counts[key]
    return SchoolCounts(rest, number=0, met=frozenset({PUBLIC}))
