"""What takes long begins early, and what shares a site stays together, when workers share a run.

Each worker is given one part of the list and later takes from the ends of the others' parts: so a
part begins with its longest stories and ends with short tests that are quickly divided.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

# Stories on the demonstration share one site and its data: one worker makes them.
OF_THE_DEMONSTRATION = {"demo_database"}
LONG = {"browser", "fallible", "tiny", "own_database", "world", "committed_database"}
# Meanwhile the others begin with what needs no database.
NEEDS_NOTHING = ("kit/", "tests/architecture/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = dealt(items, workers)


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """All items, whole files together, in as many parts as there are workers."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    ranks: list[list[list[pytest.Item]]] = [[], [], [], []]
    for file in files.values():
        ranks[_rank(file)].append(file)
    of_demo, nothing, long, short = ranks
    rest = workers - 1
    others = [nothing[turn::rest] + long[turn::rest] for turn in range(rest)]
    return _joined(_filled([of_demo, *others], short, len(items) // workers))


def _rank(file: list[pytest.Item]) -> int:
    used = {name for item in file for name in getattr(item, "fixturenames", ())}
    if used & OF_THE_DEMONSTRATION:
        return 0
    if used & LONG:
        return 2
    return 1 if file[0].nodeid.startswith(NEEDS_NOTHING) else 3


def _filled(
    parts: list[list[list[pytest.Item]]], short: list[list[pytest.Item]], size: int
) -> Iterator[list[list[pytest.Item]]]:
    """Each part with short files until it has its share; the last takes what is left."""
    for part in parts[:-1]:
        while short and sum(map(len, part)) < size:
            part.append(short.pop(0))
        yield part
    yield [*parts[-1], *short]


def _joined(parts: Iterable[list[list[pytest.Item]]]) -> list[pytest.Item]:
    return [item for part in parts for file in part for item in file]
