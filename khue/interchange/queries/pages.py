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


def changed_rows(
    since: datetime | None, kind: str, column: str = "pk", *, also: Q | None = None
) -> Q:
    """The rows of a list that changed since a moment, by the ledger."""
    if since is None:
        return Q()
    subjects = subjects_changed_since(since, kinds=[kind])
    if subjects is None:
        return Q()
    numbers = [text for text in (one.partition(":")[2] for one in subjects) if text.isdecimal()]
    return Q(**{f"{column}__in": [int(one) for one in numbers]}) | (also or Q(pk__in=[]))
