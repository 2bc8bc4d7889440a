"""Migrations go up, and come down again, on a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.house import storeys
from tests.database import Server, point_to
from tests.quick_migrations import quick_migrations

# The web role is made before anybody's tables, also those of libraries that only go up.
FOUNDATION = {"ledger": "0001_web_role"}


@pytest.fixture
def own_database(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    before = connection.settings_dict["NAME"]
    name = database_server.copy(template_database, "down")
    with django_db_blocker.unblock():
        point_to(database_server, name, role=None)
        yield name
        point_to(database_server, before)
    database_server.drop(name)


@contextmanager
def own_model_only() -> Iterator[None]:
    """On the way down, a step draws the model that it takes away and not all that point to it."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(ProjectState, "_find_reload_model", _itself)
        yield


def _itself(_state: Any, app_label: str, model_name: str, _delay: Any = None) -> Any:
    return {(app_label, model_name)}


def test_every_migration_can_be_undone_and_done_again(own_database: str) -> None:
    """All contexts in one go down and up again; then the tables are what they were."""
    before = _tables()
    executor = MigrationExecutor(connection)
    migrated = executor.loader.migrated_apps
    goals = [(one, FOUNDATION.get(one)) for one in storeys() if one in migrated]
    with own_model_only():
        executor.migrate(goals)
    assert [name for name in _tables() if name.split("_")[0] in storeys()] == []
    with quick_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    assert _tables() == before


def test_the_tables_say_what_the_models_say(own_database: str) -> None:
    told = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)
    assert "No changes detected" in told.getvalue()


def _tables() -> list[str]:
    return connection.introspection.table_names()
