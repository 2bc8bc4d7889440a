"""Memory and processor time of running programs, with everything that they started.

Memory is the proportional share (Pss) that Linux counts: what several processes share, such as the
buffers of PostgreSQL or code, is counted once over all of them.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measures import processor_time

LOOK_EVERY = 1.0


def family(leader: int) -> list[int]:
    """A program and everything below it."""
    below: dict[int, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(file.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        below.setdefault(parent, []).append(int(file.parent.name))
    found = [leader]
    for one in found:
        found += below.get(one, [])
    return found


def memory(leader: int) -> float:
    """Megabytes of a program with everything below it (Pss)."""
    return sum(_pss(one) for one in family(leader)) / 1024


def _pss(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    words = (line.split() for line in told.splitlines())
    return next((int(one[1]) for one in words if one[0] == "Pss:"), 0)


@dataclass
class Weighed:
    """What programs used while something was done; megabytes at most, seconds of processors."""

    seconds: float = 0.0
    peak: dict[str, float] = field(default_factory=dict)
    processors: dict[str, float] = field(default_factory=dict)


@contextmanager
def weighing(leaders: Mapping[str, int]) -> Iterator[Weighed]:
    """Look at these programs every second until the block ends."""
    weighed, over = Weighed(), threading.Event()
    weighed.peak = {name: memory(pid) for name, pid in leaders.items()}
    before = {name: processor_time(pid) for name, pid in leaders.items()}
    begun = time.monotonic()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            for name, pid in leaders.items():
                weighed.peak[name] = max(weighed.peak[name], memory(pid))
                used = processor_time(pid) - before[name]
                weighed.processors[name] = max(weighed.processors.get(name, 0.0), used)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield weighed
    finally:
        over.set()
        watcher.join()
        weighed.seconds = time.monotonic() - begun
        for name, pid in leaders.items():
            used = processor_time(pid) - before[name]
            weighed.processors[name] = max(weighed.processors.get(name, 0.0), used)


def weigh_command(
    command: list[str], environment: Mapping[str, str], folder: Path, database: int
) -> tuple[Weighed, str, int]:
    """Run a command to its end; what it and PostgreSQL used, what it printed, how it ended."""
    with ExitStack() as stack:
        running = stack.enter_context(
            subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        leaders = {"program": running.pid, "PostgreSQL": database}
        weighed = stack.enter_context(weighing(leaders))
        assert running.stdout
        told = running.stdout.read()
        code = running.wait()
    return weighed, told, code
