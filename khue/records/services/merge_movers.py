"""What upper contexts do with their rows when two files become one: a small registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kit.fences import EVERYTHING, scoped

Move = Callable[[int, int], dict[str, Any]]
Undo = Callable[[dict[str, Any], int, int], None]
EVERY = Q()
_movers: dict[str, tuple[Move, Undo]] = {}


class RegisteredTwice(ValueError):
    """Two different movers under one name."""


def register_merge_mover(name: str, move: Move, undo: Undo) -> None:
    """Register how rows of a context move: move(gone, kept) tells what undo(moved, …) needs."""
    if _movers.setdefault(name, (move, undo)) != (move, undo):
        raise RegisteredTwice(name)


@dataclass(frozen=True)
class Following:
    """A table with a student column whose rows follow the file that is kept.

    `alone`: groups of columns of which a pupil has one row; where both files hold it, the row of
    the kept file stands and the other rests with the file that is gone. `among`: the rows to which
    that applies. `moves`: the rows that follow at all.
    """

    table: Any
    alone: tuple[tuple[str, ...], ...] = ()
    among: Q = EVERY
    moves: Q = EVERY

    def of(self, gone_id: int, kept_id: int) -> QuerySet[Any]:
        """The rows of the gone file that may follow."""
        rows: QuerySet[Any] = self.table.objects.filter(self.moves, student_id=gone_id)
        for columns in self.alone:
            same = {name: OuterRef(name) for name in columns}
            held = self.table.objects.filter(self.among, student_id=kept_id, **same)
            rows = rows.exclude(self.among & Q(Exists(held)))
        return rows


def register_following(name: str, tables: Mapping[str, Following]) -> None:
    """Register tables whose rows simply follow, those of earlier schools too.

    The keys name the tables in what a merge remembers: they never change.
    """

    def move(gone_id: int, kept_id: int) -> dict[str, Any]:
        with scoped(EVERYTHING):
            return {key: _give(one, gone_id, kept_id) for key, one in tables.items()}

    def undo(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
        with scoped(EVERYTHING):
            for key, ids in moved.items():
                tables[key].table.objects.filter(pk__in=ids).update(student_id=gone_id)

    _movers.setdefault(name, (move, undo))


def _give(one: Following, gone_id: int, kept_id: int) -> list[int | str]:
    ids = list(one.of(gone_id, kept_id).values_list("pk", flat=True))
    one.table.objects.filter(pk__in=ids).update(student_id=kept_id)
    return [each if isinstance(each, int) else str(each) for each in ids]


def move_everything(gone_id: int, kept_id: int) -> dict[str, Any]:
    return {name: move(gone_id, kept_id) for name, (move, _) in _movers.items()}


def undo_everything(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Undo in the opposite order."""
    for name in reversed(moved):
        _movers[name][1](moved[name], gone_id, kept_id)
