"""What contexts above add to a student's file; they register it when the house starts."""

from __future__ import annotations

from collections.abc import Sequence

from khue.access.api import Actor, explain
from khue.organisations.api import Tab


class AddedTwice(ValueError):
    """Two tabs of one route that do not say the same."""


_student_tabs: dict[str, Tab] = {}


def register_student_tab(tab: Tab) -> None:
    """`route` is reversed with the id of the student."""
    if _student_tabs.setdefault(tab.route, tab) != tab:
        raise AddedTwice(tab.route)


def student_tabs(actor: Actor, places: Sequence[str]) -> list[Tab]:
    """The tabs that this person may open, in their order."""
    found = [
        tab for tab in _student_tabs.values() if explain(actor, tab.permission, *places) is None
    ]
    return sorted(found, key=lambda tab: (tab.order, tab.label))
