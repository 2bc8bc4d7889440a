"""Một trang của một danh sách: rows told as plain values, the keys to go on, whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q

from khue.interchange.rules.cursors import read_cursor
from khue.ledger.api import subjects_changed_since
from kit.windows import Window

Row = TypeVar("Row")
Told = dict[str, Any]


class CursorUnreadable(Exception):
    """The cursor is none that this list gave."""


@dataclass(frozen=True)
class Page:
    """`after`: the keys of the last row when more follow; `records`: how many of which school."""

    items: list[Told]
    after: tuple[int, ...]
    records: Counter[int]


def window_of(limit: int, after: str | None, *, keys: int = 1, where: Q | None = None) -> Window:
    """The window of a request, one row longer than the page. Raises CursorUnreadable."""
    held = read_cursor(after, keys) if after else ()
    if held is None:
        raise CursorUnreadable(after)
    return Window(limit=limit, after=held, where=where or Q()).one_more()


def page_of(
    rows: Sequence[Row],
    window: Window,
    told: Callable[[Row], Told],
    *,
    school: Callable[[Row], int],
    keys: Callable[[Row], tuple[int, ...]],
) -> Page:
    """The rows of a window as a page; the row too many tells that another page follows."""
    shown = rows[: window.limit - 1]
    more = len(rows) >= window.limit
    after = keys(shown[-1]) if more and shown else ()
    return Page([told(row) for row in shown], after, Counter(school(row) for row in shown))


def page_of_school_rows(rows: Sequence[Any], window: Window, told: Callable[[Any], Told]) -> Page:
    """The same for rows that have a number of their own and that of their school."""
    return page_of(rows, window, told, school=lambda row: row.school_id, keys=lambda row: (row.id,))


def changed_rows(since: datetime | None, kind: str, column: str = "pk") -> Q:
    """The rows of a list that changed since a moment, by the ledger."""
    numbers = None if since is None else changed_numbers(since, [kind])
    return Q() if numbers is None else Q(**{f"{column}__in": numbers})


def changed_numbers(since: datetime, kinds: Sequence[str]) -> tuple[int, ...] | None:
    """The numbers of the records of some kinds that changed; None when there are too many."""
    subjects = subjects_changed_since(since, kinds=kinds)
    if subjects is None:
        return None
    texts = [one.partition(":")[2] for one in subjects]
    return tuple(int(one) for one in texts if one.isdecimal())
