"""Every address × every person × every kind of object: no stumble, and no name too many."""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.asked import noting
from tests.places import School, World
from tests.walks import Answer, Step, answer_of, home_of, routes, walk_of

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
ODD_ADDRESS = re.compile(
    rb" (?:href|action|src|hx-get|hx-post)="
    rb'(?!"(?:["/#?]|\./|(?:https?|mailto|tel|sms|data):))[^ >]*'
)
"""A link or form that leads nowhere: its address was written wrongly into the page."""
# Asked apart: a school that does not exist ends the page before anything else is read.
NARROWING = {"school", "at", "province", "place"}
# A middleware reads it for every page, to take its tables along.
EVERYWHERE = {"format"}


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
        self.forbidden = {name: name.encode() for name in unspeakable(person, world)}
        self.wrong: list[str] = []

    def see(self, address: str, *, closed: bool = False) -> None:
        """Open a page; a `closed` one must not exist for this person."""
        answer = answer_of(address, self.client.get(address))
        self.judge(answer)
        if closed and answer.status not in {401, 403, 404, 405}:
            self.note(answer.status, address)

    def judge(self, answer: Answer) -> None:
        if answer.may_be_kept and answer.address.partition("?")[0] not in NOBODYS:
            self.note("may be kept by the browser", answer.address)
        if answer.status >= 500:
            self.note(answer.status, answer.address)
        for name, written in self.forbidden.items():
            if written in answer.content:
                self.note(f"tells {name}", answer.address)
        if odd := ODD_ADDRESS.search(answer.content):
            self.note(f"leads nowhere by{odd[0].decode(errors='replace')[:60]}", answer.address)

    def ask_nonsense(self, step: Step) -> set[str]:
        """All parameters that the page reads, at once; also those it reads only after others."""
        address, asked = step.answer.address, set[str]()
        with noting() as noted:
            noted |= step.reads
            while fresh := noted - asked:
                asked |= fresh
                for part, nonsense in questions(asked):
                    self.see(f"{address}?{urlencode(dict.fromkeys(part, nonsense))}")
        return asked

    def note(self, what: object, address: str) -> None:
        self.wrong.append(f"{what}: {address if len(address) < 99 else address[:99] + '…'}")


def questions(asked: set[str]) -> list[tuple[list[str], str]]:
    """Which parameters are asked together, and with what; the same reads everywhere need it once.

    A page that reads nothing of its own is asked for one file that is none.
    """
    if asked <= EVERYWHERE:
        return [(sorted(EVERYWHERE), NONSENSE["a web page"])]
    parts = [sorted(part) for part in (asked - NARROWING, asked & NARROWING) if part]
    return list(product(parts, NONSENSE.values()))


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_stumbles_and_nobody_reads_a_name_too_many(person: str, world: World) -> None:
    visit = Visit(person, world)
    for step in walk_of(person, world):
        visit.judge(step.answer)
    assert not visit.wrong, "\n".join(visit.wrong)


@pytest.mark.parametrize("person", ["mai", "dung"])
def test_nonsense_in_a_question_is_answered_politely(person: str, world: World) -> None:
    visit, asked = Visit(person, world), set[str]()
    for step in walk_of(person, world):
        if step.is_first and not step.route.records and step.answer.status == 200:
            asked |= visit.ask_nonsense(step)
    assert not visit.wrong, "\n".join(visit.wrong)
    assert {"q", "page", "year"} <= asked


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
    for route in routes():
        if route.parameters:
            for address in {route.address_with(one) for one in (NOWHERE, BEYOND_NUMBERS)}:
                visit.see(address, closed=bool(route.records))
    assert not visit.wrong, "\n".join(visit.wrong)
