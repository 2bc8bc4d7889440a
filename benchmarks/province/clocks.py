"""A clock that can be set while programs run, without touching the clock of the machine.

The library of the Debian package `faketime` stands between a program and the system's clock and
reads from a file how far it is off. What measures durations (the steady clock) is left alone, as
it is when somebody sets the clock of a machine.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measures import BenchmarkTrouble

LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")
READ_AGAIN = 1
ABSENT = (
    "The clock of a program is set with the library of the package faketime, which is not here:"
    " apt-get install faketime, or leave this fault out with --without clock."
)


class Clock:
    """What programs are told so that they see this clock, and the hand that sets it."""

    def __init__(self, library: Path, file: Path) -> None:
        self.file = file
        self.around = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": str(READ_AGAIN),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        }
        self.set(0)

    def set(self, seconds: int) -> None:
        """So far before (or behind) the clock of the machine; return when everybody sees it.

        Programs read the file again when whole seconds have passed, so a second more is waited.
        """
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        draft.chmod(0o644)
        draft.replace(self.file)
        time.sleep(READ_AGAIN + 1.2)


@contextmanager
def settable_clock() -> Iterator[Clock]:
    """A clock whose file every user of the machine may read."""
    found = [path for pattern in LIBRARIES for path in Path("/").glob(pattern[1:])]
    if not found:
        raise BenchmarkTrouble(ABSENT)
    with tempfile.TemporaryDirectory(prefix="khue-clock-") as folder:
        Path(folder).chmod(0o755)
        yield Clock(found[0], Path(folder) / "off")
