"""Hashed addresses of the built front end, read from Vite's manifest."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parent.parent / "frontend" / "dist"
PREFIX = "/static/"


class FrontEndNotBuilt(Exception):
    """The manifest is missing: the front end was not built."""


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    path = DIST / ".vite" / "manifest.json"
    if not path.exists():
        raise FrontEndNotBuilt("The front end is not built. Type: make build")
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def asset(source: str) -> str:
    """Address of a built entry, e.g. asset("src/shell.ts")."""
    return PREFIX + str(manifest()[source]["file"])


def asset_css(source: str) -> list[str]:
    """Addresses of the style sheets of an entry, after those of what it imports."""
    names = [name for key in _with_imports(source) for name in manifest()[key].get("css", [])]
    return [PREFIX + name for name in dict.fromkeys(names)]


def _with_imports(source: str) -> list[str]:
    """An entry and all that it imports, the deepest first."""
    found: list[str] = []
    for key in manifest()[source].get("imports", []):
        found += [one for one in _with_imports(key) if one not in found]
    return [*found, source]
