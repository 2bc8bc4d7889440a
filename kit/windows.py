"""A window on many rows: so many, after a row or from an offset, of those that match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Clause:
    """A condition for a statement of our own, as Q is one for a queryset.

    `{name}` is a column that the statement knows by this name, `{}` a value in its turn. It is
    written in our code only; whatever somebody sent is among the values.
    """

    text: str = "true"
    values: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"({self.text}) and ({other.text})", self.values + other.values)

    def __or__(self, other: Clause) -> Clause:
        return Clause(f"({self.text}) or ({other.text})", self.values + other.values)

    def __invert__(self) -> Clause:
        return Clause(f"not ({self.text})", self.values)

    def told(self, columns: Mapping[str, str]) -> tuple[str, dict[str, object]]:
        """The text for a statement with these columns, and its values by name."""
        named = {f"clause_{place}": value for place, value in enumerate(self.values)}
        return self.text.format(*[f"%({name})s" for name in named], **columns), named


@dataclass(frozen=True)
class Window:
    """Which rows of a long list are wanted.

    `after`: the keys of the last row that was read, so that new rows shift nothing; `offset`: for
    protocols that count. `where`: more conditions, on columns of the list or beyond its keys;
    `clause`: the same for statements of our own. `order`: what the rows are sorted by before their
    keys, as expressions, or as texts with the columns of a statement in braces.
    """

    limit: int = 100
    after: tuple[int, ...] = ()
    offset: int = 0
    where: Q = field(default_factory=Q)
    clause: Clause = field(default_factory=Clause)
    order: tuple[Any, ...] = ()

    def one_more(self) -> Window:
        """The same with one row more, which tells whether anything follows."""
        return replace(self, limit=self.limit + 1)

    def statement(self, columns: Mapping[str, str]) -> tuple[str, str, dict[str, object]]:
        """For a statement of our own: its condition, what goes before its order, all values."""
        condition, values = self.clause.told(columns)
        order = "".join(f"{one.format(**columns)}, " for one in self.order)
        return f"({condition})", order, {**values, "limit": self.limit, "offset": self.offset}


def cut(rows: QuerySet[Row], window: Window, order: Sequence[str] = ("pk",)) -> QuerySet[Row]:
    """The rows of the window, in the order of the primary key or of its columns."""
    found = rows.filter(window.where).order_by(*window.order, *order)
    if window.after:
        found = found.filter(pk__gt=window.after if len(order) > 1 else window.after[0])
    return found[window.offset : window.offset + window.limit]
