"""Long work: ordered with its transaction, done once, watched, stopped, taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from khue.access.api import OutsidePlace, Refused
from khue.background.models import Task
from khue.background.queries import own_task, own_tasks
from khue.background.services.running import WorkRefused, run_task
from khue.background.services.tasks import cancel_task, rescue_tasks, retry_task, start_task
from khue.background.tests.conftest import HOA, NAM, Workshop
from khue.ledger.models import Entry
from machinery.surroundings import ROOT

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def order(**more: Any) -> UUID:
    fields = {"kind": "test.write", "title": "Ghi thử", "arguments": {"run": 1}, **more}
    return start_task(actor=HOA, now=timezone.now(), **fields)


def the_task() -> Task:
    return Task.objects.get()


def in_thread(task_id: int) -> threading.Thread:
    def work() -> None:
        try:
            run_task(task_id)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.django_db
def test_an_order_falls_with_the_transaction_it_was_given_in(workshop: Workshop) -> None:
    with transaction.atomic():
        order()
        transaction.set_rollback(True)
    assert not Task.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_work_is_done_once_and_says_what_it_did(real_database: str, workshop: Workshop) -> None:
    workshop.go_on.set()
    public_id = order()
    run_task(the_task().pk)
    run_task(the_task().pk)
    shown = own_task(HOA, public_id)
    assert (shown.state, shown.percent, shown.text) == ("done", 100, "Đã ghi xong.")
    assert workshop.runs == 1
    assert Entry.objects.count() == 5


def test_progress_is_seen_while_the_transaction_is_open(
    real_database: str, workshop: Workshop
) -> None:
    order()
    thread = in_thread(the_task().pk)
    wait_until(lambda: the_task().done == 5)
    assert the_task().total == 10
    assert not Entry.objects.exists(), "the effect is not visible before the end"
    workshop.go_on.set()
    thread.join()
    assert Entry.objects.count() == 5


def test_a_running_task_stops_at_its_next_step_and_leaves_nothing(
    real_database: str, workshop: Workshop
) -> None:
    public_id = order()
    thread = in_thread(the_task().pk)
    workshop.reached.wait(20)
    cancel_task(actor=HOA, now=NOW, public_id=public_id)
    time.sleep(1.2)
    workshop.go_on.set()
    thread.join()
    assert the_task().state == "cancelled"
    assert not Entry.objects.exists()


def test_a_waiting_task_is_cancelled_at_once_and_can_be_tried_again(
    real_database: str, workshop: Workshop
) -> None:
    workshop.go_on.set()
    public_id = order()
    cancel_task(actor=HOA, now=NOW, public_id=public_id)
    run_task(the_task().pk)
    assert (the_task().state, workshop.runs) == ("cancelled", 0)
    retry_task(actor=HOA, now=NOW, public_id=public_id)
    run_task(the_task().pk)
    assert the_task().state == "done"
    with pytest.raises(Refused, match="đã kết thúc"):
        cancel_task(actor=HOA, now=NOW, public_id=public_id)


def test_a_refusal_fails_with_its_sentence_and_without_effect(
    real_database: str, workshop: Workshop
) -> None:
    workshop.go_on.set()
    workshop.trouble = [WorkRefused("Lớp 8A đã khóa sổ. Hãy mở sổ trước.")]
    order()
    run_task(the_task().pk)
    assert (the_task().state, the_task().error) == ("failed", "Lớp 8A đã khóa sổ. Hãy mở sổ trước.")
    assert not Entry.objects.exists()


def test_an_unexpected_error_gives_a_code_and_no_trace(
    real_database: str, workshop: Workshop
) -> None:
    workshop.go_on.set()
    workshop.trouble = [RuntimeError("secret detail")]
    order()
    run_task(the_task().pk)
    assert the_task().state == "failed"
    assert "mã lỗi" in the_task().error
    assert "secret" not in the_task().error


def test_database_trouble_is_tried_again_later_and_at_last_given_up(
    real_database: str, workshop: Workshop
) -> None:
    workshop.go_on.set()
    order()
    for attempt in range(1, 5):
        workshop.trouble = [OperationalError("server closed the connection")]
        run_task(the_task().pk)
        assert the_task().attempts == attempt
    assert the_task().state == "failed"
    assert "sự cố nhiều lần" in the_task().error
    assert not Entry.objects.exists()
    assert ProcrastinateJob.objects.count() == 4, "the order and three later attempts"


def test_a_full_disk_is_said_plainly_and_not_tried_again(
    real_database: str, workshop: Workshop
) -> None:
    """The server itself answers with the state "disk full" (53100)."""
    with psycopg.connect(real_database, autocommit=True) as owner:
        owner.execute(
            "create function full_disk() returns trigger language plpgsql as"
            " $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$"
        )
        owner.execute(
            "create trigger full_disk before insert on ledger_entry"
            " for each row execute function full_disk()"
        )
    order()
    run_task(the_task().pk)
    assert the_task().state == "failed"
    assert "hết chỗ lưu" in the_task().error


def test_a_silent_task_is_taken_up_again_and_the_late_worker_has_no_effect(
    real_database: str, workshop: Workshop
) -> None:
    order()
    thread = in_thread(the_task().pk)
    workshop.reached.wait(20)
    assert rescue_tasks(now=timezone.now() + timedelta(seconds=31)) == 1
    workshop.go_on.set()
    thread.join()
    assert not Entry.objects.exists(), "the first worker lost its claim"
    run_task(the_task().pk)
    assert (the_task().state, Entry.objects.count()) == ("done", 5)


def test_a_task_whose_job_got_lost_gets_a_new_one(real_database: str, workshop: Workshop) -> None:
    order()
    assert rescue_tasks(now=timezone.now()) == 0
    assert rescue_tasks(now=timezone.now() + timedelta(minutes=3)) == 1
    assert ProcrastinateJob.objects.filter(status="todo").count() == 2


@pytest.mark.django_db
def test_after_the_clock_was_set_back_nothing_waits_for_that_time_to_come_again(
    workshop: Workshop,
) -> None:
    ahead, back = NOW + timedelta(hours=2), NOW
    order()
    Task.objects.update(state="running", attempts=1, seen_at=ahead, due_at=ahead)
    assert rescue_tasks(now=back) == 1
    assert the_task().due_at < back + timedelta(minutes=1)
    Task.objects.update(due_at=ahead)
    assert rescue_tasks(now=back) == 1
    assert the_task().due_at == back
    assert rescue_tasks(now=back) == 0


@pytest.mark.django_db
def test_another_persons_task_does_not_exist(workshop: Workshop) -> None:
    public_id = order()
    assert own_tasks(NAM) == []
    for act in (cancel_task, retry_task):
        with pytest.raises(OutsidePlace):
            act(actor=NAM, now=NOW, public_id=public_id)
    with pytest.raises(OutsidePlace):
        own_task(NAM, public_id)


# --- the worker as a process ------------------------------------------------------------------


def start_worker(url: str, slow_step: float) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": url, "SLOW_STEP": str(slow_step)}
    return subprocess.Popen(
        [sys.executable, "-m", "khue.background.tests.slow_worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def slow_kind(workshop: Workshop) -> None:
    from khue.background.services.registry import register_work

    register_work("test.slow", workshop.write)


def test_a_killed_worker_leaves_nothing_half_written_and_the_next_one_finishes(
    real_database: str, slow_kind: None
) -> None:
    order(kind="test.slow")
    first = start_worker(real_database, slow_step=0.3)
    wait_until(lambda: the_task().done >= 2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not Entry.objects.exists()
    Task.objects.update(seen_at=timezone.now() - timedelta(seconds=31))
    second = start_worker(real_database, slow_step=0)
    try:
        wait_until(lambda: the_task().state == "done")
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    assert (the_task().attempts, Entry.objects.count()) == (2, 20)


def test_a_worker_that_is_asked_to_stop_gives_its_task_back(
    real_database: str, slow_kind: None
) -> None:
    order(kind="test.slow")
    worker = start_worker(real_database, slow_step=0.3)
    wait_until(lambda: the_task().done >= 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert (the_task().state, Entry.objects.count()) == ("waiting", 0)


def test_a_worker_whose_sessions_are_cut_finishes_after_all(
    real_database: str, slow_kind: None
) -> None:
    """What a restart of the database does to a worker: every session is gone at once."""
    order(kind="test.slow")
    worker = start_worker(real_database, slow_step=0.1)
    try:
        wait_until(lambda: the_task().done >= 2)
        cut_sessions(real_database)
        wait_until(lambda: the_task().state == "done")
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert (the_task().attempts, Entry.objects.count()) == (2, 20)


def cut_sessions(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "select pg_terminate_backend(pid, 60000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and pid <> %s",
            [connection.connection.info.backend_pid],
        )
