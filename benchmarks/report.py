"""The numbers as a table, beside the limits they are held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measures import Round
from benchmarks.rates import Rate, print_rates
from benchmarks.timing import Cost

# A tuned PHP school system on the same kind of machine: milliseconds of the page and of the save
# for one teacher, pages a second on two cores.
PEER_PAGE, PEER_SAVE, PEER_PAGES = 64.0, 80.0, 29.0
# The ceiling of the mark page is asserted in its tests too; other pages may need a few more.
MARK_PAGE = "page of marks"
MOST_QUERIES, MOST_OF_OTHERS = 10, 15
# The family's page puts ten contexts together; each asks a few times, however much there is.
MOST_OF_FAMILY = 34
TEACHER_BYTES, FAMILY_BYTES = 150 * 1024, 30 * 1024


WIDTH = 52


@dataclass(frozen=True)
class Results:
    """Everything that one run measured; `load` of the machine before and after."""

    queries: dict[str, int]
    bytes: dict[str, dict[str, int]]
    rounds: dict[str, Round]
    costs: dict[str, Cost]
    rules: dict[str, float]
    rates: dict[str, Rate]
    load: tuple[float, float]
    school: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratios": self.ratios()}

    def ratios(self) -> dict[str, float]:
        """How many times better than the peer; over 1 is better."""
        alone, together = "page of marks, one teacher", "page of marks, eight teachers"
        column = "save a column of 45, one teacher"
        return {
            alone: PEER_PAGE / self.rounds[alone].p50,
            together: self.rounds[together].per_second / PEER_PAGES,
            column: PEER_SAVE / self.rounds[column].p50,
        }


def print_results(results: Results) -> None:
    """Print the table."""
    heads = ["p50 ms", "p99 ms", "a second", "program", "database", "x peer"]
    print(f"\n  {'':<{WIDTH}}{'':>30}{'processor ms':>20}")
    print(f"  {'':<{WIDTH}}" + "".join(f"{head:>10}" for head in heads))
    ratios = results.ratios()
    for name, one in results.rounds.items():
        numbers = [one.p50, one.p99, one.per_second, one.web_cpu, one.database_cpu]
        _line(name, [*numbers, ratios.get(name)])
    for name, cost in results.costs.items():
        _line(name, [cost.clock, None, 1000 / cost.clock, cost.own, cost.database, None])
    for name, evaluations in results.rules.items():
        _line(f"rule: {name}", [None, None, evaluations, 1000 / evaluations, None, None])
    print("\n  Of one core, in processor time:")
    print_rates(results.rates)
    _print_limits(results)
    _print_surroundings(results)


def _line(name: str, numbers: list[float | None]) -> None:
    shown = "".join(f"{'' if one is None else _short(one):>10}" for one in numbers)
    print(f"  {name:<{WIDTH}}{shown}")


def _short(number: float) -> str:
    if number >= 1000:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.3f}"


def _print_surroundings(results: Results) -> None:
    shares = [one.client_share for one in results.rounds.values()]
    school = ", ".join(f"{count:,} {name}" for name, count in results.school.items())
    print(f"\n  {school}")
    print(
        f"  load of the machine before {results.load[0]:.1f}, after {results.load[1]:.1f};", end=""
    )
    print(f" the load generator took {min(shares):.0%} to {max(shares):.0%} of one processor")
    print(f"  peer: a page in {PEER_PAGE:.0f} ms, a save in {PEER_SAVE:.0f}", end="")
    print(f" ms, {PEER_PAGES:.0f} pages a second on two cores")


def _print_limits(results: Results) -> None:
    print(f"\n  {'':<34}{'measured':>12}{'limit':>12}")
    for name, count in results.queries.items():
        print(f"  {'statements, ' + name:<34}{count:>12}{most_queries(name):>12}")
    for name, limit in [("teacher", TEACHER_BYTES), ("family", FAMILY_BYTES)]:
        total = sum(results.bytes[name].values())
        parts = ", ".join(f"{kind} {size}" for kind, size in sorted(results.bytes[name].items()))
        print(f"  {'first visit in bytes, ' + name:<34}{total:>12}{limit:>12}   {parts}")


def most_queries(page: str) -> int:
    if page == "family page":
        return MOST_OF_FAMILY
    return MOST_QUERIES if page == MARK_PAGE else MOST_OF_OTHERS


def broken_limits(results: Results) -> list[str]:
    """Sentences about what is beyond its limit."""
    found = [
        f"{name} needs {count} statements, at most {most_queries(name)} are allowed"
        for name, count in results.queries.items()
        if count > most_queries(name)
    ]
    for name, limit in [("teacher", TEACHER_BYTES), ("family", FAMILY_BYTES)]:
        total = sum(results.bytes[name].values())
        if total > limit:
            found.append(f"the first visit of the {name} page weighs {total} bytes, over {limit}")
    return found
