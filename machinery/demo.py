"""Bring up the demonstration province: database, web server and background, until Ctrl-C.

python -m machinery.demo          prepare what is missing, then serve
python -m machinery.demo reset    throw the demonstration's data away
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from kit.postgres import AlreadyRunning, Cluster
from kit.postgres_programs import PostgresTrouble
from kit.processes import end, free_port
from machinery.prepare import tell_step
from machinery.site import (
    SiteTrouble,
    manage,
    manage_aloud,
    start_follower,
    start_web,
    start_worker,
    wait_until_answers,
)
from machinery.surroundings import LOOPBACK_HOSTS, ROOT, child_environment, demo_secrets

HOME = Path(os.environ.get("KHUE_DEMO_HOME") or ROOT / "var" / "demo")
ADDRESS = HOME / "address"
PREPARED = HOME / "prepared"
PEOPLE = HOME / "people.json"
FIRST_PORT = 8000
# So many invented schools stand around those of the story; 0: none.
NEIGHBOURS = int(os.environ.get("KHUE_DEMO_SCHOOLS") or 14)
SOURCES = ("khue/*/migrations/*.py", "demo/migrations/*.py", "synthetic/migrations/*.py")
WISHES_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOST_WEB_WORKERS = 4


def serve() -> None:
    """Start everything in order, say where it is, and stop it all at the end."""
    HOME.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        cluster = running.enter_context(_own_cluster())
        database = cluster.url() if cluster else os.environ["DATABASE_URL"]
        environment = _environment(database)
        _prepare_province({**environment, "KHUE_DATABASE_ROLE": "owner"}, database)
        port = free_port(int(os.environ.get("PORT") or FIRST_PORT))
        children = running.enter_context(_processes(environment, port))
        _welcome(port, json.loads(PEOPLE.read_text()))
        _watch(cluster, children)


def reset() -> None:
    """Delete the demonstration's data; a server given by DATABASE_URL is not ours to empty."""
    if os.environ.get("DATABASE_URL"):
        raise SiteTrouble(
            "Dữ liệu nằm ở máy chủ trong DATABASE_URL nên lệnh này không tự xóa. "
            "Hãy tạo một cơ sở dữ liệu trống và đặt DATABASE_URL trỏ tới đó."
        )
    Cluster(HOME / "postgres").remove()
    shutil.rmtree(HOME, ignore_errors=True)
    print("Đã xóa dữ liệu mẫu. Gõ «make demo» để tạo lại từ đầu.")


@contextmanager
def _own_cluster() -> Iterator[Cluster | None]:
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    cluster = Cluster(HOME / "postgres")
    tell_step("Khởi động PostgreSQL đi kèm", cluster.start)
    try:
        yield cluster
    finally:
        cluster.stop()


def _environment(database: str) -> dict[str, str]:
    wanted = {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KHUE_DATA_DIR": str(HOME / "files"),
        "KHUE_DEMO": "1",
        "KHUE_TSA_URL": "demo:",
        "KHUE_HOSTS": LOOPBACK_HOSTS,
    }
    return child_environment(demo_secrets(HOME / "secrets.env"), wanted)


def _prepare_province(environment: Mapping[str, str], database: str) -> None:
    stamp = _sources_digest(database)
    if PEOPLE.exists() and PREPARED.exists() and PREPARED.read_text() == stamp:
        return
    tell_step("Tạo bảng dữ liệu", lambda: manage(environment, "migrate", "--no-input"))
    print("  Dựng tỉnh mẫu …", flush=True)
    manage_aloud(environment, "demo")
    _add_neighbours(environment)
    PEOPLE.write_text(manage(environment, "demo", "--people"))
    PREPARED.write_text(stamp)


def _add_neighbours(environment: Mapping[str, str]) -> None:
    """The rest of the province in small, so that whoever looks from above sees one."""
    if NEIGHBOURS:
        print(f"  Dựng thêm {NEIGHBOURS} trường tổng hợp trong tỉnh …", flush=True)
        manage_aloud(environment, "synthesise", "--beside", "--schools", str(NEIGHBOURS))


def _sources_digest(database: str) -> str:
    """What the tables and the province are made from, and where they stand."""
    birth = urlsplit(database).password  # made with the embedded cluster, whatever its port
    place = os.environ.get("DATABASE_URL") or birth or database
    total = hashlib.sha256(place.encode())
    total.update(str(NEIGHBOURS).encode())
    for file in sorted(one for kind in SOURCES for one in ROOT.glob(kind)):
        total.update(file.read_bytes())
    total.update((ROOT / "requirements" / "base.txt").read_bytes())
    return total.hexdigest()


@contextmanager
def _processes(
    environment: Mapping[str, str], port: int
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    web_log, worker_log, figures_log = (HOME / f"{one}.log" for one in ("web", "worker", "figures"))
    children: dict[str, subprocess.Popen[bytes]] = {}

    def start() -> None:
        workers = min(os.cpu_count() or 1, MOST_WEB_WORKERS)
        children[str(web_log)] = start_web(environment, port, web_log, workers=workers)
        children[str(worker_log)] = start_worker(environment, worker_log)
        children[str(figures_log)] = start_follower(environment, figures_log)
        wait_until_answers(children[str(web_log)], port, web_log)

    try:
        tell_step("Khởi động trang và tiến trình nền", start)
        ADDRESS.write_text(f"http://127.0.0.1:{port}/")
        yield children
    finally:
        ADDRESS.unlink(missing_ok=True)
        for process in children.values():
            process.terminate()
        for process in children.values():
            end(process)


def _welcome(port: int, people: Mapping[str, Mapping[str, str]]) -> None:
    if port != int(os.environ.get("PORT") or FIRST_PORT):
        print(f"\n  Cổng mặc định đang bận nên trang dùng cổng {port}.")
    header = ("Người", "Vai trò", "Tên đăng nhập", "Mật khẩu")
    rows = [(one["name"], one["role"], one["login"], one["password"]) for one in people.values()]
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    print(f"\n  Khuê đang chạy tại  http://127.0.0.1:{port}/   (dừng bằng Ctrl-C)\n")
    for row in [header, tuple("─" * width for width in widths), *rows]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(unicodedata.normalize("NFC", "  " + "  ".join(cells).rstrip()))
    print(flush=True)


def _watch(cluster: Cluster | None, children: Mapping[str, subprocess.Popen[bytes]]) -> NoReturn:
    while True:
        if cluster and cluster.fell:
            cluster.stop()
            tell_step("PostgreSQL dừng bất ngờ; khởi động lại", cluster.start)
        for log, process in children.items():
            if process.poll() is not None:
                raise SiteTrouble(f"Một tiến trình dừng bất ngờ. Nhật ký của nó: {log}")
        time.sleep(0.5)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    for wish in WISHES_TO_STOP:  # an impatient second Ctrl-C must not leave a child behind
        signal.signal(wish, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(command: str) -> int:
    """Run one of the two commands; troubles become sentences, Ctrl-C a quiet end."""
    for wish in WISHES_TO_STOP:
        signal.signal(wish, _interrupt)
    try:
        reset() if command == "reset" else serve()
    except KeyboardInterrupt:
        print("\n  Đã dừng. Dữ liệu được giữ lại cho lần sau.")
    except AlreadyRunning as trouble:
        open_at = f" Trang đang mở tại {ADDRESS.read_text()}" if ADDRESS.exists() else ""
        print(f"\n{trouble}{open_at}", file=sys.stderr)
        return 1
    except (PostgresTrouble, SiteTrouble) as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "serve"))
