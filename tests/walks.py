"""Every address of the product, and what a person meets who opens them one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.asked import noting
from tests.places import PLAIN, School, World


@dataclass(frozen=True)
class Route:
    """A named address and its parameters."""

    name: str
    parameters: tuple[str, ...]
    converters: tuple[str, ...]

    @property
    def records(self) -> tuple[str, ...]:
        """The parameters that name a record of a school."""
        return tuple(one for one in self.parameters if one not in {*PLAIN, "step"})

    def addresses(self, *schools: School) -> list[str]:
        """The address at one school; with several, the parameters take turns between them."""
        sides = [schools[turn % len(schools)] for turn in range(len(self.parameters))]
        found = zip(self.parameters, sides, strict=True)
        values = [side.values(self.name, one) for one, side in found]
        return [reverse(self.name, args=args) for args in product(*values)]

    def address_with(self, number: int) -> str:
        """The address with this number, or a word without meaning, for every parameter."""
        words = {"int": number, "uuid": "00000000-0000-4000-8000-000000000000"}
        return reverse(self.name, args=[words.get(one, "khong-co") for one in self.converters])


def every_route(resolver: Any = None) -> Iterator[Route]:
    """All addresses of the product that have a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern)
        elif isinstance(pattern, URLPattern) and pattern.name:
            known = pattern.pattern.converters
            kinds = [type(one).__name__.removesuffix("Converter").lower() for one in known.values()]
            yield Route(pattern.name, tuple(known), tuple(kinds))


@cache
def routes() -> list[Route]:
    return list(every_route())


def home_of(person: str, world: World) -> School:
    return world.neighbour if person == "nam" else world.own


@dataclass(frozen=True)
class Answer:
    """What came back from one address."""

    address: str
    status: int
    kind: str
    may_be_kept: bool
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="ignore")

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.kind.startswith("text/html")


def answer_of(address: str, answer: HttpResponseBase) -> Answer:
    body = answer.getvalue()
    headers = answer.headers
    kept = "no-store" not in headers.get("Cache-Control", "")
    return Answer(address, answer.status_code, headers.get("Content-Type", ""), kept, body)


@dataclass(frozen=True)
class Step:
    """One address of a walk: what it answered, and which parameters of a question it read."""

    route: Route
    is_first: bool
    answer: Answer
    reads: frozenset[str]


@cache
def _kept_walk(person: str) -> list[Step]:
    return []


def walk_of(person: str, world: World) -> list[Step]:
    """Every address at home, opened by a person; the world is the same for all, so once is enough.

    Only reads: what stands in the world is what stood there before.
    """
    kept = _kept_walk(person)
    if not kept:
        kept += list(_walk(world.cast.client(person), home_of(person, world)))
    return kept


def _walk(client: Client, home: School) -> Iterator[Step]:
    client.raise_request_exception = False
    with noting() as noted:
        for route in routes():
            for turn, address in enumerate(route.addresses(home)):
                noted.clear()
                answer = answer_of(address, client.get(address))
                yield Step(route, turn == 0, answer, frozenset(noted))
