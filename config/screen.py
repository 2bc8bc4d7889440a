"""What every page of the shell knows: the viewer, the navigation, the theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from khue.access.api import navigation_for


def shell(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "nav": navigation_for(request, viewer) if viewer else [],
        "messages": get_messages(request),
        "theme": request.COOKIES.get("khue_theme", "auto"),
        "demo": settings.DEMO,
        "data_site": request.path,
    }
