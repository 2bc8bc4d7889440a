"""A command in wrong surroundings says in a sentence what is missing, and ends with an error."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from config.environment import REQUIRED
from kit.processes import free_port
from machinery.surroundings import ROOT
from tests.database import Server


def typed(*command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A command as a person types it."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        check=False,
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
    )


def told(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def no_tables(database_server: Server, django_db_setup: None) -> Iterator[str]:
    """A database that nobody has migrated."""
    name = f"{database_server.run}_bare"
    database_server.execute(f'create database "{name}"')
    yield database_server.url_of(name)
    database_server.drop(name)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named_with_what_to_type(name: str) -> None:
    assert f"Thiếu cấu hình {name}. Hãy gõ: export" in told(typed("ledger", "verify", **{name: ""}))


def test_a_database_that_does_not_answer_is_said_to_be_away() -> None:
    address = f"postgresql://khue:rat-bi-mat@127.0.0.1:{free_port()}/khue"
    said = told(typed("ledger", "verify", DATABASE_URL=address))
    assert "Không mở được cơ sở dữ liệu" in said
    assert "rat-bi-mat" not in said


@pytest.mark.parametrize("command", [("ledger", "verify"), ("recompute_figures", "--check")])
def test_tables_that_are_missing_are_said_to_be_missing(
    no_tables: str, command: tuple[str, ...]
) -> None:
    said = told(typed(*command, DATABASE_URL=no_tables))
    assert "chưa có đủ bảng" in said
    assert "manage.py migrate" in said


def test_whoever_asks_sees_where_it_happened(no_tables: str) -> None:
    done = typed("ledger", "verify", "--traceback", DATABASE_URL=no_tables)
    assert "Traceback" in done.stderr
    assert done.returncode == 1
