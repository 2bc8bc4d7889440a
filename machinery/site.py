"""The processes of one running site: the web server, the worker, the follower of figures."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

from kit.processes import bound_to_parent
from machinery.surroundings import ROOT

PATIENCE_SECONDS = 60.0


class SiteTrouble(Exception):
    """A process of the site did not come up; the text says what it said last."""


def start_web(
    environment: Mapping[str, str], port: int, log: Path, *, workers: int = 0
) -> subprocess.Popen[bytes]:
    """Start the web server on the loopback address."""
    command = [
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(workers or os.cpu_count() or 1), "--blocking-threads", "4"),
        *("--log-level", "warning", "--respawn-failed-workers", "config.wsgi:application"),
    ]
    return _start(command, environment, log)


def start_worker(environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start the worker that does the long jobs."""
    return _start(["manage.py", "work"], environment, log)


def start_follower(environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start what keeps the figures within a second of every change."""
    return _start(["manage.py", "follow_figures"], environment, log)


def manage(environment: Mapping[str, str], *command: str) -> str:
    """Run a management command to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        check=False,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        _refuse(command, done.stdout + done.stderr)
    return done.stdout


def manage_aloud(environment: Mapping[str, str], *command: str) -> None:
    """Run a management command and show its steps as they come, up to its first empty line."""
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as running,
    ):
        assert running.stdout
        for line in takewhile(str.strip, running.stdout):
            print(f"    {line.rstrip()}", flush=True)
        running.stdout.read()
        if running.wait():
            complaints.seek(0)
            _refuse(command, complaints.read())


def _refuse(command: tuple[str, ...], told: str) -> NoReturn:
    last = "\n".join(told.strip().splitlines()[-12:])
    raise SiteTrouble(f"Lệnh «{' '.join(command)}» không chạy được:\n{last}")


def wait_until_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the web server answers; raise with its last words when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(port):
            return
        time.sleep(0.05)
    told = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    raise SiteTrouble(f"Trang không khởi động được. Nhật ký cuối cùng ({log}):\n{told}")


def _start(
    command: list[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as target:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509
        )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
