"""Who is told that counts of classes moved although nobody changed anything."""

from __future__ import annotations

from collections.abc import Callable, Collection

from khue.organisations.api import classes_of_books

Listener = Callable[[Collection[int]], None]
_listeners: list[Listener] = []


def register_recount_listener(listener: Listener) -> None:
    """Have a function told, in the same transaction, whose books were counted anew: classes.

    Such counts move without an entry of the ledger; they only followed who came and went.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell_recounted(class_subject_ids: Collection[int]) -> None:
    """The counts of these books moved by themselves."""
    if class_subject_ids and _listeners:
        classes = set(classes_of_books(list(class_subject_ids)).values())
        for listener in _listeners:
            listener(classes)
