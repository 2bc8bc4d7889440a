"""A private PostgreSQL server that lives and dies with the program that starts it.

Needs nothing but a folder with ``initdb`` and ``postgres``. The server listens on the loopback
address only, with a password made for this cluster. Started as root it runs as an unprivileged
user, because PostgreSQL refuses root; what that user cannot reach is put where it can.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from kit.postgres_programs import PostgresTrouble, checked_binaries, find_binaries
from kit.processes import bound_to_parent, end, free_port

OWNER = "khue"
SHELTER = Path("/var/lib/khue")
LEAST_FREE_MB = 300
PATIENCE_SECONDS = 60.0

DURABLE: Mapping[str, str] = {"max_wal_size": "512MB", "log_min_messages": "warning"}
THROW_AWAY: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
}


class AlreadyRunning(PostgresTrouble):
    """Another program already runs a server on the same data."""


class Cluster:
    """One data folder with its server; `home` keeps the password, the lock and the log."""

    def __init__(
        self,
        home: Path,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] = DURABLE,
        around: Mapping[str, str] | None = None,
    ) -> None:
        """`around` is laid over the few variables that the server itself is told."""
        self.home = home.resolve()
        self.settings = settings
        self._around = {**_BARE, **(around or {})}
        self.log = self.home / "postgres.log"
        self.port = 0
        self._user = _unprivileged_user()
        self._binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: TextIO | None = None

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self.stop()

    @property
    def data(self) -> Path:
        """Where the rows lie: below home, or in the shelter when the server's user must."""
        shelter = SHELTER / hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        if self._user is None or (not shelter.exists() and _reaches(self._user, self.home)):
            return self.home / "data"
        return shelter / "data"

    @property
    def pid(self) -> int | None:
        """The number of the server process, while it runs."""
        return self._process.pid if self._process else None

    @property
    def fell(self) -> bool:
        """Say whether the server ended although nobody stopped it."""
        return self._process is not None and self._process.poll() is not None

    def url(self, database: str = OWNER) -> str:
        """Return the address for DATABASE_URL."""
        password = (self.home / "password").read_text().strip()
        return f"postgresql://{OWNER}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Create the cluster on first use, start the server and wait until it answers.

        A cluster that is started again takes its old port when it can.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            data = self.data
            binaries = self._reachable_binaries()
            self._create(binaries, data)
            _refuse_other_version(binaries, data)
            _wait_for_predecessor(data)
            self._launch(binaries, data)
        except BaseException:
            self.stop(at_once=True)
            raise

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the server; sessions still open are ended. `at_once` skips the last checkpoint."""
        if self._process:
            end(self._process, signal.SIGQUIT if at_once else signal.SIGINT)
        self._process = None
        if self._lock:
            self._lock.close()
        self._lock = None

    def remove(self) -> None:
        """Delete the cluster for good, unless a server still runs on it."""
        if not self.home.exists():
            return
        self._take_lock()
        data = self.data
        _wait_for_predecessor(data)
        shutil.rmtree(data.parent if data.parent != self.home else data, ignore_errors=True)
        self.stop()
        shutil.rmtree(self.home)

    def _take_lock(self) -> None:
        lock = (self.home / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunning(_already_runs(self.home)) from None
        self._lock = lock

    def _reachable_binaries(self) -> Path:
        binaries = checked_binaries(self._binaries) if self._binaries else find_binaries()
        if self._user is None or _reaches(self._user, binaries / "postgres"):
            return binaries
        return _copy_to_shelter(binaries)

    def _create(self, binaries: Path, data: Path) -> None:
        if (data / "PG_VERSION").exists():
            return
        _refuse_full_disk(self.home)
        draft = data.with_name("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._make_folder(draft)
        self._run([binaries / "initdb", "-D", draft, *_INITDB])
        (draft / "pg_hba.conf").write_text(f"host all {OWNER} 127.0.0.1/32 scram-sha-256\n")
        self._run([binaries / "postgres", "--single", "-D", draft, "postgres"], self._birth())
        draft.rename(data)

    def _make_folder(self, folder: Path) -> None:
        if folder.parent != self.home:
            _make_shelter(folder.parent)
        folder.mkdir(mode=0o700)
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def _birth(self) -> str:
        password = secrets.token_urlsafe(24)
        _write_secret(self.home / "password", password)
        return (
            f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'\n"
            f"CREATE DATABASE {OWNER} OWNER {OWNER}\n"
        )

    def _run(self, command: list[str | Path], text: str = "") -> None:
        result = subprocess.run(
            command, check=False, input=text, capture_output=True, text=True, **_as_user(self._user)
        )
        told = result.stdout + result.stderr
        if result.returncode or "ERROR:" in told or "FATAL:" in told:
            raise PostgresTrouble(_explained(told, self.home))

    def _launch(self, binaries: Path, data: Path) -> None:
        for _attempt in range(5):
            self.port = free_port(self.port)
            self._process = self._spawn(binaries, data)
            if _becomes_ready(self._process, data):
                return
            if "Address already in use" not in self._last_words():
                break
        raise PostgresTrouble(_explained(self._last_words(), self.home))

    def _spawn(self, binaries: Path, data: Path) -> subprocess.Popen[bytes]:
        fixed = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
        }
        options = [f"--{name}={value}" for name, value in {**self.settings, **fixed}.items()]
        farewell = signal.SIGQUIT if self.settings.get("fsync") == "off" else signal.SIGINT
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=bound_to_parent(farewell),  # noqa: PLW1509
                **{**_as_user(self._user), "env": self._around},
            )

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""


_BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_INITDB = [
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--auth=reject",
    "--no-sync",
    "--no-instructions",
]


def _unprivileged_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    bare: dict[str, Any] = {"cwd": "/", "env": _BARE}
    if user is None:
        return bare
    return {**bare, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reaches(user: pwd.struct_passwd, path: Path) -> bool:
    tried = subprocess.run(["/usr/bin/test", "-x", path], check=False, **_as_user(user))
    return tried.returncode == 0


def _make_shelter(folder: Path) -> None:
    for place in (SHELTER, folder):
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        place.chmod(0o755)
        if place.stat().st_uid != os.geteuid():
            raise PostgresTrouble(
                f"Thư mục {place} thuộc về người dùng khác nên không dùng được an toàn. "
                "Hãy kiểm tra rồi xóa hoặc đổi tên thư mục ấy."
            )


def _copy_to_shelter(binaries: Path) -> Path:
    stamp = f"{binaries}{(binaries / 'postgres').stat().st_mtime_ns}"
    goal = SHELTER / f"postgres-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"
    install, package = binaries.parent, binaries.parent.parent
    if not goal.exists():
        draft = goal.with_name(f"{goal.name}.{os.getpid()}")
        _make_shelter(draft)
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, draft / package.name / install.name / part)
        libraries = package.with_name(f"{package.name}.libs")  # a wheel's, found by relative path
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(goal)
    return goal / package.name / install.name / "bin"


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _refuse_full_disk(home: Path) -> None:
    free = shutil.disk_usage(home).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise PostgresTrouble(
            f"Ổ đĩa chứa {home} chỉ còn {free} MB, cần ít nhất {LEAST_FREE_MB} MB. "
            "Hãy giải phóng chỗ trống rồi chạy lại."
        )


def _refuse_other_version(binaries: Path, data: Path) -> None:
    kept = (data / "PG_VERSION").read_text().strip()
    said = subprocess.check_output([binaries / "postgres", "--version"], text=True)
    offered = said.split()[2].split(".")[0]
    if kept != offered:
        raise PostgresTrouble(
            f"Dữ liệu được tạo bằng PostgreSQL {kept} nhưng chương trình là bản {offered}. "
            "Hãy dùng đúng bản cũ, hoặc gõ «make demo-reset» để tạo lại dữ liệu mẫu."
        )


def _server_of(data: Path) -> int | None:
    """Return the process that serves this folder; a pid file left by a crash does not count."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if str(data).encode() in command else None


def _wait_for_predecessor(data: Path) -> None:
    """A server whose parent was killed needs a moment to close its files."""
    deadline = time.monotonic() + 10
    while (pid := _server_of(data)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if pid:
        raise AlreadyRunning(_already_runs(data))
    (data / "postmaster.pid").unlink(missing_ok=True)


def _becomes_ready(process: subprocess.Popen[bytes], data: Path) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if _says_ready(process.pid, data):
            return True
        time.sleep(0.02)
    end(process, signal.SIGQUIT)
    return False


def _says_ready(pid: int, data: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _already_runs(home: Path) -> str:
    return (
        f"Một máy chủ dữ liệu khác đang dùng {home}. Hãy dùng trang đang mở ấy, hoặc dừng nó "
        "bằng Ctrl-C ở cửa sổ kia rồi chạy lại."
    )


def _explained(told: str, home: Path) -> str:
    if "No space left on device" in told:
        return f"Ổ đĩa chứa {home} đã đầy. Hãy giải phóng chỗ trống rồi chạy lại."
    last = "\n".join(told.strip().splitlines()[-5:])
    return f"PostgreSQL không khởi động được. Nhật ký cuối cùng:\n{last}"
