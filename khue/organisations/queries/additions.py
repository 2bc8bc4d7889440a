"""What contexts above add to the pages of this one; they register it when the house starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, explain

ClassValues = Callable[[Sequence[int], date], Mapping[int, "str | int"]]


@dataclass(frozen=True)
class ClassColumn:
    """A column of the list of classes, also a fact on the page of a class."""

    key: str
    title: str
    values: ClassValues
    numeric: bool = False
    order: int = 50


@dataclass(frozen=True)
class SubjectColumn:
    """A column of the list of a class's subjects (who teaches it); values by class subject."""

    key: str
    title: str
    values: ClassValues
    order: int = 50


@dataclass(frozen=True)
class Tab:
    """A page of an upper context about the same class or school."""

    label: str
    route: str
    permission: str
    order: int = 50


class AddedTwice(ValueError):
    """Two additions of one key that do not say the same."""


_class_columns: dict[str, ClassColumn] = {}
_subject_columns: dict[str, SubjectColumn] = {}
_class_tabs: dict[str, Tab] = {}
_school_tabs: dict[str, Tab] = {}


def register_class_column(column: ClassColumn) -> None:
    if _class_columns.setdefault(column.key, column) != column:
        raise AddedTwice(column.key)


def register_subject_column(column: SubjectColumn) -> None:
    if _subject_columns.setdefault(column.key, column) != column:
        raise AddedTwice(column.key)


def register_class_tab(tab: Tab) -> None:
    """`route` is reversed with the id of the class."""
    if _class_tabs.setdefault(tab.route, tab) != tab:
        raise AddedTwice(tab.route)


def register_school_tab(tab: Tab) -> None:
    """`route` is reversed without arguments and gets `?school=<id>`."""
    if _school_tabs.setdefault(tab.route, tab) != tab:
        raise AddedTwice(tab.route)


def class_columns() -> list[ClassColumn]:
    return sorted(_class_columns.values(), key=lambda column: (column.order, column.key))


def subject_columns() -> list[SubjectColumn]:
    return sorted(_subject_columns.values(), key=lambda column: (column.order, column.key))


def class_tabs(actor: Actor, place: str) -> list[Tab]:
    return _open_to(_class_tabs, actor, place)


def school_tabs(actor: Actor, path: str) -> list[Tab]:
    return _open_to(_school_tabs, actor, path)


def _open_to(tabs: Mapping[str, Tab], actor: Actor, place: str) -> list[Tab]:
    open_tabs = [tab for tab in tabs.values() if explain(actor, tab.permission, place) is None]
    return sorted(open_tabs, key=lambda tab: (tab.order, tab.label))
