"""Every address names its permission, or says aloud that it is public."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from khue.access.pages import PUBLIC, ClientDoor
from khue.access.rules.permissions import UnknownPermission, permission
from khue.access.rules.roles import Role


def _routes(resolver: Any, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def test_every_route_names_its_permission() -> None:
    silent = {
        address: gate
        for address, view in _routes(get_resolver())
        if not _known(gate := getattr(view, "gate", None))
    }
    assert silent == {}, "add @page(…) with a registered permission, or @public"


def _known(gate: str | ClientDoor | None) -> bool:
    if isinstance(gate, ClientDoor):
        return bool(gate.permissions) and all(_is_of_clients(one) for one in gate.permissions)
    if gate is None or gate == PUBLIC:
        return gate == PUBLIC
    try:
        return permission(gate).name == gate
    except UnknownPermission:
        return False


def _is_of_clients(name: str) -> bool:
    """A door for programs needs what only programs can be allowed."""
    return _known(name) and permission(name).roles == {Role.CLIENT}
