"""`make demo` as a person meets it: it comes up, says where, and leaves nothing running."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kit.processes import free_port
from machinery.surroundings import ROOT, SECRET_NAMES, demo_secrets
from tests.database import Server
from tests.site import people_of


@pytest.fixture
def province(database_server: Server, demo_database: str) -> Iterator[str]:
    name = database_server.copy(demo_database, "supervised")
    yield database_server.url_of(name)
    database_server.drop(name)


def _start(home: Path, database: str, port: int) -> subprocess.Popen[str]:
    wanted = {"DATABASE_URL": database, "KHUE_DEMO_HOME": str(home), "PORT": str(port)}
    wanted["KHUE_DEMO_SCHOOLS"] = "0"
    return subprocess.Popen(
        [sys.executable, "-m", "machinery.demo"],
        cwd=ROOT,
        env={**os.environ, **wanted},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _read_until(program: subprocess.Popen[str], word: str) -> str:
    told = ""
    assert program.stdout
    for line in program.stdout:
        told += line
        if word in line:
            return told
    raise AssertionError(told)


def _children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _status(address: str) -> int:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        connection.request("GET", "/", headers={"Accept": "text/html"})
        return connection.getresponse().status


def test_the_demonstration_serves_and_stops_with_everything_it_started(
    province: str, tmp_path: Path
) -> None:
    port = free_port()
    program = _start(tmp_path, province, port)
    try:
        told = _read_until(program, "minh")
        address = (tmp_path / "address").read_text()
        assert f"http://127.0.0.1:{port}/" in told
        assert "Mật khẩu" in told
        assert _status(address) < 400
        children = _children_of(program.pid)
    finally:
        program.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        program.send_signal(signal.SIGINT)
        rest, _ = program.communicate(timeout=120)
    assert "Đã dừng" in rest
    assert program.returncode == 0
    assert len(children) == 3
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_its_secrets_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "demo" / "secrets.env"
    made = demo_secrets(file)
    assert set(made) == set(SECRET_NAMES)
    assert demo_secrets(file) == made
    assert file.stat().st_mode & 0o077 == 0


def test_a_broken_database_address_is_told_in_a_sentence(tmp_path: Path) -> None:
    program = _start(tmp_path, "postgresql://khue@127.0.0.1:1/khue", free_port())
    told, _ = program.communicate(timeout=120)
    assert program.returncode == 1
    assert "Lệnh «migrate --no-input» không chạy được" in told


def test_people_are_listed_for_programs_too(province: str) -> None:
    people = people_of(province)
    assert {"hoa", "nam", "mai", "lan", "minh", "dung"} <= set(people)
    for person in people.values():
        assert {"name", "role", "login", "password"} <= set(person)
