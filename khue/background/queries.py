"""What a person sees of the long work that she ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from khue.access.api import Actor, OutsidePlace
from khue.background.models import Task
from khue.background.rules import ENDED, STATE_NAMES, State, percent

SHOWN = 50


@dataclass(frozen=True)
class TaskView:
    """A task as it is shown."""

    public_id: UUID
    kind: str
    title: str
    state: State
    state_name: str
    done: int
    total: int
    percent: int
    message: str
    error: str
    route: str
    key: str
    text: str
    attempts: int
    stopping: bool
    created_at: datetime
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def may_cancel(self) -> bool:
        return not self.has_ended and not self.stopping

    @property
    def may_retry(self) -> bool:
        return self.state in {State.FAILED, State.CANCELLED}


def _view(task: Task) -> TaskView:
    state = State(task.state)
    return TaskView(
        public_id=task.public_id,
        kind=task.kind,
        title=task.title,
        state=state,
        state_name=STATE_NAMES[state],
        done=task.done,
        total=task.total,
        percent=100 if state == State.DONE else percent(task.done, task.total),
        message=task.message,
        error=task.error,
        route=task.arguments.get("route", ""),
        key=task.arguments.get("key", ""),
        text=task.result.get("text", ""),
        attempts=task.attempts,
        stopping=task.cancel_requested_at is not None and state == State.RUNNING,
        created_at=task.created_at,
        ended_at=task.ended_at,
    )


def own_tasks(actor: Actor) -> list[TaskView]:
    """The latest work of a person, newest first."""
    own = Task.objects.filter(account_id=actor.account_id).order_by("-created_at", "-id")
    return [_view(task) for task in own[:SHOWN]]


def own_task(actor: Actor, public_id: UUID) -> TaskView:
    """One work of a person; another's does not exist for her."""
    found = Task.objects.filter(public_id=public_id, account_id=actor.account_id).first()
    if found is None:
        raise OutsidePlace
    return _view(found)


def own_task_with(actor: Actor, kind: str, key: str) -> TaskView:
    """One's own work of a kind by the key that its page is known by; the newest of them."""
    own = Task.objects.filter(account_id=actor.account_id, kind=kind, arguments__key=key)
    found = own.order_by("-id").first()
    if found is None:
        raise OutsidePlace
    return _view(found)
