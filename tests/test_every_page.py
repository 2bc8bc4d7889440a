"""Every address × every person × every kind of object: no stumble, and no name too many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.places import PLAIN, School, World, make_world

PEOPLE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
NEIGHBOURS = {"hoa", "mai", "thu", "binh", "lan", "minh", "ha"}
NOBODYS = {"/sw.js", "/manifest.webmanifest"}
"""The same for everybody: a browser may keep them."""
NOWHERE = 999_999_999
BEYOND_NUMBERS = 10**30
NONSENSE = {
    "a number without end": "9" * 5000,
    "a figure that is no number": "²²²²",
    "less than nothing": "-1",
    "a null byte": "a\x00b",
    "a web page": "<script>alert(1)</script>'\"--",
    "a day that is none": "31/02/2026",
}
ASKED = (
    "by",
    "class",
    "ethnic",
    "format",
    "grade",
    "hoc-ki",
    "kind",
    "level",
    "loai",
    "managed_by",
    "next",
    "on",
    "page",
    "place_q",
    "q",
    "refresh",
    "role",
    "sex",
    "show",
    "site",
    "sort",
    "state",
    "status",
    "term",
    "thoi-diem",
    "year",
)
# Asked alone: a school that does not exist ends the page before anything else is read.
NARROWED = ["school", "at", "province", "place"]


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


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def home_of(person: str, world: World) -> School:
    return world.neighbour if person == "nam" else world.own


def strange_schools(person: str, world: World) -> list[School]:
    """The schools that do not exist for a person."""
    if person in NEIGHBOURS:
        return [world.neighbour, world.far]
    return [world.own, world.far] if person == "nam" else [world.far]


def unspeakable(person: str, world: World) -> set[str]:
    """The names that a person must never read."""
    if person in {"stranger", "nobody"}:
        return world.own.names | world.neighbour.names | world.far.names
    names = set[str]().union(*(one.names for one in strange_schools(person, world)))
    return names | (world.own.families if person in {"lan", "minh"} else set())


class Visit:
    """One person going from page to page, noting whatever is wrong."""

    def __init__(self, person: str, world: World) -> None:
        self.client: Client = world.cast.client(person)
        self.client.raise_request_exception = False
        self.forbidden = unspeakable(person, world)
        self.wrong: list[str] = []

    def see(self, address: str, *, closed: bool = False) -> None:
        """Open a page; a `closed` one must not exist for this person."""
        answer = self.client.get(address)
        kept = "no-store" not in answer.headers.get("Cache-Control", "")
        if kept and address.partition("?")[0] not in NOBODYS:
            self.note("may be kept by the browser", address)
        if answer.status_code >= 500:
            self.note(answer.status_code, address)
        if closed and answer.status_code not in {401, 403, 404, 405}:
            self.note(answer.status_code, address)
        for name in self.forbidden & set(
            names_in(answer.content.decode(errors="ignore"), self.forbidden)
        ):
            self.note(f"tells {name}", address)

    def open_lists(self, home: School) -> Iterator[str]:
        """The pages that this person can read and that are about no single record."""
        for route in routes():
            address = route.addresses(home)[0]
            if not route.records and self.client.get(address).status_code == 200:
                yield address

    def note(self, what: object, address: str) -> None:
        self.wrong.append(f"{what}: {address if len(address) < 99 else address[:99] + '…'}")


def names_in(text: str, names: Iterable[str]) -> Iterator[str]:
    return (one for one in names if one in text)


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_stumbles_and_nobody_reads_a_name_too_many(person: str, world: World) -> None:
    visit, home = Visit(person, world), home_of(person, world)
    for route in routes():
        for address in route.addresses(home):
            visit.see(address)
    assert not visit.wrong, "\n".join(visit.wrong)


@pytest.mark.parametrize("person", [one for one in PEOPLE if one != "nobody"])
def test_what_stands_at_a_strange_school_does_not_exist(person: str, world: World) -> None:
    visit, home = Visit(person, world), home_of(person, world)
    for route in routes():
        for strange in strange_schools(person, world)[: 2 if person == "mai" else 1]:
            shared = [
                one
                for one in route.records
                if home.values(route.name, one) == strange.values(route.name, one)
            ]
            if not route.records or shared:
                continue
            for address in route.addresses(strange):
                visit.see(address, closed=True)
    assert not visit.wrong, "\n".join(visit.wrong)


@pytest.mark.parametrize("person", ["mai", "hoa", "dung"])
def test_a_record_is_not_reached_through_the_address_of_another(person: str, world: World) -> None:
    visit, home = Visit(person, world), home_of(person, world)
    strange = strange_schools(person, world)[0]
    for route in routes():
        if len(route.records) > 1:
            for address in [*route.addresses(home, strange), *route.addresses(strange, home)]:
                visit.see(address)
    assert not visit.wrong, "\n".join(visit.wrong)


@pytest.mark.parametrize("person", ["mai", "dung"])
def test_what_does_not_exist_is_not_found(person: str, world: World) -> None:
    visit = Visit(person, world)
    for route, number in product(routes(), [NOWHERE, BEYOND_NUMBERS]):
        if route.parameters:
            visit.see(route.address_with(number), closed=bool(route.records))
    assert not visit.wrong, "\n".join(visit.wrong)


@pytest.mark.parametrize("person", ["mai", "dung"])
def test_nonsense_in_a_question_is_answered_politely(person: str, world: World) -> None:
    visit, home = Visit(person, world), home_of(person, world)
    for address, nonsense in product(visit.open_lists(home), NONSENSE.values()):
        for asked in (ASKED, NARROWED):
            visit.see(f"{address}?{urlencode(dict.fromkeys(asked, nonsense))}")
    assert not visit.wrong, "\n".join(visit.wrong)
