"""The navigation as the shell draws it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from khue.access.rules.actors import Actor
from khue.access.rules.navigation import Entry, entries_for


def navigation_for(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Sections of {title, items: [{label, href, icon, active}]}; the nearest address is active."""
    sections = entries_for(actor)
    addresses = [reverse(entry.route) for _, entries in sections for entry in entries]
    here = max((one for one in addresses if _leads_to(request, one)), key=len, default="")
    return [
        {"title": title, "items": [_item(entry, here) for entry in entries]}
        for title, entries in sections
    ]


def _leads_to(request: HttpRequest, href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))


def _item(entry: Entry, here: str) -> dict[str, Any]:
    href = reverse(entry.route)
    return {"label": entry.label, "href": href, "icon": entry.icon, "active": href == here}
