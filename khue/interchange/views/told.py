"""Tên các danh sách as people read them in the log of readings."""

from __future__ import annotations

from functools import cache

from khue.interchange.rules.oneroster import NAMES
from khue.interchange.views.api import document

BUNDLE = "Gói OneRoster CSV"


def name_of_endpoint(endpoint: str) -> str:
    """What a list of the API is called: "Học sinh" for api/v1/students."""
    if endpoint.startswith("api/"):
        return _of_api().get(f"/{endpoint}", endpoint)
    last = endpoint.rpartition("/")[2]
    return NAMES.get(last, BUNDLE if last == "bundle.zip" else endpoint)


@cache
def _of_api() -> dict[str, str]:
    paths = document()["paths"]
    return {path: str(item["get"]["summary"]) for path, item in paths.items()}
