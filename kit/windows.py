"""A window on many rows: so many, after a row or from an offset, of those that match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Window:
    """Which rows of a long list are wanted.

    `after`: the keys of the last row that was read, so that new rows shift nothing; `offset`: for
    protocols that count. `where`: more conditions, on columns of the list or beyond its keys.
    """

    limit: int = 100
    after: tuple[int, ...] = ()
    offset: int = 0
    where: Q = field(default_factory=Q)

    def one_more(self) -> Window:
        """The same with one row more, which tells whether anything follows."""
        return replace(self, limit=self.limit + 1)


def cut(rows: QuerySet[Row], window: Window, order: Sequence[str] = ("pk",)) -> QuerySet[Row]:
    """The rows of the window, in the order of the primary key or of its columns."""
    found = rows.filter(window.where).order_by(*order)
    if window.after:
        found = found.filter(pk__gt=window.after if len(order) > 1 else window.after[0])
    return found[window.offset : window.offset + window.limit]
