"""How many times a second one core does something, beside what it is held against.

Several works are measured in turn in every round, so that a noisy neighbour disturbs them alike;
what is told are medians over the rounds, of rates and of ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUND_SECONDS = 0.15


@dataclass(frozen=True)
class Work:
    """Something to do again and again.

    `against` names the work that it is compared with, `goal` the ratio that is wanted.
    """

    do: Callable[[], object]
    against: str = ""
    goal: float | None = None


@dataclass(frozen=True)
class Rate:
    """`per_second` of processor time; `ratio` to the work `against`, None without one."""

    per_second: float
    ratio: float | None = None
    against: str = ""
    goal: float | None = None

    def comparison(self) -> str:
        """The ratio in words, "" without one."""
        if self.ratio is None:
            return ""
        wanted = f" (goal {self.goal:.0%})" if self.goal else ""
        return f"{self.ratio:.0%} of {self.against}{wanted}"


def rates_of(
    works: Mapping[str, Work], *, rounds: int, seconds: float = ROUND_SECONDS
) -> dict[str, Rate]:
    """The rates of some works; the first round only warms up."""
    taken = [_round(works, seconds) for _ in range(rounds + 1)][1:]
    return {
        name: Rate(
            median(one[name] for one in taken),
            median(one[name] / one[work.against] for one in taken) if work.against else None,
            work.against,
            work.goal,
        )
        for name, work in works.items()
    }


def print_rates(rates: Mapping[str, Rate]) -> None:
    """One line for each."""
    for name, rate in rates.items():
        print(f"  {name:<52}{rate.per_second:>10,.0f} a second   {rate.comparison()}".rstrip())


def _round(works: Mapping[str, Work], seconds: float) -> dict[str, float]:
    return {name: _per_second(work.do, seconds) for name, work in works.items()}


def _per_second(do: Callable[[], object], seconds: float) -> float:
    count, begun = 0, time.process_time()
    while (passed := time.process_time() - begun) < seconds:
        do()
        count += 1
    return count / passed
