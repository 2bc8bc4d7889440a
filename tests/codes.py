"""The product's lists of codes without the long ones, for tests that need a few of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from khue.organisations.api import load_codes
from khue.organisations.queries.catalogue import FOLDER
from kit.fences import EVERYTHING, scoped

# 15,600 of 16,900 lines; each goes through a constraint that days of a code do not overlap.
LONG = ("communes-2020", "communes-2025", "districts-2020")
LoadCodes = Callable[[datetime], None]


@pytest.fixture(scope="session")
def short_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the product's, in which communes and districts have no lines."""
    folder = tmp_path_factory.mktemp("lists")
    for source in FOLDER.rglob("*.csv"):
        copy = folder / source.relative_to(FOLDER)
        copy.parent.mkdir(exist_ok=True)
        if source.stem in LONG:
            copy.write_text(source.read_text(encoding="utf-8").split("\n", 1)[0] + "\n")
        else:
            copy.symlink_to(source)
    return folder


@pytest.fixture
def load_short_codes(db: Any, short_lists: Path) -> LoadCodes:
    """Load codes, subjects and curriculum, all but communes and districts."""

    def load(now: datetime) -> None:
        with scoped(EVERYTHING):
            load_codes(now=now, folder=short_lists)

    return load
