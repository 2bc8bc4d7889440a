"""A large sending: slices in the background, killed in the middle, and nobody reads it twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from khue.background.services.running import run_task
from khue.background.services.tasks import rescue_tasks
from khue.contactbook.rules.audience import Audience
from khue.contactbook.services import delivering, notices
from khue.contactbook.tests.notice_room import SMS, messages, receipts, rows, send
from kit.fences import EVERYTHING, scoped, set_scope
from kit.vietnamese import search_key
from machinery.surroundings import ROOT, TEST_SURROUNDINGS
from tests.cast import NOW, Cast, enrol, make_cast, make_student, table

CHILDREN, SLICE = 25, 10


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Sizes at which a class is already large."""
    settings.MESSAGING = SMS
    monkeypatch.setattr(delivering, "SLICE", SLICE)
    monkeypatch.setattr(notices, "AT_ONCE", 5)


def make_families(cast: Cast) -> None:
    """Children in 8B, each with a mother at a telephone; the last one's number is none."""
    for number in range(CHILDREN):
        child = make_student(cast.school, f"Em Thứ {number}")
        enrol(child, cast.sister_class)
        last = number == CHILDREN - 1
        mother = table("records.Guardian").objects.create(
            name=f"Mẹ em {number}",
            name_search=search_key(f"Mẹ em {number}"),
            phone="không có" if last else f"09120002{number:02}",
            created_at=NOW,
        )
        table("records.Guardianship").objects.create(
            student=child, guardian=mother, relation="mother", starts_on=NOW.date()
        )


def waiting_tasks() -> list[int]:
    return [row.pk for row in rows("background.Task", state="waiting")]


def run_all() -> int:
    """Run what waits until nothing waits any more; how many slices there were."""
    done = 0
    while found := waiting_tasks():
        for task_id in found:
            run_task(task_id)
            done += 1
    return done


def order(cast: Cast) -> int:
    audience = Audience("classes", cast.school.pk, (cast.sister_class.pk,), sides=("guardians",))
    with scoped(EVERYTHING):
        return send(cast.mai.actor, audience, channels=("sms",), title="Họp lớp {lop}")


def kept(notice_id: int) -> tuple[int, int]:
    [notice] = rows("contactbook.Notice", pk=notice_id)
    return notice.ordered, notice.readers


def test_a_large_notice_goes_out_in_slices(cast: Cast, small_slices: None) -> None:
    with scoped(EVERYTHING):
        make_families(cast)
    sent = order(cast)
    assert (receipts(sent), messages()) == ([], [])
    assert run_all() == CHILDREN // SLICE + 1
    assert kept(sent) == (CHILDREN, CHILDREN)
    assert len(receipts(sent)) == len(messages()) == CHILDREN


def test_a_number_that_is_none_is_told_in_the_outbox(cast: Cast, small_slices: None) -> None:
    with scoped(EVERYTHING):
        make_families(cast)
    order(cast)
    run_all()
    [refused] = [one for one in messages() if one.state == "refused"]
    assert "điện thoại" in refused.trouble


def kill_once(database: str, task_id: int) -> None:
    died = subprocess.run(
        [
            *(sys.executable, "-m", "khue.contactbook.tests.dying_sender"),
            *(str(task_id), str(SLICE)),
        ],
        cwd=ROOT,
        env={**os.environ, **TEST_SURROUNDINGS, "DATABASE_URL": database},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL


def test_killed_in_the_middle_it_goes_on_and_nobody_gets_it_twice(
    committed_database: str, small_slices: None
) -> None:
    set_scope(EVERYTHING)
    cast = make_cast()
    make_families(cast)
    sent = order(cast)
    run_task(waiting_tasks()[0])
    assert kept(sent)[0] == SLICE
    kill_once(committed_database, waiting_tasks()[0])
    assert kept(sent)[0] == SLICE == len(messages())
    assert waiting_tasks() == []
    rescue_tasks(now=timezone.now() + timedelta(minutes=5))
    run_all()
    assert kept(sent) == (CHILDREN, CHILDREN)
    assert len(receipts(sent)) == CHILDREN
    assert len({one.intent for one in messages()}) == len(messages()) == CHILDREN
