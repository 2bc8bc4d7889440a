"""A database server beside the one of the run, for stories in which a server dies or fills up."""

from __future__ import annotations

import subprocess

import psycopg

from kit.postgres import Cluster
from kit.postgres_programs import find_binaries
from tests.database import WEB_ROLE, Server

ROLE = f"create role {WEB_ROLE} nologin; grant {WEB_ROLE} to current_user"


def furnish(cluster: Cluster, server: Server, template: str, name: str) -> None:
    """Lay the migrated template of the run's server into a new database of this cluster."""
    with psycopg.connect(cluster.url(), autocommit=True) as owner:
        owner.execute(ROLE)
        owner.execute(f'create database "{name}"')
    written = _run("pg_dump", "--no-comments", "--dbname", server.url_of(template))
    _run("psql", "-q", "-v", "ON_ERROR_STOP=1", "--dbname", cluster.url(name), given=written)


def _run(program: str, *words: str, given: bytes = b"") -> bytes:
    command = [str(find_binaries() / program), *words]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout
