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

from khue.gradebook.api import CellChange, enter_marks, open_grid, print_mark_cell
from khue.ledger.api import changes_of_operation
from khue.offline.rules.operations import read_operations
from khue.offline.services.devices import register_device
from khue.offline.services.results import Result
from khue.offline.services.syncing import sync
from kit.fences import Scope, set_scope
from tests.cast import NOW, TODAY, Cast

CELLS = ((0, "tx1"), (0, "gk"), (1, "tx1"))
GOOD = ("5", "7,5", "Đ", "9", "")
"""What is typed; "Đ" is refused in a subject with marks."""
LINES = st.sampled_from(["whole", "whole", "lost answer", "first only", "backwards", "twice"])


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


@contextmanager
def undone() -> Iterator[None]:
    """Each example starts from the same school."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Act:
    """One operation, with its base as the machine sends it."""

    id: uuid.UUID
    seq: int
    cell: int
    base: Any
    value: str
    decides: list[str] = field(default_factory=list)

    def wire(self, cast: Cast, at: str) -> dict[str, Any]:
        pupil, slot = CELLS[self.cell]
        place = {"book": cast.maths.pk, "term": 1, "strand": 0, "slot": slot}
        return {
            "id": str(self.id),
            "seq": self.seq,
            "kind": "mark",
            "place": {**place, "student": cast.classmates[pupil].pk},
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
        self.pack = standing(cast)

    def write(self, cell: int, value: str) -> None:
        mine = [one for one in self.waiting if one.cell == cell]
        clash = [pair for pair in self.clashes.values() if pair[0].cell == cell]
        if mine:
            base: Any = {"after": str(mine[-1].id)}
        elif clash:
            base = clash[-1][1].value
        else:
            base = self.pack[cell][0]
        decides = [str(one.id) for one, _ in clash]
        made = Act(uuid.uuid4(), next(self.numbers), cell, base, value, decides)
        self.waiting.append(made)

    def saw(self, act: Act) -> str:
        """What stood before the writer: a value of the school, or what an act of hers left."""
        if not isinstance(act.base, dict):
            return print_mark_cell(act.base)
        before, status = self.answered[uuid.UUID(act.base["after"])]
        return before.value if status in ("applied", "already") else self.saw(before)

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
            elif answer.status in ("applied", "already"):
                for decided in act.decides:
                    self.clashes.pop(uuid.UUID(decided), None)
                self.pack[act.cell] = (answer.value, answer.text)


def standing(cast: Cast) -> dict[int, tuple[Any, str]]:
    grid = open_grid(cast.hoa.actor, cast.maths.pk, 1, TODAY)
    marks = {one.student_id: one.marks for one in grid.pupils}
    values = [marks[cast.classmates[pupil].pk][slot] for pupil, slot in CELLS]
    return {key: (value, print_mark_cell(value)) for key, value in enumerate(values)}


def type_at_school(cast: Cast, cell: int, value: str) -> None:
    pupil, slot = CELLS[cell]
    change = CellChange(cast.classmates[pupil].pk, slot, standing(cast)[cell][0], value)
    enter_marks(
        actor=cast.hoa.actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=[change]
    )


def same_text(typed: str, printed: str | None) -> bool:
    return (typed.replace(",0", "") or "") == (printed or "").replace(",0", "")


STEP = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 2), st.integers(0, 2), st.sampled_from(GOOD)),
    st.tuples(st.just("sync"), st.integers(0, 2), LINES),
    st.tuples(st.just("school"), st.integers(0, 2), st.sampled_from(("6", "8"))),
    st.tuples(st.just("restart")),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=14), skew=st.integers(-7200, 7200))
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
        type_at_school(cast, more[0], more[1])
    else:
        # What a fresh process would know: nothing that is not in the database.
        connection.queries_log.clear()
        set_scope(Scope(schools=(cast.school.pk,)))


def check(act: Act, status: str, saw: str) -> None:
    """An answer and the ledger say the same; what was replaced had been seen."""
    lines = changes_of_operation(act.id)
    written = [line for line in lines if same_text(act.value, line.new)]
    if status == "applied":
        assert len(lines) == len(written) == 1
        assert same_text(saw, lines[0].old)
    elif status in ("conflict", "refused"):
        assert lines == []


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(("5", "7", "9"))), min_size=1, max_size=8
    ),
    order=st.permutations([0, 1, 2]),
    lines=st.lists(LINES, min_size=3, max_size=3),
)
def test_the_end_is_the_same_whatever_the_order_of_delivery(
    cast: Cast, values: list[tuple[int, str]], order: list[int], lines: list[str]
) -> None:
    """Each machine writes its own cell."""
    with undone():
        machines = [Machine(cast, timedelta()) for _ in CELLS]
        for cell, value in values:
            machines[cell].write(cell, value)
        for cell in order:
            machines[cell].sync(lines[cell])
        for machine in machines:
            machine.sync("whole")
        wanted = dict(values)
        for cell, (_, text) in standing(cast).items():
            assert same_text(wanted.get(cell, ""), text)
