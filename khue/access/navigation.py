"""The navigation as the shell draws it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from khue.access.rules.actors import Actor
from khue.access.rules.navigation import Entry, entries_for


def navigation_for(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Sections of {title, items: [{label, href, icon, active}]}; the nearest address is active."""
    sections = entries_for(actor)
    entries = [entry for _, found in sections for entry in found]
    here = max(entries, key=lambda entry: _nearness(request, entry), default=None)
    if here is not None and not _nearness(request, here):
        here = None
    return [
        {"title": title, "items": [_item(entry, here) for entry in found]}
        for title, found in sections
    ]


def _nearness(request: HttpRequest, entry: Entry) -> int:
    """How much of the address an entry has in common with it; 0 when it leads elsewhere."""
    addresses = map(_address, (entry.route, *entry.covers))
    return max((len(one) for one in addresses if _leads_to(request, one)), default=0)


def _leads_to(request: HttpRequest, href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))


def _item(entry: Entry, here: Entry | None) -> dict[str, Any]:
    href = _address(entry.route)
    return {"label": entry.label, "href": href, "icon": entry.icon, "active": entry is here}


@cache
def _address(route: str) -> str:
    """Entries have no parameters, and every page asks for the addresses of all of them."""
    return reverse(route)
