"""Backup to a point in time: what was written before the moment is there, nothing after it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from kit.postgres import DURABLE, Cluster
from kit.postgres_programs import PostgresTrouble, find_binaries, find_tools
from machinery import backup
from machinery.surroundings import ROOT

ARCHIVE = ROOT / "machinery" / "deploy" / "archive-wal.sh"


class Place:
    """A server that archives its log, and the folder that its copies go to."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True)
        self.home = home
        probe = Cluster(home / "server")
        probe.home.mkdir()
        self.folder = probe.data.parent / "copies"
        script = self.folder / ARCHIVE.name
        self.settings = {
            **DURABLE,
            "wal_level": "replica",
            "archive_mode": "on",
            "archive_command": f"{script} {self.folder / backup.WAL} %p %f",
        }
        self.cluster = Cluster(home / "server", settings=self.settings)
        self.cluster.start()
        self._furnish(script)

    def _furnish(self, script: Path) -> None:
        """The archive belongs to the server's user; its chief may copy over the loopback."""
        (self.folder / backup.WAL).mkdir(parents=True)
        shutil.copy(ARCHIVE, script)
        self.give(self.folder)
        rules = self.cluster.data / "pg_hba.conf"
        rules.write_text(
            rules.read_text()
            + "host all postgres 127.0.0.1/32 trust\n"
            + "host replication postgres 127.0.0.1/32 trust\n"
        )
        assert self.cluster.pid
        os.kill(self.cluster.pid, 1)

    @property
    def server(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.cluster.port}/postgres"

    def give(self, folder: Path) -> None:
        """Hand a folder to the user that the server runs as."""
        owner = self.cluster.data.stat()
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, owner.st_uid, owner.st_gid)

    def write(self, *values: int) -> None:
        with psycopg.connect(self.cluster.url(), autocommit=True) as session:
            session.execute("create table if not exists mark (value int)")
            for value in values:
                session.execute("insert into mark values (%s)", [value])

    def archive_now(self) -> None:
        """Let the present segment go to the archive, and wait until it is there."""
        with psycopg.connect(self.server, autocommit=True) as session:
            row = session.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
        assert row
        deadline = time.monotonic() + 120
        while not (self.folder / backup.WAL / row[0]).exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def restored(self, name: str, until: datetime | None) -> set[int]:
        """Restore into a new server and read what it holds."""
        other = Cluster(self.home / name)
        other.home.mkdir()
        data = other.data
        data.parent.mkdir(parents=True, exist_ok=True)
        data.parent.chmod(0o755)
        backup.restore(self.folder, data, until=until, files=None)
        self.give(data)
        shutil.copy(self.cluster.home / "password", other.home / "password")
        with other, psycopg.connect(other.url()) as session:
            found = {value for (value,) in session.execute("select value from mark").fetchall()}
        other.remove()
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server with one copy of it, taken before anything was written."""
    made = Place(tmp_path_factory.mktemp("backup") / "home")
    backup.take_base(made.server, made.folder, None)
    yield made
    made.cluster.stop(at_once=True)
    shutil.rmtree(made.folder, ignore_errors=True)
    made.cluster.remove()


def test_restored_to_the_moment_between_two_writes(place: Place, tmp_path: Path) -> None:
    files = tmp_path / "files"
    (files / "photos").mkdir(parents=True)
    (files / "photos" / "1").write_bytes(b"sealed")
    place.write(1, 2)
    backup.take_base(place.server, place.folder, files)
    place.write(3)
    time.sleep(0.01)
    between = datetime.now(UTC)
    time.sleep(0.01)
    place.write(4, 5)
    place.archive_now()
    assert place.restored("between", between) == {1, 2, 3}
    assert place.restored("end", None) == {1, 2, 3, 4, 5}
    backup._unpack(place.folder, between, tmp_path / "back")
    assert (tmp_path / "back" / "photos" / "1").read_bytes() == b"sealed"


def test_only_finished_copies_count_and_old_ones_go(place: Place) -> None:
    before = backup.copies(place.folder)
    newest = backup.take_base(place.server, place.folder, None)
    (place.folder / "base-20200101T000000").mkdir()
    assert backup.copies(place.folder) == [*before, newest]
    assert backup.prune(place.folder, keep=1) == before
    assert not before[0].data(place.folder).exists()
    assert newest.data(place.folder).exists()
    held = sorted(one.name for one in (place.folder / backup.WAL).glob("[0-9A-F]" * 24))
    assert all(name >= newest.first_segment for name in held)


def test_a_moment_before_every_copy_is_refused(place: Place, tmp_path: Path) -> None:
    with pytest.raises(backup.BackupTrouble, match="Không có bản sao nào"):
        backup.restore(
            place.folder, tmp_path / "x", until=datetime(2020, 1, 1, tzinfo=UTC), files=None
        )


def test_nothing_is_laid_over_another_database(place: Place, tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("18")
    with pytest.raises(backup.BackupTrouble, match="không trống"):
        backup.restore(place.folder, tmp_path, until=None, files=None)


def test_the_programs_are_those_of_the_version_that_wrote() -> None:
    newest = find_binaries()
    said = subprocess.run([newest / "postgres", "--version"], capture_output=True, check=True)
    assert find_tools(int(said.stdout.split()[2].split(b".")[0])) == newest
    with pytest.raises(PostgresTrouble, match="Hãy cài gói postgresql-9"):
        find_tools(9)


def test_a_copy_that_is_not_proven_leaves_nothing(place: Place) -> None:
    before = sorted(place.folder.iterdir())
    with pytest.raises(backup.BackupTrouble, match="pg_basebackup không xong"):
        backup.take_base("postgresql://nobody@127.0.0.1:1/postgres", place.folder, None)
    assert sorted(place.folder.iterdir()) == before


def test_a_segment_in_the_archive_is_never_replaced(tmp_path: Path) -> None:
    folder, segment = tmp_path / "wal", tmp_path / "segment"
    folder.mkdir()
    segment.write_bytes(b"one")

    def archive() -> int:
        return subprocess.run([ARCHIVE, folder, segment, "0001"], check=False).returncode

    assert archive() == 0
    assert archive() == 0, "the same again is no trouble"
    segment.write_bytes(b"two")
    assert archive() != 0
    assert (folder / "0001").read_bytes() == b"one"
    assert [one.name for one in folder.iterdir()] == ["0001"]
