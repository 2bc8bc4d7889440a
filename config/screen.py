"""What every page of the shell knows: the viewer, the navigation, the theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest

from khue.access.api import Actor, navigation_for, reach
from khue.organisations.api import organisations_by_ids

NAME_KEPT_SECONDS = 600
SEE_HISTORY = "portal.view_history"


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "nav": navigation_for(request, viewer) if viewer else [],
        "messages": get_messages(request),
        "theme": request.COOKIES.get("khue_theme", "auto"),
        "demo": settings.DEMO,
        "sees_history": viewer is not None and not reach(viewer, SEE_HISTORY).is_empty,
        "place_name": place_name(viewer) if viewer else "",
        "workbook_address": workbook_address(request),
    }


def workbook_address(request: HttpRequest) -> str:
    """The same page with the same choices, as a file."""
    query = request.GET.copy()
    query["format"] = "xlsx"
    return f"?{query.urlencode()}"


def place_name(viewer: Actor) -> str:
    """The school that a person works in, else the place of the strongest role."""
    school_id = next((one.school_id for one in viewer.grants if one.school_id), None)
    if school_id is None:
        return viewer.place_name
    name = cache.get(f"school-name-{school_id}")
    if name is None:
        found = organisations_by_ids([school_id]).get(school_id)
        name = found.name if found else viewer.place_name
        cache.set(f"school-name-{school_id}", name, NAME_KEPT_SECONDS)
    return str(name)
