"""The product's lists of codes: all, loaded once for a worker, or quickly without the long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from khue.organisations.api import load_codes
from khue.organisations.queries.catalogue import FOLDER
from kit.fences import EVERYTHING, scoped
from tests.database import Server, leave, stand_on

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


@dataclass(frozen=True)
class StageOfCodes:
    """A database of this worker with all lists, and what the command said that loaded them."""

    database: str
    said: str


@pytest.fixture(scope="session")
def stage_of_codes(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[StageOfCodes]:
    """All lists, loaded once for all tests of this worker that ask for them."""
    name, ground = (
        database_server.copy(template_database, "codes"),
        connection.settings_dict["NAME"],
    )
    said = StringIO()
    with django_db_blocker.unblock():
        stand_on(name)
        call_command("load_codes", stdout=said)
        stand_on(ground)
    yield StageOfCodes(name, said.getvalue())
    leave(name)
    database_server.drop(name)


@pytest.fixture
def loaded_codes(chosen_stage: StageOfCodes, db: None) -> Iterator[str]:
    """All lists are loaded, and the test sees everything; what the command said of it."""
    with scoped(EVERYTHING):
        yield chosen_stage.said
