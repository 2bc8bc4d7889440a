"""Order, cancel and try again; find what was left behind by a worker that died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from khue.access.api import Actor, OutsidePlace, Refused
from khue.background.models import Task
from khue.background.rules import (
    LONGEST_WAIT,
    SILENT_FOR,
    State,
    may_become,
    wait_before_attempt,
)
from khue.background.services.registry import kind_of_work

RUN_JOB = "khue.background.run"
LOST_JOB_AFTER = timedelta(minutes=2)
GIVEN_UP = (
    "Máy chủ gặp sự cố nhiều lần khi làm việc này nên đã dừng lại. Chưa có dữ liệu nào thay đổi. "
    "Hãy thử lại sau ít phút; nếu vẫn không được, hãy báo bộ phận kĩ thuật."
)


def start_task(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    title: str,
    arguments: dict[str, Any],
    school_id: int | None = None,
    total: int = 0,
) -> UUID:
    """Order long work: the row and its job stand or fall with the caller's transaction."""
    kind_of_work(kind)
    with transaction.atomic():
        task = Task.objects.create(
            kind=kind,
            title=title[:200],
            account_id=actor.account_id,
            actor_name=actor.name,
            school_id=school_id,
            arguments=arguments,
            state=State.WAITING,
            total=total,
            created_at=now,
            due_at=now,
        )
        defer(task.pk, now=now, due=now)
    return task.public_id


def defer(task_id: int, *, now: datetime, due: datetime) -> None:
    """Put a job for the task into the queue, in the running transaction."""
    later = {"schedule_at": due} if due > now else {}
    app.configure_task(RUN_JOB, allow_unknown=False, **later).defer(task_id=task_id)


def _own_task(actor: Actor, public_id: UUID) -> Task:
    found = Task.objects.select_for_update().filter(public_id=public_id).first()
    if found is None or found.account_id != actor.account_id:
        raise OutsidePlace
    return found


def cancel_task(*, actor: Actor, now: datetime, public_id: UUID) -> None:
    """Stop a waiting task at once, and a running one at its next step."""
    with transaction.atomic():
        task = _own_task(actor, public_id)
        if task.state == State.RUNNING:
            task.cancel_requested_at = task.cancel_requested_at or now
            task.save(update_fields=["cancel_requested_at"])
        elif may_become(State(task.state), State.CANCELLED):
            end_without_effect(task, State.CANCELLED, "", now=now)
        else:
            raise Refused("Việc này đã kết thúc nên không hủy được nữa.")


def retry_task(*, actor: Actor, now: datetime, public_id: UUID) -> None:
    """Try a failed or cancelled task again, from the beginning."""
    with transaction.atomic():
        task = _own_task(actor, public_id)
        if task.state not in {State.FAILED, State.CANCELLED}:
            raise Refused("Chỉ thử lại được việc không xong hoặc đã hủy.")
        Task.objects.filter(pk=task.pk).update(
            state=State.WAITING,
            due_at=now,
            error="",
            message="",
            done=0,
            max_attempts=task.attempts + 4,
            cancel_requested_at=None,
            ended_at=None,
        )
        defer(task.pk, now=now, due=now)


def rescue_tasks(*, now: datetime) -> int:
    """Take up again what a dead worker left, and what lost its job; return how many.

    A time to come further off than any of ours was written before the clock was set back.
    """
    silent = Q(seen_at__lt=now - SILENT_FOR) | Q(seen_at__gt=now + SILENT_FOR)
    forgotten = Q(due_at__lt=now - LOST_JOB_AFTER) | Q(due_at__gt=now + 2 * LONGEST_WAIT)
    with transaction.atomic():
        free = Task.objects.select_for_update(skip_locked=True)
        left = free.filter(silent, state=State.RUNNING)
        lost = free.filter(forgotten, state=State.WAITING)
        rescued = [put_back(task, now=now) for task in left]
        for task in lost:
            task.due_at = now
            task.save(update_fields=["due_at"])
            defer(task.pk, now=now, due=now)
        return len(rescued) + len(lost)


def put_back(task: Task, *, now: datetime) -> bool:
    """After trouble that may pass: wait and try again, or give up with a sentence."""
    if task.attempts >= task.max_attempts:
        end_without_effect(task, State.FAILED, GIVEN_UP, now=now)
        return False
    if task.cancel_requested_at:
        end_without_effect(task, State.CANCELLED, "", now=now)
        return True
    task.state, task.message = State.WAITING, "Gián đoạn; sẽ tự chạy lại."
    task.due_at = now + wait_before_attempt(task.attempts)
    task.save(update_fields=["state", "due_at", "message"])
    defer(task.pk, now=now, due=task.due_at)
    return True


def end_without_effect(task: Task, state: State, sentence: str, *, now: datetime) -> None:
    """Close a task that changed nothing, and tell the context that ordered it."""
    task.state, task.error, task.ended_at = state, sentence, now
    task.save(update_fields=["state", "error", "ended_at"])
    told = kind_of_work(task.kind).after_failure
    if told is not None:
        told(task.arguments, sentence)
