"""What a reader outside the schools can reckon of what is withheld, on the synthetic province.

`python -m benchmarks.province.reckoning [--schools 675]` gives every table of pupils above the
classes to the attacker of the tests: with an integer programme he looks for numbers of people other
than the true ones that fit everything that is told. It prints how many withheld counts must not be
known, and which of them are. It fails when more than one in a thousand is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg

from benchmarks.province.standing import WHOLE, province
from khue.statistics.tests.attack import Puzzle, found_out, puzzle_of, small_unknown

LEAST = 5
ONE_IN = 1000
FIGURES = """
select kind, place_id, parent_id, counts, hidden from statistics_figure
where theme = 'enrolment' and kind <> 'class' and year = (select max(year) from statistics_figure)
order by path
"""
Row = tuple[str, int, int | None, dict[str, int], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    with (
        province(parser.parse_args().schools) as standing,
        psycopg.connect(standing.url) as session,
    ):
        rows: list[Row] = session.execute(FIGURES).fetchall()
    print("| storey | tables | must not be known | known | |\n| --- | ---: | ---: | ---: | --- |")
    guarded = known = 0
    for kind, puzzles in tables_of(rows).items():
        begun = time.monotonic()
        many = sum(len(small_unknown(one, LEAST)) for one in puzzles)
        found = [told for one in puzzles for told in found_out(one, LEAST)]
        took = time.monotonic() - begun
        print(f"| {kind} | {len(puzzles)} | {many:,} | {len(found)} | {took:.0f} s |", flush=True)
        print("".join(f"  {told}\n" for told in found), file=sys.stderr, flush=True)
        guarded, known = guarded + many, known + len(found)
    sys.exit(1 if known * ONE_IN > guarded else 0)


def tables_of(rows: list[Row]) -> dict[str, list[Puzzle]]:
    """Every place with those right below it, by its kind."""
    below: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        below[row[2]].append(row)
    found: dict[str, list[Puzzle]] = defaultdict(list)
    for row in rows:
        if under := below[row[1]]:
            found[row[0]].append(_puzzle(row, under))
    return found


def _puzzle(row: Row, under: list[Row]) -> Puzzle:
    named = dict(_named([row, *under]))
    counts = {name: one[3] for name, one in named.items()}
    hidden = {name: set(one[4]) for name, one in named.items()}
    return puzzle_of(counts, hidden, f"{row[0]} {row[1]}")


def _named(rows: list[Row]) -> Iterator[tuple[str, Any]]:
    for row in rows:
        yield f"{row[0]} {row[1]}", row


if __name__ == "__main__":
    main()
