"""Provinces side by side: each in a schema of its own, and nothing of theirs anywhere else.

Whole installations by `migrate` are made by `python -m benchmarks.provinces`; here tables that
stand already are brought into schemas, so that what runs in them is seen and costs seconds.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from config.running import check_database
from config.running.findings import Level
from khue.ledger.api import newest_position
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from kit.postgres_programs import find_binaries
from machinery.surroundings import ROOT
from tests.cast import NOW, Cast, make_cast, table
from tests.database import WEB_ROLE, Server, point_to

NAMES_A_SCHEMA = re.compile(r"\bschema\s+public\b|['\"\s(]public\.\w|'public'", re.IGNORECASE)
# Everything that stands in a schema and belongs to no extension.
STANDING = """
select count(*) from pg_class
where relnamespace = %s::regnamespace
  and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
"""
BODIES = """
select proname, prosrc from pg_proc
where pronamespace = current_schema()::regnamespace
  and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
"""
EXTENSIONS = ("btree_gist", "pg_trgm")


@pytest.fixture(scope="module")
def two_provinces(
    database_server: Server, template_database: str, django_db_setup: None
) -> Iterator[str]:
    """A database with two installations, empty but for their tables."""
    name = f"{database_server.run}_provinces"
    address = database_server.url_of(name)
    database_server.execute(f'create database "{name}"')
    tables = _tables_of(database_server.url_of(template_database))
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("create schema shared")
        owner.execute(f"grant usage on schema shared to {WEB_ROLE}")
        for one in EXTENSIONS:
            owner.execute(f"create extension {one} schema shared")
        for schema in ("tinh_01", "tinh_02"):
            _program("psql", "-q", "-v", "ON_ERROR_STOP=1", "--dbname", address, given=tables)
            owner.execute(f"alter schema public rename to {schema}")
            owner.execute("create schema public")
    yield name
    database_server.drop(name)


@pytest.fixture
def standing(
    two_provinces: str, database_server: Server, django_db_blocker: DjangoDbBlocker
) -> Iterator[Any]:
    """Lets Django stand in one of the provinces, as its web server does."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        yield lambda schema, role=WEB_ROLE: _stand(database_server, two_provinces, schema, role)
        point_to(database_server, before)


def _tables_of(template: str) -> bytes:
    """The statements that make the tables; extensions stand apart from them."""
    written = _program("pg_dump", "--no-comments", "--schema=public", "--dbname", template)
    return written.replace(b"CREATE SCHEMA public;", b"").replace(
        b"public.gin_trgm_ops", b"shared.gin_trgm_ops"
    )


def _program(name: str, *words: str, given: bytes = b"") -> bytes:
    command = [str(find_binaries() / name), *words]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout


def _stand(server: Server, name: str, schema: str, role: str) -> None:
    point_to(server, name, role=role)
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"-c search_path={schema},shared {options['options']}"


def _save(cast: Cast) -> int:
    change = {"student": cast.minh.student.pk, "slot": "tx1", "base": None, "text": "8,5"}
    return (
        cast.client("hoa")
        .post(
            f"/so-diem/{cast.maths.pk}/1/luu/",
            {"operation": "7f0c2f64-5d0a-4a51-9a6e-0d8a6c1b2e11", "changes": [change]},
            content_type="application/json",
        )
        .status_code
    )


def _marks() -> int:
    with scoped(EVERYTHING):
        return int(table("gradebook.MarkRow").objects.filter(tx1=85).count())


def test_a_mark_of_one_province_is_nowhere_else(standing: Any) -> None:
    standing("tinh_01")
    with scoped(EVERYTHING):
        cast = make_cast()
    assert _save(cast) == 200
    assert follow_to_the_end(now=NOW) > 0
    assert _marks() == 1
    with connection.cursor() as cursor:
        cursor.execute(STANDING, ["public"])
        assert cursor.fetchone() == (0,)
    standing("tinh_02")
    with scoped(EVERYTHING):
        assert not table("records.Student").objects.exists()
        assert newest_position() == 0
    assert _marks() == 0


def test_followers_of_two_provinces_do_not_wait_for_each_other(
    standing: Any, two_provinces: str, database_server: Server
) -> None:
    from khue.statistics.services.following import FIGURES_LOCK, TRY_LOCK

    standing("tinh_02")
    neighbour = "-c search_path=tinh_01,shared"
    with psycopg.connect(database_server.url_of(two_provinces), options=neighbour) as held:
        assert held.execute(TRY_LOCK, [FIGURES_LOCK]).fetchone() == (True,)
        with connection.cursor() as cursor:
            cursor.execute(TRY_LOCK, [FIGURES_LOCK])
            assert cursor.fetchone() == (True,)


def test_the_configuration_of_a_province_in_a_schema_is_judged_by_its_own_tables(
    standing: Any,
) -> None:
    standing("tinh_02")
    found = [*check_database.check_role(), *check_database.check_fence()]
    assert [one.title for one in found if one.level == Level.ERROR] == []
    with connection.cursor() as cursor:
        cursor.execute(check_database.EXTENSIONS)
        assert cursor.fetchone() == ("",)


def test_no_function_of_the_database_names_a_schema(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BODIES)
        bodies = dict(cursor.fetchall())
    assert "transcripts_keep_version" in bodies
    assert [name for name, body in bodies.items() if "public." in body.lower()] == []


def test_no_migration_names_a_schema() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in [*ROOT.glob("khue/*/migrations/*.py"), *ROOT.glob("config/*/migrations/*.py")]
        if NAMES_A_SCHEMA.search(Path(file).read_text())
    ]
    assert found == []
