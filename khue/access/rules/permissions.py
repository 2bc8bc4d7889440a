"""Quyền: the registry of permissions; each context registers its own when the house starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khue.access.rules.roles import Role


@dataclass(frozen=True)
class Permission:
    """A right by its name `context.verb_noun`, its Vietnamese title and who holds it."""

    name: str
    title: str
    roles: frozenset[Role]


class UnknownPermission(KeyError):
    """No context registered a permission of this name."""


class RegisteredTwice(ValueError):
    """Two registrations of one name that do not say the same."""


_registered: dict[str, Permission] = {}


def register_permission(name: str, title: str, roles: Iterable[Role]) -> None:
    """Register a permission; saying the same twice is harmless."""
    made = Permission(name, title, frozenset(roles))
    if _registered.setdefault(name, made) != made:
        raise RegisteredTwice(name)


def permission(name: str) -> Permission:
    if name not in _registered:
        raise UnknownPermission(name)
    return _registered[name]


def every_permission() -> list[Permission]:
    return sorted(_registered.values(), key=lambda one: one.name)
