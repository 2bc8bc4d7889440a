"""The world of tests/places.py, built once for a whole run: each worker goes on in a copy of it.

A test file that asks for `world` stands in that copy from its first such test to its last; every
test has a transaction of its own, and its own Python objects, as anywhere else.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from tests.database import Server, point_to
from tests.places import World, make_world

# Beside the tables of the product: no test that counts those meets it.
KEEP = "create schema kept; create table kept.world (content bytea)"


@pytest.fixture(scope="session")
def world_database(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> str:
    """The name of a template with the world in it."""

    def settle(draft: str) -> None:
        own = connection.settings_dict["NAME"]
        database_server.execute(f'CREATE DATABASE "{draft}" TEMPLATE "{template_database}"')
        with django_db_blocker.unblock():
            point_to(database_server, draft)
            made = pickle.dumps(make_world())
            point_to(database_server, own)
        with psycopg.connect(database_server.url_of(draft)) as owner:
            owner.execute(KEEP)
            owner.execute("insert into kept.world values (%s)", [made])

    return database_server.make_once("world", settle)


@pytest.fixture(scope="session")
def own_world(database_server: Server, world_database: str) -> Iterator[tuple[str, bytes]]:
    """This worker's copy: the name of its database, and the world as it was kept."""
    name = database_server.copy(world_database, "world")
    with psycopg.connect(database_server.url_of(name)) as owner:
        [[kept]] = owner.execute("select content from kept.world").fetchall()
    yield name, bytes(kept)
    database_server.drop(name)


@pytest.fixture(scope="module")
def in_the_world(
    own_world: tuple[str, bytes],
    database_server: Server,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[bytes]:
    """For the tests of one file, the connection leads to the copy of the world."""
    own = connection.settings_dict["NAME"]
    name, kept = own_world
    cache.clear()
    with django_db_blocker.unblock():
        point_to(database_server, name)
    yield kept
    with django_db_blocker.unblock():
        connections.close_all()
        point_to(database_server, own)
    cache.clear()


@pytest.fixture
def world(in_the_world: bytes, db: None) -> World:
    """The world, as nobody has touched it yet."""
    untouched: World = pickle.loads(in_the_world)
    return untouched
