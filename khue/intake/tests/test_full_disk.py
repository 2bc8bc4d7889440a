"""A disk that is really full while an import applies: the kernel itself refuses to write.

Whoever may mount gives the server a small file system and fills it to the last byte. Everybody
else lets the file of one table lead to /dev/full, which has no room by definition. Both are the
same refusal (ENOSPC) to the same server; no error is made up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from khue.background.models import Task
from khue.background.services.running import run_task
from khue.intake.models import Effect, PlanRow, Run
from khue.intake.tests.sheets import workbook
from kit.fences import EVERYTHING, scoped, set_scope
from kit.postgres import THROW_AWAY, Cluster
from tests.cast import YEAR, Cast, make_cast, table
from tests.database import Server, point_to
from tests.spare import furnish

ROOM_MB = 360
NAME = "disk"
HEADERS = ["Họ và tên", "Ngày sinh", "Giới tính", "Lớp"]
LOG_IS_USED = "select (pg_current_wal_insert_lsn() - '0/0') % 16777216 > 3000000"
FULL = Path("/dev/full")
Disk = Callable[[], AbstractContextManager[None]]


def pupils(count: int) -> bytes:
    """A list that extends the tables by many pages."""
    names = [f"Nguyễn Văn {chr(65 + i % 26)}{chr(97 + i // 26)}" for i in range(count)]
    return workbook(
        HEADERS, *[[name, f"{1 + at % 28}/2/2013", "Nam", "8A"] for at, name in enumerate(names)]
    )


# --- two disks that can be full ---------------------------------------------------------------


@contextmanager
def small_file_system() -> Iterator[tuple[Path, bool]]:
    """A folder that the server's user reaches; a file system of its own if one may mount."""
    folder = Path(tempfile.mkdtemp(prefix="khue-disk-"))
    folder.chmod(0o755)
    options = f"size={ROOM_MB}m,mode=755"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.call(command, stderr=subprocess.DEVNULL)
    try:
        yield folder, mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def filled_up(folder: Path) -> Disk:
    """Another file takes what is left on the file system, to the last block."""

    @contextmanager
    def full() -> Iterator[None]:
        with tempfile.NamedTemporaryFile(dir=folder) as balloon:
            free = os.statvfs(folder)
            os.posix_fallocate(balloon.fileno(), 0, free.f_bavail * free.f_frsize)
            assert shutil.disk_usage(folder).free == 0
            yield

    return full


def without_room_for_effects(cluster: Cluster, database: str) -> Disk:
    """The still empty file in which the first import keeps its effects leads to /dev/full."""

    @contextmanager
    def full() -> Iterator[None]:
        with psycopg.connect(cluster.url(database)) as session:
            found = session.execute("select pg_relation_filepath('intake_effect')").fetchone()
        assert found is not None
        file = cluster.data / found[0]
        assert file.stat().st_size == 0
        kept = file.rename(file.with_suffix(".kept"))
        file.symlink_to(FULL)
        connection.close()  # a new connection opens its files anew
        yield
        file.unlink()
        kept.rename(file)
        connection.close()

    return full


# --- a server on such a disk ------------------------------------------------------------------


@dataclass(frozen=True)
class TinyServer:
    """A server whose disk is small, with the migrated database that each test copies."""

    cluster: Cluster
    server: Server
    template: str
    folder: Path
    mounted: bool

    def disk(self, database: str) -> Disk:
        """The way to fill the disk."""
        if self.mounted:
            return filled_up(self.folder)
        return without_room_for_effects(self.cluster, database)


@pytest.fixture(scope="module")
def tiny_server(database_server: Server, template_database: str) -> Iterator[TinyServer]:
    """One such server for the tests of this file."""
    with small_file_system() as (folder, mounted):
        cluster = Cluster(folder / "postgres", settings=THROW_AWAY)
        try:
            cluster.start()
            furnish(cluster, database_server, template_database, NAME)
            yield TinyServer(cluster, Server(cluster.url(), NAME), NAME, folder, mounted)
        finally:
            cluster.stop(at_once=True)
            cluster.remove()


@pytest.fixture
def tiny(
    django_db_setup: None,
    tiny_server: TinyServer,
    database_server: Server,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[Cast, Disk]]:
    """The cast on that server, and the way to fill its disk."""
    own = connection.settings_dict["NAME"]
    name = tiny_server.server.copy(tiny_server.template, "test")
    with django_db_blocker.unblock():
        point_to(tiny_server.server, name)
        begin_a_new_log_file(tiny_server.server.url_of(name))
        with scoped(EVERYTHING):
            cast = make_cast()
        yield cast, tiny_server.disk(name)
        point_to(database_server, own)
    tiny_server.server.drop(name)


def begin_a_new_log_file(url: str) -> None:
    """Leave room in the log: a server that cannot write its log stops, which is another story."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create table filling (words text)")
        while owner.execute(LOG_IS_USED).fetchone() == (True,):
            owner.execute(
                "insert into filling select repeat('x', 1000) from generate_series(1, 1000)"
            )
        owner.execute("drop table filling")


def receive(cast: Cast, content: bytes) -> str:
    """Upload a list of pupils and return the address of its preview."""
    sent = {
        "year": YEAR,
        "school": cast.school.pk,
        "file": SimpleUploadedFile("hoc-sinh.xlsx", content),
    }
    answer = cast.client("mai").post("/nhap-tu-tep/hoc-sinh/", sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer.headers["Location"])


def written() -> dict[str, int]:
    """How many rows stand in the tables that an import writes."""
    names = ["records.Student", "records.Enrolment", "ledger.Entry"]
    with scoped(EVERYTHING):
        counted: dict[str, int] = {name: table(name).objects.count() for name in names}
        return {**counted, "effects": Effect.objects.count(), "rows": PlanRow.objects.count()}


def run_of(address: str) -> Any:
    with scoped(EVERYTHING):
        return Run.objects.get(public_id=address.strip("/").split("/")[1])


def work_in_background() -> Task:
    """Let the worker take up the last order."""
    run_task(Task.objects.latest("pk").pk)
    set_scope(EVERYTHING)
    return Task.objects.latest("pk")


def test_a_full_disk_while_an_import_applies(tiny: tuple[Cast, Disk]) -> None:
    cast, full_disk = tiny
    client, address = cast.client("mai"), receive(cast, pupils(400))
    before = written()
    with full_disk():
        told = client.post(f"{address}ap-dung/", follow=True)
        assert told.status_code == 200
        assert "Máy chủ đã hết chỗ lưu nên chưa ghi được" in told.content.decode()
        assert "Áp dụng 400 dòng" in told.content.decode()
        assert written() == before
        assert run_of(address).state == "planned"
    assert "Đã áp dụng" in client.post(f"{address}ap-dung/", follow=True).content.decode()
    after = written()
    assert after["records.Student"] == before["records.Student"] + 400
    assert after["records.Enrolment"] == before["records.Enrolment"] + 400
    assert run_of(address).state == "applied"


def test_a_full_disk_while_the_worker_applies_a_long_list(tiny: tuple[Cast, Disk]) -> None:
    cast, full_disk = tiny
    client, address = cast.client("mai"), receive(cast, pupils(620))
    assert work_in_background().state == "done"
    client.post(f"{address}ap-dung/")
    before = written()
    with full_disk():
        failed = work_in_background()
        assert (failed.state, "hết chỗ lưu" in failed.error) == ("failed", True)
        assert written() == before
        assert "hết chỗ lưu" in client.get(address).content.decode()
        assert run_of(address).state == "planned"
    client.post(f"{address}ap-dung/")
    assert work_in_background().state == "done"
    assert written()["records.Student"] == before["records.Student"] + 620
