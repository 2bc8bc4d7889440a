"""Several machines, cuts, repeats, other people: nothing is lost, doubled or written over unseen.

The machines here keep the contract of the browser's log (frontend/src/offline/log.ts): an entry
leaves only by its own answer. The school is the real service on the real database.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.gradebook.tests.primary_cast import make_primary
from khue.ledger.api import changes_of_operation
from khue.offline.rules.operations import read_operations
from khue.offline.services.devices import register_device
from khue.offline.services.results import Result
from khue.offline.services.syncing import sync
from khue.offline.tests.things import THINGS, Shown, Thing
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, Cast

DONE = ("applied", "already")
LINES = st.sampled_from(["whole", "whole", "lost answer", "first only", "backwards", "twice"])
WHICH = st.integers(0, len(THINGS) - 1)


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_primary(cast)
    set_scope(Scope(schools=(cast.school.pk,)))


@contextmanager
def undone() -> Iterator[None]:
    """Each example starts from the same school."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Act:
    """One operation, with its base as the machine sends it and what its writer saw."""

    id: uuid.UUID
    seq: int
    which: int
    base: Any
    seen: Shown
    value: Any
    decides: list[str] = field(default_factory=list)

    @property
    def thing(self) -> Thing:
        return THINGS[self.which]

    def wire(self, cast: Cast, at: str) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "seq": self.seq,
            "kind": self.thing.kind,
            "place": self.thing.place(cast),
            "base": self.base,
            "value": self.value,
            "at": at,
            "decides": self.decides,
        }


class Machine:
    """A browser: a pack that ages, a log that forgets nothing by itself."""

    def __init__(self, cast: Cast, ahead: timedelta) -> None:
        self.cast, self.ahead = cast, ahead
        self.id = uuid.uuid4()
        self.numbers = count(1)
        self.waiting: list[Act] = []
        self.clashes: dict[uuid.UUID, tuple[Act, Result]] = {}
        self.answered: dict[uuid.UUID, tuple[Act, str]] = {}
        register_device(actor=cast.hoa.actor, now=NOW, device_id=self.id, name="Máy thử")
        self.pack = [one.standing(cast) for one in THINGS]

    def write(self, which: int, choice: int) -> None:
        thing = THINGS[which]
        base, seen = self.pack[which]
        mine = [one for one in self.waiting if one.which == which]
        clash = [pair for pair in self.clashes.values() if pair[0].which == which]
        if mine:
            base = {"after": str(mine[-1].id)}
        elif clash:
            base, seen = shown_base(clash[-1][1], thing)
        decides = [str(one.id) for one, _ in clash]
        value = thing.values[choice % len(thing.values)]
        self.waiting.append(
            Act(uuid.uuid4(), next(self.numbers), which, base, seen, value, decides)
        )

    def saw(self, act: Act) -> Shown:
        """What stood before the writer: a value of the school, or what an act of hers left."""
        if not isinstance(act.base, dict) or "after" not in act.base:
            return act.seen
        before, status = self.answered[uuid.UUID(act.base["after"])]
        return act.thing.written(before.value) if status in DONE else self.saw(before)

    def sync(self, line: str) -> None:
        """Send what waits over a line that may cut, repeat and turn things round."""
        sent = self.waiting[:1] if line == "first only" else list(self.waiting)
        if line == "backwards":
            sent.reverse()
        at = (NOW - timedelta(hours=1) + self.ahead).isoformat()
        operations = read_operations([one.wire(self.cast, at) for one in sent])
        for _ in range(2 if line == "twice" else 1):
            answers = sync(
                actor=self.cast.hoa.actor,
                now=NOW,
                device_id=self.id,
                operations=operations,
                offset=self.ahead,
            )
        if line != "lost answer":
            self._take(answers)

    def _take(self, answers: list[Result]) -> None:
        by_id = {one.id: one for one in self.waiting}
        for answer in answers:
            act = by_id[answer.id]
            self.waiting.remove(act)
            self.answered[act.id] = (act, answer.status)
            if answer.status == "conflict":
                self.clashes[act.id] = (act, answer)
            elif answer.status in DONE:
                for decided in act.decides:
                    self.clashes.pop(uuid.UUID(decided), None)
                base, _ = shown_base(answer, act.thing)
                self.pack[act.which] = (base, act.thing.written(act.value))


def shown_base(answer: Result, thing: Thing) -> tuple[Any, Shown]:
    """What an answer showed of the thing, and how the next act names it."""
    base = (answer.value or {}).get("version", 0) if thing.kind == "lesson" else answer.value
    return base, thing.told(answer.text)


STEP = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 2), WHICH, st.integers(0, 4)),
    st.tuples(st.just("sync"), st.integers(0, 2), LINES),
    st.tuples(st.just("school"), WHICH, st.integers(0, 1)),
    st.tuples(st.just("restart")),
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=16), skew=st.integers(-7200, 7200))
def test_nothing_is_lost_doubled_or_written_over_unseen(
    cast: Cast, steps: list[tuple[Any, ...]], skew: int
) -> None:
    with undone():
        machines = [Machine(cast, timedelta(seconds=skew * (one - 1))) for one in range(3)]
        for step in steps:
            play(cast, machines, step)
        for machine in machines:
            machine.sync("whole")
            assert machine.waiting == []
            for act, status in machine.answered.values():
                check(act, status, machine.saw(act))


def play(cast: Cast, machines: list[Machine], step: tuple[Any, ...]) -> None:
    name, *more = step
    if name == "write":
        machines[more[0]].write(more[1], more[2])
    elif name == "sync":
        machines[more[0]].sync(more[1])
    elif name == "school":
        THINGS[more[0]].at_school(cast, more[1])
    else:
        # What a fresh process would know: nothing that is not in the database.
        connection.queries_log.clear()
        set_scope(Scope(schools=(cast.school.pk,)))


def check(act: Act, status: str, saw: Shown) -> None:
    """An answer and the ledger say the same; what was replaced had been seen."""
    lines = changes_of_operation(act.id)
    if status == "applied":
        assert [act.thing.told(line.new) for line in lines] == [act.thing.written(act.value)]
        assert act.thing.told(lines[0].old) == saw
    else:
        assert len(lines) <= (status == "already"), "it was said before, or nothing was written"


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(st.tuples(WHICH, st.integers(0, 1)), min_size=1, max_size=10),
    order=st.permutations(range(len(THINGS))),
    lines=st.lists(LINES, min_size=len(THINGS), max_size=len(THINGS)),
)
def test_the_end_is_the_same_whatever_the_order_of_delivery(
    cast: Cast, values: list[tuple[int, int]], order: list[int], lines: list[str]
) -> None:
    """Each machine writes its own thing."""
    with undone():
        before = [one.standing(cast)[1] for one in THINGS]
        machines = [Machine(cast, timedelta()) for _ in THINGS]
        for which, choice in values:
            machines[which].write(which, choice)
        for which in order:
            machines[which].sync(lines[which])
        for machine in machines:
            machine.sync("whole")
        wanted = {which: THINGS[which].written(THINGS[which].values[one]) for which, one in values}
        for which, thing in enumerate(THINGS):
            assert thing.standing(cast)[1] == wanted.get(which, before[which])
