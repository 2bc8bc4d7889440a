"""Số liệu đang lưu, as it is kept: for the check; nothing is withheld here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows, keys_array

Where = tuple[PlaceKind, int, int, Theme]
"""A figure: kind and id of the place, year, theme."""

STORED = "select kind, place_id, year, theme, counts from statistics_figure where {which}"
OF_CLASSES = STORED.format(which="kind = 'class' and place_id = any(%s::bigint[])")
OF_ORGANISATIONS = STORED.format(which="kind <> 'class'")
GONE = """
select figure.kind, figure.place_id, figure.year, figure.theme from statistics_figure figure
where figure.kind = 'class'
  and not exists (select from organisations_schoolclass class where class.id = figure.place_id)
"""


def stored_of_classes(class_ids: Sequence[int]) -> dict[Where, dict[str, int]]:
    """Every figure of some classes (one query)."""
    return _stored(kept_rows(OF_CLASSES, [keys_array(class_ids)]))


def stored_of_organisations() -> dict[Where, dict[str, int]]:
    """Every figure of every school and of all above (one query)."""
    return _stored(kept_rows(OF_ORGANISATIONS, []))


def _stored(rows: Sequence[tuple[Any, ...]]) -> dict[Where, dict[str, int]]:
    return {(PlaceKind(row[0]), row[1], row[2], Theme(row[3])): json.loads(row[4]) for row in rows}


def figures_of_gone_classes() -> list[Where]:
    """Figures of classes that are no more (one query)."""
    return [(PlaceKind(row[0]), row[1], row[2], Theme(row[3])) for row in kept_rows(GONE, [])]
