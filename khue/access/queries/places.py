"""What the contexts above tell about places: the gate itself knows only paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kit.vietnamese import search_key


@dataclass(frozen=True)
class PlaceOption:
    """An organisation at which a role can be handed out; kind as in the tree of organisations."""

    path: str
    name: str
    kind: str
    province_id: int | None = None
    school_id: int | None = None


SchoolFinder = Callable[[str], tuple[int, ...]]
PlaceLister = Callable[[str, str, int], Sequence[PlaceOption]]
_school_finders: list[SchoolFinder] = []
_place_listers: list[PlaceLister] = []


def register_school_finder(finder: SchoolFinder) -> None:
    """Organisations tell here which schools stand below a path (for a commune's officer)."""
    _school_finders[:] = [finder]


def register_place_lister(lister: PlaceLister) -> None:
    """Organisations list here what stands at or below a path and matches a name."""
    _place_listers[:] = [lister]


def schools_below(path: str) -> tuple[int, ...]:
    return _school_finders[0](path) if _school_finders else ()


def places_below(paths: Iterable[str], wanted: str = "", limit: int = 40) -> list[PlaceOption]:
    """The organisations at or below these paths whose name matches, without repeats."""
    found: dict[str, PlaceOption] = {}
    for path in sorted(paths):
        for lister in _place_listers:
            found.update((one.path, one) for one in lister(path, search_key(wanted), limit))
    return list(found.values())[:limit]


def place_at(paths: Iterable[str], path: str) -> PlaceOption | None:
    """One organisation by its path, when it stands at or below one of these paths."""
    covering = any(path.startswith(one) for one in paths)
    listed = _place_listers[0](path, "", 1) if covering and _place_listers else ()
    return next((one for one in listed if one.path == path), None)
