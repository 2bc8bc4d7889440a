"""Giá trị đã thấy: where a writer saw her own unsent value, it is found by the name of that act.

A machine cannot know what its unsent value becomes at school ("7,5" is 75 tenths there), so the
next operation on the same thing says `{"after": id}`. An operation that was applied leaves its
value as base; one that was not leaves the base that it had itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from khue.access.api import Actor
from khue.offline.models import DeviceOperation as Row
from khue.offline.queries.sealed import opened
from khue.offline.rules.operations import LESSON, DeviceOperation
from kit.fences import EVERYTHING, scoped

NEVER_SEEN = -999
"""A base that nothing stands for: what follows an act that is not known here is a conflict."""
WRITTEN = (Row.Answer.APPLIED, Row.Answer.ALREADY)


def with_bases(actor: Actor, operations: Sequence[DeviceOperation]) -> list[DeviceOperation]:
    """The operations with the values that their writer saw."""
    named = {one.id: key for one in operations if (key := one.follows) is not None}
    if not named:
        return list(operations)
    with scoped(EVERYTHING):
        rows = Row.objects.filter(pk__in=named.values(), account_id=actor.account_id)
        bases = {row.pk: _left(row) for row in rows}
    return [
        replace(one, base=bases.get(named[one.id], NEVER_SEEN)) if one.id in named else one
        for one in operations
    ]


def _left(row: Row) -> Any:
    told = opened(row)
    if row.answer not in WRITTEN:
        return told["wanted"]["base"]
    value = told["found"]["value"]
    return value["version"] if row.kind == LESSON and value else value
