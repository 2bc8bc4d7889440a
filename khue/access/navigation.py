"""The navigation as the shell draws it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from khue.access.rules.actors import Actor
from khue.access.rules.navigation import Entry, entries_for


def navigation_for(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Sections of {title, items: [{label, href, icon, active}]}."""
    return [
        {"title": title, "items": [_item(request, entry) for entry in entries]}
        for title, entries in entries_for(actor)
    ]


def _item(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    href = reverse(entry.route)
    here = request.path == href or (href != "/" and request.path.startswith(href))
    return {"label": entry.label, "href": href, "icon": entry.icon, "active": here}
