"""Cost must stay flat: the page of marks, saves and other pages at 1, 100 and 675 schools.

`python -m benchmarks.province.flat [--sizes 1 100 675]`. The same requests at each size; what is
compared is the processor time of web server and database together for one request, which hardly
moves with the neighbours. Goal: at most 1.3 times that of one school.
"""

from __future__ import annotations

import argparse
import json
import os
from functools import partial
from typing import Any

from benchmarks.__main__ import rounds, site
from benchmarks.measures import Round, Target, empty_books, measure, reading, run_module, typing
from benchmarks.province.standing import WHOLE, Province, province
from machinery.surroundings import ROOT

SIZES = (1, 100, WHOLE)
PAGES, SAVES, ROUNDS = 100, 20, 5
GOAL = 1.3
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    told = {}
    for size in asked.sizes:
        with province(size, fresh=asked.fresh) as standing:
            told[size] = at_size(standing, asked.rounds)
    tell(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def at_size(standing: Province, wanted: int) -> Told:
    people = run_module("benchmarks.province.people", "1", environment=standing.owner)
    with site(standing.environment, standing.folder, standing.cluster.pid or 0) as target:
        return {
            "made": vars(standing.made),
            "load": os.getloadavg()[0],
            "rounds": {
                name: vars(rounds(wanted, one))
                for name, one in _works(target, standing.url, people).items()
            },
        }


def _works(target: Target, url: str, people: Told) -> dict[str, Any]:
    teacher = people["teachers"][0]
    teacher["books"] = teacher["books"][:1]

    def saves() -> Round:
        empty_books(url, [one["id"] for one in teacher["books"]])
        return measure(target, [typing(teacher, min(SAVES, len(teacher["books"][0]["pupils"])))])

    def pages(person: Told, path: str) -> Any:
        asking = {"session": person["session"], "requests": [("GET", path, "")] * PAGES}
        return partial(measure, target, [asking])

    homeroom, parent = people["homerooms"][0], people["parents"][0]
    return {
        "page of marks": partial(measure, target, [reading(teacher, PAGES)]),
        "a mark saved": saves,
        "page of attendance": pages(homeroom, f"/diem-danh/lop/{homeroom['class']}/"),
        "page of a family": pages(parent, f"/con/{parent['child']}/"),
        "figures of a school": pages(
            people["leaders"][0], f"/so-lieu/{people['leaders'][0]['place']}/"
        ),
        "figures of the department": pages(
            people["officers"][0], f"/so-lieu/{people['officers'][0]['place']}/"
        ),
    }


def cost(one: Told) -> float:
    return float(one["web_cpu"] + one["database_cpu"])


def tell(told: dict[int, Told]) -> None:
    smallest = min(told)
    for size, found in told.items():
        made = found["made"]
        print(
            f"\n{size} schools, {made['pupils']:,} pupils, {made['size'] / 1e6:,.0f} MB,"
            f" made in {made['seconds']:,.0f} s; load {found['load']:.1f}"
        )
        for name, one in found["rounds"].items():
            ratio = cost(one) / cost(told[smallest]["rounds"][name])
            print(
                f"  {name:<28} p50 {one['p50']:>6.1f} ms  p99 {one['p99']:>6.1f} ms"
                f"  web {one['web_cpu']:>5.1f} ms  database {one['database_cpu']:>5.1f} ms"
                f"  {ratio:>5.2f} × {smallest} school"
            )


if __name__ == "__main__":
    main()
