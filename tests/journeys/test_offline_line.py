"""Marks of a machine whose line breaks wherever it can break: all at school, each once."""

from __future__ import annotations

import pytest

from tests.journeys.classroom import ClassRoom
from tests.journeys.machine import NewMachine, answers, in_ledger
from tests.journeys.scissors import Moment

pytestmark = pytest.mark.journey
SLOTS = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
PUPILS = 17
ROUNDS = 4


def sheet(round_: int) -> str:
    """A whole book, other values in every round."""
    rows = range(PUPILS)
    return "\n".join(
        "\t".join(f"{(row * 7 + column * 11 + round_ * 13) % 101 / 10:.1f}" for column in range(6))
        for row in rows
    )


def test_what_was_written_without_a_line_outlives_reload_and_closing(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.page.reload()
    hers.wait_until_open()
    hers.open_book()
    hers.type_marks("gk", "85", "7.5", "P")
    hers.page.reload()
    hers.wait_until_open()
    hers.wait_for_line("waiting")
    hers.open_again()
    hers.wait_until_open()
    hers.open_book()
    assert [hers.cell(row, "gk").inner_text() for row in (1, 2, 3)] == ["8,5", "7,5", "P"]
    assert set(classroom.stored("gk")) <= {None}
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert classroom.stored("gk")[:3] == [85, 75, -1]
    assert hers.unsent() == 0
    assert in_ledger(classroom) == (3, 3)


def test_a_sync_cut_at_every_moment_of_every_request_arrives_once(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.open_book()
    for round_ in range(ROUNDS):
        hers.paste("tx1", 1, sheet(round_))
    wanted = hers.unsent()
    assert wanted > 400, "more than one request goes out"
    hers.line.plug_in()
    for left in (wanted, wanted - 400):
        for moment in Moment:
            hers.line.cut_at(moment, passing=int(left < wanted and moment is Moment.BEFORE))
            hers.try_now()
            hers.line.wait_for_cut()
            hers.wait_for_line("waiting")
            assert hers.unsent() == left
    hers.line.mend()
    hers.try_now()
    hers.wait_for_line("ok")
    assert hers.unsent() == 0
    assert sum(answers(classroom).values()) == wanted
    applied, entries = in_ledger(classroom)
    assert applied == entries
    last = [row.split("\t")[4] for row in sheet(ROUNDS - 1).splitlines()]
    assert classroom.stored("gk")[:PUPILS] == [round(float(mark) * 10) for mark in last]
