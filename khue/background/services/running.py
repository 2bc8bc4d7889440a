"""Run one task: claim it, work in one transaction, and write how it ended."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg import errors

from khue.access.api import Actor, OutsidePlace, Refused, actor_of_account, scope_of
from khue.background.models import Task
from khue.background.rules import State
from khue.background.services.pulse import Cancelled, Interrupted, Progress, Pulse, stopping
from khue.background.services.registry import Work, kind_of_work
from khue.background.services.tasks import end_without_effect, put_back
from kit.fences import scoped

log = logging.getLogger("khue.background")
Clock = Callable[[], datetime]
DISK_FULL = (
    "Máy chủ đã hết chỗ lưu nên không ghi được dữ liệu. Chưa có gì thay đổi. "
    "Hãy báo bộ phận kĩ thuật dọn chỗ rồi bấm “Thử lại”."
)
NO_RIGHT = "Tài khoản không còn quyền làm việc này nên việc đã dừng. Chưa có gì thay đổi."
UNEXPECTED = (
    "Có lỗi ngoài dự tính nên việc đã dừng. Chưa có gì thay đổi. "
    "Hãy báo bộ phận kĩ thuật mã lỗi {code}."
)


class WorkRefused(Exception):
    """The work cannot be done; the text is the Vietnamese sentence for the person."""


def run_task(task_id: int, *, clock: Clock = timezone.now) -> None:
    """Do a waiting task once; a task that is claimed, ended or not yet due is left alone."""
    task = _claim(task_id, clock())
    if task is None:
        return
    try:
        _work_in_one_transaction(task, clock)
    except Cancelled:
        _end(task, clock(), State.CANCELLED, "")
    except Interrupted:
        _give_back(task, clock())
    except Exception as trouble:  # noqa: BLE001  (every trouble ends as a sentence)
        _end_in_trouble(task, trouble, clock())


def _claim(task_id: int, now: datetime) -> Task | None:
    with transaction.atomic():
        found = Task.objects.select_for_update(skip_locked=True).filter(pk=task_id).first()
        if found is None or found.state != State.WAITING:
            return None
        found.state, found.attempts, found.error = State.RUNNING, found.attempts + 1, ""
        found.started_at = found.seen_at = now
        found.save(update_fields=["state", "attempts", "error", "started_at", "seen_at"])
    return found


def _work_in_one_transaction(task: Task, clock: Clock) -> None:
    actor = actor_of_account(task.account_id, task.actor_name, timezone.localdate(clock()))
    with scoped(scope_of(actor)), transaction.atomic():
        with Pulse(task.pk, task.attempts, Progress(task.total)) as progress:
            result = kind_of_work(task.kind).function(_work(task, actor, progress, clock()))
        _complete(task, progress, result, clock())


def _work(task: Task, actor: Actor, progress: Progress, now: datetime) -> Work:
    return Work(task.public_id, actor, now, dict(task.arguments), task.school_id, progress)


def _complete(task: Task, progress: Progress, result: dict[str, Any], now: datetime) -> None:
    """Close the claim in the transaction of the effect, so that both happen once or not at all."""
    claim = Task.objects.filter(pk=task.pk, attempts=task.attempts, state=State.RUNNING)
    closed = claim.update(
        state=State.DONE,
        done=progress.of,
        total=progress.of,
        message=str(result.get("text", ""))[:300],
        result=result,
        ended_at=now,
    )
    if not closed:
        raise Interrupted


def _own(task: Task) -> Task | None:
    claims = Task.objects.select_for_update().filter(attempts=task.attempts, state=State.RUNNING)
    return claims.filter(pk=task.pk).first()


def _end(task: Task, now: datetime, state: State, sentence: str) -> None:
    with transaction.atomic():
        own = _own(task)
        if own is not None:
            end_without_effect(own, state, sentence, now=now)


def _give_back(task: Task, now: datetime) -> None:
    with transaction.atomic():
        own = _own(task)
        if own is None:
            return
        if stopping.is_set():
            own.max_attempts += 1
            own.save(update_fields=["max_attempts"])
        put_back(own, now=now)


def _end_in_trouble(task: Task, trouble: Exception, now: datetime) -> None:
    sentence = _sentence_of(trouble)
    if sentence is None:
        log.warning("task %s will be tried again: %s", task.pk, trouble)
        connection.close()
        _give_back(task, now)
    else:
        _end(task, now, State.FAILED, sentence)


def _sentence_of(trouble: Exception) -> str | None:
    """Why the work failed, for the person; None when the trouble may pass by itself."""
    if isinstance(trouble, WorkRefused | Refused):
        return str(trouble)
    if isinstance(trouble, OutsidePlace):
        return NO_RIGHT
    if is_disk_full(trouble):
        return DISK_FULL
    if isinstance(trouble, OperationalError | InterfaceError):
        return None
    return _unexpected(trouble)


def _unexpected(trouble: Exception) -> str:
    code = secrets.token_hex(3).upper()
    log.error("work failed, code %s", code, exc_info=trouble)
    return UNEXPECTED.format(code=code)


def is_disk_full(trouble: BaseException | None) -> bool:
    """Whether the database, or the machine itself, has no room left."""
    if isinstance(trouble, DatabaseError):
        return isinstance(trouble.__cause__, errors.DiskFull)
    return isinstance(trouble, OSError) and trouble.errno == 28
