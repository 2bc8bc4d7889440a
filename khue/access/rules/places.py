"""Nơi: a place in the tree of organisations as a path of text, or one child.

`/1/` ministry, `/1/2/` department, `/1/2/9/` commune, `/1/2/9/37/` school, `/1/2/9/37/c512/` class,
`/1/2/9/37/c512/s88/` subject in a class; `child:9001` one child, wherever it studies.
"""

from __future__ import annotations


def class_place(school_path: str, class_id: int) -> str:
    return f"{school_path}c{class_id}/"


def class_subject_place(school_path: str, class_id: int, class_subject_id: int) -> str:
    return f"{school_path}c{class_id}/s{class_subject_id}/"


def child_place(student_id: int) -> str:
    return f"child:{student_id}"


def is_child(place: str) -> bool:
    return place.startswith("child:")


def child_of(place: str) -> int:
    return int(place.removeprefix("child:"))


def covers(granted: str, place: str) -> bool:
    """Whether a grant at `granted` reaches `place`: at it or below it."""
    if is_child(granted) or is_child(place):
        return granted == place
    return place.startswith(granted)


def touches(granted: str, place: str) -> bool:
    """Whether someone with a grant at `granted` stands in the house of `place`.

    That is: at it, below it or above it. A class teacher stands in her school, so a page of the
    school that she may not open is "refused", not "not found".
    """
    return covers(granted, place) or (not is_child(granted) and granted.startswith(place))
