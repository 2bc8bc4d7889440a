"""The database of a test run: one throw-away server, one migrated template, copies of it.

Tests speak to the database as the product does, as the web role; they own nothing.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from kit.postgres import THROW_AWAY, AlreadyRunning, Cluster
from machinery.surroundings import ROOT
from tests.quick_migrations import quick_migrations

CLUSTERS = ROOT / "var" / "test"
WEB_ROLE = "khue_web"
TEMPLATE_LOCK = 20221110


class Server:
    """A PostgreSQL server on which this run may make and drop its own databases."""

    def __init__(self, url: str, run: str) -> None:
        self.url = url
        self.run = run

    def url_of(self, database: str) -> str:
        """Return the owner's address of one database."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, as the owner."""
        with psycopg.connect(self.url, autocommit=True) as session:
            session.execute(statement)

    def exists(self, database: str) -> bool:
        """Say whether this database is there."""
        with psycopg.connect(self.url) as session:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return session.execute(query, [database]).fetchone() is not None

    def copy(self, template: str, purpose: str) -> str:
        """Make a new database out of a template and return its name."""
        name = f"{self.run}_{purpose}_{secrets.token_hex(4)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def make_once(self, name: str, fill: Callable[[str], None]) -> str:
        """Make a database for all workers of this run: the first fills it, who needs it waits."""
        goal = f"{self.run}_{name}"
        with psycopg.connect(self.url, autocommit=True) as session:
            session.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [TEMPLATE_LOCK, name])
            if not self.exists(goal):
                self.drop(goal + "_draft")
                fill(goal + "_draft")
                session.execute(f'ALTER DATABASE "{goal}_draft" RENAME TO "{goal}"')
        return goal

    def drop_everything(self) -> None:
        """Leave nothing of this run behind on a server that lives on."""
        with psycopg.connect(self.url) as session:
            query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            names = session.execute(query, [f"{self.run}\\_%"]).fetchall()
        for (name,) in names:
            self.drop(name)


_started: list[Cluster] = []


def start_server() -> Server:
    """Use the server of KHUE_TEST_DATABASE_URL, or start one that dies with this process."""
    run = f"khue_test_{secrets.token_hex(3)}"
    given = os.environ.get("KHUE_TEST_DATABASE_URL")
    if given:
        return Server(given, run)
    _sweep()
    cluster = Cluster(CLUSTERS / run, settings=THROW_AWAY)
    cluster.start()
    _started.append(cluster)
    return Server(cluster.url(), run)


def stop_server(server: Server) -> None:
    """Undo start_server."""
    if not _started:
        server.drop_everything()
    while _started:
        cluster = _started.pop()
        cluster.stop(at_once=True)
        cluster.remove()


def _sweep() -> None:
    for folder in CLUSTERS.glob("khue_test_*"):
        try:
            Cluster(folder).remove()
        except (AlreadyRunning, OSError):
            continue


def point_to(server: Server, database: str, role: str | None = WEB_ROLE) -> None:
    """Let Django's connection lead to this database, in the given role."""
    address = urlsplit(server.url)
    connection.close()
    connection.settings_dict.update(
        NAME=database,
        HOST=address.hostname,
        PORT=str(address.port or 5432),
        USER=address.username,
        PASSWORD=address.password or "",
    )
    options = connection.settings_dict.setdefault("OPTIONS", {})
    options.pop("options", None)
    if role:
        options["options"] = f"-c role={role}"


_resting: dict[str, Any] = {}


def stand_on(database: str) -> None:
    """Let Django speak with this database of the worker; each keeps its session open meanwhile.

    Called between transactions, where a session sees nothing: what the last test saw went with its
    transaction.
    """
    before = connection.settings_dict["NAME"]
    if before != database:
        _resting[before] = connection.connection
        connection.connection = _resting.pop(database, None)
        connection.settings_dict["NAME"] = database
    connection.khue_scope = None  # type: ignore[attr-defined]


def leave(database: str) -> None:
    """Close the session that rests on this database."""
    session = _resting.pop(database, None)
    if session is not None:
        session.close()


def migrated(server: Server) -> str:
    """Return the name of the template database with all migrations and nothing else."""

    def migrate(draft: str) -> None:
        server.execute(f'CREATE DATABASE "{draft}"')
        point_to(server, draft, role=None)
        with quick_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        connection.close()

    return server.make_once("template", migrate)


# --- pytest hooks: the controller of a parallel run owns the server ---------------------------

_SERVER = pytest.StashKey[Server]()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[_SERVER] = start_server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    server = node.config.stash[_SERVER]
    node.workerinput["khue_server"] = (server.url, server.run)


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_SERVER, None)
    if server:
        stop_server(server)


# Which stage a test stands on is said by a fixture it asks for.
STAGES = {"cast": "stage", "loaded_codes": "stage_of_codes"}

# --- fixtures ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> Server:
    """The server of this run; started on first need when the run is not parallel."""
    handed = getattr(pytestconfig, "workerinput", {}).get("khue_server")
    if handed:
        return Server(*handed)
    if _SERVER not in pytestconfig.stash:
        pytestconfig.stash[_SERVER] = start_server()
    return pytestconfig.stash[_SERVER]


@pytest.fixture(scope="session")
def template_database(database_server: Server, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated, empty database that all others are copied from."""
    with django_db_blocker.unblock():
        return migrated(database_server)


@pytest.fixture(scope="session")
def django_db_setup(
    database_server: Server, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this worker its own database, reached as the web role."""
    name = database_server.copy(template_database, "worker")
    with django_db_blocker.unblock():
        point_to(database_server, name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database_server.drop(name)


@pytest.fixture
def chosen_stage(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[Any]:
    """Tests of the cast or the codes stand on the database that has them, others on the empty one.

    Rows have the same numbers in every test, so what was remembered by number is forgotten.
    """
    cache.clear()
    ground = connection.settings_dict["NAME"]
    stage = None
    wanted = [name for asked, name in STAGES.items() if asked in request.fixturenames]
    if wanted and not connection.in_atomic_block:
        [name] = wanted
        stage = request.getfixturevalue(name)
        stand_on(stage.database)
    yield stage
    stand_on(ground)


@pytest.fixture
def db(chosen_stage: Any, db: None) -> None:
    """A transaction that is rolled back, on the right one of the worker's databases."""


@pytest.fixture
def committed_database(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A fresh database in which commits are real: for threads, races and killed sessions.

    Yields its address for the owner. Do not combine it with ``db``.
    """
    before = connection.settings_dict["NAME"]
    name = database_server.copy(template_database, "fresh")
    with django_db_blocker.unblock():
        point_to(database_server, name)
        yield database_server.url_of(name)
        connections.close_all()
        point_to(database_server, before)
    database_server.drop(name)


@pytest.fixture
def owner_connection(
    django_db_setup: None, database_server: Server
) -> Iterator[psycopg.Connection[Any]]:
    """A second session as the owner of the tables; sees only what has been committed."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(database_server.url_of(name), autocommit=True) as session:
        yield session


@pytest.fixture
def as_owner() -> Callable[[], AbstractContextManager[None]]:
    """Step out of the web role for a moment, inside the test's own transaction."""

    @contextmanager
    def stepped_out() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {WEB_ROLE}")

    return stepped_out
