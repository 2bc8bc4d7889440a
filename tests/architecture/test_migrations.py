"""Migrations go up, and come down again, on a real database."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.house import storeys
from tests.database import Server, point_to

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


def test_every_migration_can_be_undone_and_done_again(own_database: str) -> None:
    migrated = MigrationLoader(connection).migrated_apps
    for context in [name for name in storeys() if name in migrated]:
        goal = FOUNDATION.get(context, "zero")
        call_command("migrate", context, goal, verbosity=0, interactive=False)
    assert [name for name in _tables() if name.split("_")[0] in storeys()] == []
    call_command("migrate", verbosity=0, interactive=False)


def test_the_tables_say_what_the_models_say(own_database: str) -> None:
    told = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)
    assert "No changes detected" in told.getvalue()


def _tables() -> list[str]:
    return connection.introspection.table_names()
