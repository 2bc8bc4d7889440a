"""Sao lưu và phục hồi: whole copies of the database, its log, and the folder of sealed files.

python -m machinery.backup base --server URL --files DIR --to DIR    a whole copy, verified
python -m machinery.backup restore --from DIR --into DIR [--until TIME] [--files DIR]
python -m machinery.backup list --from DIR                           what there is
python -m machinery.backup prune --from DIR --keep N                 let old copies go

PostgreSQL archives its log into DIR/wal by machinery/deploy/archive-wal.sh; a copy and the log
after it lead to every moment since. See docs/how-to/sao-luu.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kit.postgres_programs import PostgresTrouble, find_binaries, find_tools

STAMP = "%Y%m%dT%H%M%S.%f"
WAL = "wal"


class BackupTrouble(Exception):
    """Nothing was copied or restored; the text says why and what to do."""


@dataclass(frozen=True)
class Copy:
    """One finished copy: when it began and ended, and the first segment of the log it needs."""

    stamp: str
    began: datetime
    ended: datetime
    first_segment: str
    files: bool

    def data(self, folder: Path) -> Path:
        return folder / f"base-{self.stamp}"

    def archive(self, folder: Path) -> Path:
        return folder / f"files-{self.stamp}.tar.gz"


def take_base(server: str, folder: Path, files: Path | None) -> Copy:
    """Copy the whole database, prove the copy, then pack the folder of files.

    Files come second: a row never names a file that its copy lacks.
    """
    began = datetime.now(UTC)
    stamp = began.strftime(STAMP)
    folder.mkdir(parents=True, exist_ok=True)
    goal = folder / f"base-{stamp}"
    try:
        _run(find_binaries(), "pg_basebackup", "--pgdata", str(goal), "--dbname", server, *_BASE)
        _run(_tools_for(goal), "pg_verifybackup", "--quiet", str(goal))
    except (BackupTrouble, PostgresTrouble):
        shutil.rmtree(goal, ignore_errors=True)
        raise
    if files is not None:
        _pack(files, folder / f"files-{stamp}.tar.gz")
    made = Copy(stamp, began, datetime.now(UTC), _first_segment(goal), files is not None)
    _write_down(folder, made)
    return made


_BASE = ("--format=plain", "--wal-method=stream", "--checkpoint=fast", "--no-password")


def _first_segment(data: Path) -> str:
    line = next(
        line
        for line in (data / "backup_label").read_text().splitlines()
        if line.startswith("START WAL LOCATION")
    )
    return line.rpartition("file ")[2].rstrip(")")


def _pack(files: Path, goal: Path) -> None:
    draft = goal.with_name(f".{goal.name}")
    with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
        archive.add(files, arcname=".")
    draft.replace(goal)


def _write_down(folder: Path, made: Copy) -> None:
    """Last of all: a copy without this line is none."""
    told = {**asdict(made), "began": made.began.isoformat(), "ended": made.ended.isoformat()}
    (folder / f"copy-{made.stamp}.json").write_text(json.dumps(told, indent=1))


def copies(folder: Path) -> list[Copy]:
    """The finished copies, oldest first."""
    found = [json.loads(file.read_text()) for file in sorted(folder.glob("copy-*.json"))]
    return [
        Copy(
            one["stamp"],
            datetime.fromisoformat(one["began"]),
            datetime.fromisoformat(one["ended"]),
            one["first_segment"],
            one["files"],
        )
        for one in found
    ]


def restore(folder: Path, data: Path, *, until: datetime | None, files: Path | None) -> Copy:
    """Lay out the data folder so that the server, when it starts, goes on to the wanted moment."""
    chosen = _copy_before(folder, until)
    if data.exists() and any(data.iterdir()):
        raise BackupTrouble(f"{data} không trống. Hãy phục hồi vào một thư mục trống.")
    data.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(chosen.data(folder), data, symlinks=True, dirs_exist_ok=True)
    data.chmod(0o700)
    _tell_the_way(folder, data, until)
    if files is not None:
        _unpack(folder, until, files)
    return chosen


def _copy_before(folder: Path, until: datetime | None) -> Copy:
    found = [one for one in copies(folder) if until is None or one.ended <= until]
    if not found:
        raise BackupTrouble(
            f"Không có bản sao nào trong {folder} xong trước thời điểm ấy. Hãy chọn muộn hơn."
        )
    return found[-1]


def _tell_the_way(folder: Path, data: Path, until: datetime | None) -> None:
    wanted = {"restore_command": f'cp "{folder.resolve()}/{WAL}/%f" "%p"'}
    wanted["recovery_target_action"] = "promote"
    wanted["archive_mode"] = "off"  # a trial never writes into the archive of the real one
    if until is not None:
        wanted["recovery_target_time"] = until.astimezone(UTC).isoformat(sep=" ")
    with (data / "postgresql.auto.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in wanted.items())
    (data / "recovery.signal").touch()


def _unpack(folder: Path, until: datetime | None, files: Path) -> None:
    """The files as packed first after the wanted moment, else as packed last."""
    packed = [one for one in copies(folder) if one.files]
    later = [one for one in packed if until is not None and one.ended >= until]
    chosen = (later or packed[-1:])[:1]
    if not chosen:
        raise BackupTrouble("Không có bản sao nào của thư mục tệp.")
    files.mkdir(parents=True, exist_ok=True)
    with tarfile.open(chosen[0].archive(folder)) as archive:
        archive.extractall(files, **_SAFELY)  # noqa: S202  (our own archive)


# Python 3.11.4 and later refuse names that lead out of the folder; Debian 12 has 3.11.2.
_SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def prune(folder: Path, keep: int) -> list[Copy]:
    """Let all but the newest copies go, and the log that only they needed."""
    found = copies(folder)
    gone, kept = found[: max(len(found) - keep, 0)], found[max(len(found) - keep, 0) :]
    for one in gone:
        (folder / f"copy-{one.stamp}.json").unlink()
        shutil.rmtree(one.data(folder), ignore_errors=True)
        one.archive(folder).unlink(missing_ok=True)
    if kept and (folder / WAL).exists():
        tools = _tools_for(kept[0].data(folder))
        _run(tools, "pg_archivecleanup", str(folder / WAL), kept[0].first_segment)
    return gone


def _run(tools: Path, program: str, *words: str) -> None:
    done = subprocess.run(
        [tools / program, *words], check=False, capture_output=True, text=True, env=_surroundings()
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise BackupTrouble(f"{program} không xong:\n{last}")


def _tools_for(data: Path) -> Path:
    """The programs of the version that wrote the copy: another cannot read its log."""
    return find_tools(int((data / "PG_VERSION").read_text()))


def _surroundings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KHUE_")}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m machinery.backup", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    base = commands.add_parser("base")
    base.add_argument("--server", required=True, help="địa chỉ máy chủ, vai có quyền REPLICATION")
    base.add_argument("--files", type=Path, help="thư mục KHUE_DATA_DIR")
    base.add_argument("--to", type=Path, required=True)
    back = commands.add_parser("restore")
    back.add_argument("--into", type=Path, required=True)
    back.add_argument("--until", type=datetime.fromisoformat, help="2026-11-22T10:15:00+07:00")
    back.add_argument("--files", type=Path)
    listed, pruned = commands.add_parser("list"), commands.add_parser("prune")
    pruned.add_argument("--keep", type=int, required=True)
    for one in (back, listed, pruned):
        one.add_argument("--from", dest="folder", type=Path, required=True)
    return made


def carry_out(asked: argparse.Namespace) -> None:
    """Do what was asked and say what was done."""
    if asked.command == "base":
        made = take_base(asked.server, asked.to, asked.files)
        print(f"Đã sao lưu và kiểm tra bản {made.stamp}.")
    elif asked.command == "restore":
        if asked.until is not None and asked.until.tzinfo is None:
            raise BackupTrouble("Hãy ghi cả múi giờ, ví dụ 2026-11-22T10:15:00+07:00.")
        used = restore(asked.folder, asked.into, until=asked.until, files=asked.files)
        print(f"Đã đặt bản {used.stamp} vào {asked.into}. Khởi động PostgreSQL để đi tiếp.")
    elif asked.command == "prune":
        print(f"Đã bỏ {len(prune(asked.folder, asked.keep))} bản cũ.")
    else:
        for one in copies(asked.folder):
            print(f"{one.stamp}  {one.began:%d/%m/%Y %H:%M} – {one.ended:%H:%M} UTC")


def main() -> int:
    """Troubles become sentences."""
    try:
        carry_out(parser().parse_args())
    except (BackupTrouble, PostgresTrouble, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
