"""Cổng: may this person do this here, and which rows may this person see? One place for both."""

from __future__ import annotations

from dataclasses import dataclass

from khue.access.rules import places
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.permissions import Permission, permission
from khue.access.rules.roles import ROLE_NAMES, SECOND_FACTOR_REQUIRED


class OutsidePlace(Exception):
    """The place lies outside everything that was granted: it does not exist for this person."""


class NothingYet(Exception):
    """What the page is about does not stand yet; the text says what to do first."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(text)
        self.title, self.text = title, text


class Refused(Exception):
    """Inside the place, but without the right; the text is the reason, in Vietnamese."""


@dataclass(frozen=True)
class Reach:
    """Where a permission holds: paths of the tree, and children by id."""

    paths: tuple[str, ...] = ()
    children: frozenset[int] = frozenset()

    def covers(self, *wanted: str) -> bool:
        granted = [*self.paths, *(places.child_place(child) for child in self.children)]
        return any(places.covers(one, place) for one in granted for place in wanted)

    @property
    def is_empty(self) -> bool:
        return not self.paths and not self.children


def _counts(actor: Actor, granted: Granted) -> bool:
    return actor.second_factor or granted.role not in SECOND_FACTOR_REQUIRED


def _holding(actor: Actor, needed: Permission) -> list[Granted]:
    return [one for one in actor.grants if one.carries(needed.name, needed.roles)]


def grants_with(actor: Actor, name: str) -> tuple[Granted, ...]:
    """The actor's grants that carry the permission now."""
    return tuple(one for one in _holding(actor, permission(name)) if _counts(actor, one))


def reach(actor: Actor, name: str) -> Reach:
    """Every place at which the actor holds the permission."""
    held = grants_with(actor, name)
    paths = {one.place for one in held if not places.is_child(one.place)}
    children = {places.child_of(one.place) for one in held if places.is_child(one.place)}
    return Reach(tuple(sorted(paths)), frozenset(children))


def _refusal(actor: Actor, needed: Permission, wanted: tuple[str, ...]) -> str:
    held = _holding(actor, needed)
    if any(places.covers(one.place, place) for one in held for place in wanted):
        return "Hãy xác thực bằng mã dùng một lần để làm việc này."
    names = ", ".join(ROLE_NAMES[role].lower() for role in ROLE_NAMES if role in needed.roles)
    return f"Thầy cô chưa có quyền “{needed.title}” ở đây. Việc này dành cho: {names}."


def permit(actor: Actor, name: str, *wanted: str) -> None:
    """Pass, or raise OutsidePlace (404) or Refused (403 with a reason).

    `wanted` are the places of one record; the right at any of them is enough (a student is reached
    through the class or as a child).
    """
    if reach(actor, name).covers(*wanted):
        return
    if not any(places.touches(one.place, place) for one in actor.grants for place in wanted):
        raise OutsidePlace
    raise Refused(_refusal(actor, permission(name), wanted))


def explain(actor: Actor, name: str, *wanted: str) -> str | None:
    """None when the actor may, else the sentence of the refusal (for a disabled button)."""
    try:
        permit(actor, name, *wanted)
    except OutsidePlace:
        return "Việc này ở ngoài nơi thầy cô được giao."
    except Refused as refusal:
        return str(refusal)
    return None
