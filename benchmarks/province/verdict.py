"""What a proof counted, what was wrong in it, and what it could not count, told at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg

from benchmarks.measures import BenchmarkTrouble
from machinery.site import SiteTrouble

MOST_TOLD = 10
Troubles = BenchmarkTrouble, SiteTrouble, psycopg.Error, OSError


@dataclass
class Verdict:
    """A line for each thing that was counted; trouble never hides what was counted beside it."""

    counted: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What should have been counted and was not, with the reason."""

    def count(self, what: str, wrong: Sequence[str]) -> None:
        """So much was looked at, and this was wrong in it."""
        self.counted.append(f"{what}: {len(wrong)} wrong")
        self.wrong.extend(wrong)

    def attempt(self, what: str, act: Callable[[], object]) -> None:
        """Do a part of the proof; when it cannot be done, say so and let the rest go on."""
        try:
            act()
        except Troubles as trouble:
            self.missing.append(f"{what}: {trouble}")
            print(f"  STOPPED, {what}: {trouble}", flush=True)

    def tell(self, name: str) -> int:
        """Print it; return how much was wrong or missing."""
        print(f"\n  {name}, counted at the end:")
        for line in self.counted:
            print(f"    {line}")
        for line, times in Counter(self.wrong).most_common(MOST_TOLD):
            print(f"    WRONG, {times} ×: {line}")
        for line in self.missing:
            print(f"    NOT COUNTED, {line}")
        if not self.missing:
            print("    nothing was left out")
        bad = len(self.wrong) + len(self.missing)
        print(f"  {bad} wrong or not counted", flush=True)
        return bad
