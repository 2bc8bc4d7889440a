"""Provinces side by side on one server: two by schema in one database, one in its own database.

`python -m benchmarks.provinces` does what docs/how-to/nhieu-may.md tells: makes each installation
by `migrate` with its own login, lets a teacher of each save a mark through a web server of its own,
follows the figures, and counts: a mark stands in its province and nowhere else, `public` holds
nothing but the extensions, and a login of one province is refused in every other. It fails
otherwise. Citus is not tried here: what it distributes are such schemas.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from benchmarks.__main__ import surroundings
from benchmarks.load import headers_of
from benchmarks.measures import BenchmarkTrouble, empty_books, run_module
from kit.postgres import DURABLE, Cluster
from kit.processes import end, free_port
from machinery.prepare import tell_step
from machinery.site import manage, start_web, wait_until_answers

Mark = tuple[int, int]
"""The book and the pupil."""
COUNTRY = "ca_nuoc"
EXTENSIONS = "create extension btree_gist; create extension pg_trgm"
# Only its own login comes into the schema of a province, although all web roles are alike.
OWN_LOGIN = (
    "create role {login} login password '{password}' in role khue_web",
    "revoke usage on schema {schema} from khue_web",
    "grant usage on schema {schema} to {login}",
)
OWN_DATABASE = (
    "revoke connect on database {database} from public",
    "grant connect on database {database} to {login}",
)
# Of books that were emptied before; by their numbers they stand in every province.
FOUND = """
select class_subject_id, student_id from gradebook_markrow
where tx6 = 11 and class_subject_id = any(%s)
"""
TOLD = "select count(*) from ledger_entry where new #>> '{}' = '1,1'"
IN_PUBLIC = """
select count(*) from pg_class where relnamespace = 'public'::regnamespace
  and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
"""


@dataclass(frozen=True)
class Place:
    """Where one province stands, and who may come in."""

    name: str
    database: str
    schema: str
    password: str

    @property
    def login(self) -> str:
        return f"khue_app_{self.name}"

    @property
    def own_database(self) -> bool:
        return self.schema == "public"

    def address(self, server: str) -> str:
        """As DATABASE_URL says it."""
        path = "public" if self.own_database else f"{self.schema},public"
        return f"{server}?options={quote(f'-csearch_path={path}', safe='')}"

    def web(self, cluster: Cluster) -> str:
        place = f"127.0.0.1:{cluster.port}/{self.database}"
        return self.address(f"postgresql://{self.login}:{self.password}@{place}")

    def owner(self, cluster: Cluster) -> str:
        return self.address(cluster.url(self.database))


def main() -> None:
    try:
        with tempfile.TemporaryDirectory() as folder:
            cluster = Cluster(Path(folder) / "postgres", settings=DURABLE)
            try:
                cluster.start()
                _let_others_knock(cluster)
                wrong = _stood(cluster, Path(folder))
            finally:
                cluster.stop(at_once=True)
                cluster.remove()
    except BenchmarkTrouble as trouble:
        sys.exit(f"\n  {trouble}")
    sys.exit(1 if wrong else 0)


def _stood(cluster: Cluster, folder: Path) -> int:
    places = [
        Place("01", COUNTRY, "tinh_01", secrets.token_hex(8)),
        Place("02", COUNTRY, "tinh_02", secrets.token_hex(8)),
        Place("03", "tinh_03", "public", secrets.token_hex(8)),
    ]
    _found(cluster, places)
    marks = {place: _work(cluster, place, folder) for place in places}
    wrong = [told for place in places for told in _wrong(cluster, place, marks)]
    for one in wrong:
        print(f"    {one}")
    print(f"  {len(places)} provinces, {len(wrong)} wrong", flush=True)
    return len(wrong)


def _let_others_knock(cluster: Cluster) -> None:
    """Our own servers know their owner only."""
    assert cluster.pid
    with (cluster.data / "pg_hba.conf").open("a") as rules:
        rules.write("host all +khue_web 127.0.0.1/32 scram-sha-256\n")
    os.kill(cluster.pid, signal.SIGHUP)


def _found(cluster: Cluster, places: list[Place]) -> None:
    """The databases, the schemas and the extensions that all of them see."""
    with psycopg.connect(cluster.url(), autocommit=True) as owner:
        for database in sorted({place.database for place in places}):
            owner.execute(f"create database {database}")
    with psycopg.connect(cluster.url(COUNTRY), autocommit=True) as owner:
        owner.execute(EXTENSIONS)
        for place in places:
            if not place.own_database:
                owner.execute(f"create schema {place.schema}")


def _work(cluster: Cluster, place: Place, folder: Path) -> Mark:
    """Make the province and save a mark there."""
    around = surroundings(place.web(cluster), folder / place.name)
    around["KHUE_DATABASE_ROLE"] = place.login
    owner = {**around, "DATABASE_URL": place.owner(cluster), "KHUE_DATABASE_ROLE": "owner"}
    made: dict[str, Any] = {}
    tell_step(f"{place.name}: make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step(
        f"{place.name}: build a school",
        lambda: made.update(run_module("benchmarks.inside", "build", environment=owner)),
    )
    _let_in(cluster, place)
    empty_books(place.owner(cluster), [one["books"][0]["id"] for one in made["teachers"]])
    saved = _saved(around, folder / f"{place.name}.log", made["teachers"][int(place.name)])
    manage(around, "follow_figures", "--until-idle")
    return saved


def _let_in(cluster: Cluster, place: Place) -> None:
    told = {
        "login": place.login,
        "password": place.password,
        "schema": place.schema,
        "database": place.database,
    }
    with psycopg.connect(cluster.url(place.database), autocommit=True) as owner:
        for statement in (*OWN_LOGIN, *(OWN_DATABASE if place.own_database else ())):
            owner.execute(statement.format(**told))


def _saved(around: dict[str, str], log: Path, teacher: dict[str, Any]) -> Mark:
    """A mark of another teacher in each province; the schools are alike, with the same numbers."""
    book, port = teacher["books"][0], free_port()
    web = start_web(around, port, log, workers=1)
    try:
        wait_until_answers(web, port, log)
        _save(port, teacher["session"], book["id"], book["pupils"][3])
    finally:
        end(web)
    return book["id"], book["pupils"][3]


def _save(port: int, session: str, book: int, pupil: int) -> None:
    change = {"student": pupil, "slot": "tx6", "base": None, "text": "1,1"}
    body = json.dumps({"operation": str(uuid.uuid4()), "changes": [change]})
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(
            "POST",
            f"/so-diem/{book}/1/luu/",
            body,
            {**headers_of(session), "Accept-Encoding": "identity"},
        )
        answer = line.getresponse()
        told = answer.read().decode()
        if answer.status != 200 or json.loads(told)["cells"][0]["status"] != "saved":
            raise BenchmarkTrouble(f"a mark was not saved: {answer.status} {told[:200]}")


def _wrong(cluster: Cluster, place: Place, marks: dict[Place, Mark]) -> Iterator[str]:
    """What of this province stands elsewhere, or is seen by others."""
    with psycopg.connect(place.owner(cluster)) as owner:
        found = owner.execute(FOUND, [[book for book, _ in marks.values()]]).fetchall()
        told = owner.execute(TOLD).fetchone()
        beside = owner.execute(IN_PUBLIC).fetchone()
    if found != [marks[place]]:
        yield f"{place.name}: {found} stands, {marks[place]} was saved"
    if told != (1,):
        yield f"{place.name}: the ledger tells {told} marks"
    if not place.own_database and beside != (0,):
        yield f"{place.name}: {beside} tables stand in public"
    for other in marks:
        if other != place and _sees(cluster, place, other):
            yield f"{place.login} comes into {other.name}"


def _sees(cluster: Cluster, place: Place, other: Place) -> bool:
    """Whether the login of one province reads a table of another."""
    address = f"postgresql://{place.login}:{place.password}@127.0.0.1:{cluster.port}"
    try:
        with psycopg.connect(f"{address}/{other.database}") as session:
            session.execute(f"select count(*) from {other.schema}.records_student")
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege):
        return False
    return True


if __name__ == "__main__":
    main()
