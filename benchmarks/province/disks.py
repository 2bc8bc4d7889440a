"""A disk that can be filled: a file system of its own, small and in memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.measures import BenchmarkTrouble

PATIENCE = 5.0
NOT_ROOT = (
    "A disk is filled on a file system of its own, and only root may mount one:"
    " run this as root, or leave this fault out with --without disk."
)


class Disk:
    """A file system and the file that takes what is left of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._balloon = folder / "balloon"

    @property
    def free(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bavail * told.f_frsize

    def fill(self) -> None:
        """To the last block, as far as programs let it at this moment."""
        deadline = time.monotonic() + PATIENCE
        with self._balloon.open("ab") as balloon:
            while self.free and time.monotonic() < deadline:
                # Others write meanwhile, so that there may be less room than a moment before.
                with suppress(OSError):
                    os.posix_fallocate(balloon.fileno(), balloon.tell(), self.free)
                balloon.seek(0, os.SEEK_END)

    def make_room(self) -> None:
        self._balloon.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """A file system of its own that every user of the machine reaches."""
    folder = Path(tempfile.mkdtemp(prefix="khue-disk-"))
    words = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.call(["mount", *words], stderr=subprocess.DEVNULL):
        folder.rmdir()
        raise BenchmarkTrouble(NOT_ROOT)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
