"""The pulse of a running task: progress out, cancellation in, on a database session of its own.

The work itself runs in one transaction that nobody sees before its end; the pulse commits at once.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from types import TracebackType

from django.db import DatabaseError, connection
from django.utils import timezone

from khue.background.models import Task
from khue.background.rules import HEARTBEAT_EVERY, State

log = logging.getLogger("khue.background")
BEAT_SECONDS = 0.5


class Cancelled(Exception):
    """The person asked to stop: everything of this attempt is taken back."""


class Interrupted(Exception):
    """The worker is stopping, or another worker has taken the task over."""


stopping = threading.Event()


class Progress:
    """What a work says about itself; `step` raises when it shall stop."""

    def __init__(self, total: int = 0) -> None:
        self.done = 0
        self.of = total
        self.message = ""
        self.cancelled = threading.Event()
        self.lost = threading.Event()

    def begin(self, total: int, message: str = "") -> None:
        """Say how many steps there are in the part that begins."""
        self.done, self.of = 0, total
        self.step(0, message)

    def step(self, done: int, message: str = "") -> None:
        """Say how far the work is; raise Cancelled or Interrupted when it shall stop."""
        self.done = done
        self.message = message or self.message
        if self.cancelled.is_set():
            raise Cancelled
        if self.lost.is_set() or stopping.is_set():
            raise Interrupted


class Pulse:
    """Writes the progress of one claim of a task while the `with` block runs."""

    def __init__(self, task_id: int, attempt: int, progress: Progress) -> None:
        self.task_id = task_id
        self.attempt = attempt
        self.progress = progress
        self._ended = threading.Event()
        self._written: tuple[int, int, str] | None = None
        self._since_beat = 0.0
        self._thread = threading.Thread(target=self._beat_on, name="khue-pulse", daemon=True)

    def __enter__(self) -> Progress:
        self._thread.start()
        return self.progress

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat_on(self) -> None:
        try:
            while not self._ended.wait(BEAT_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            self._write()
        except DatabaseError as trouble:
            log.warning("the pulse of task %s misses a beat: %s", self.task_id, trouble)
            connection.close()

    def _write(self) -> None:
        own = Task.objects.filter(pk=self.task_id, attempts=self.attempt, state=State.RUNNING)
        now = self.progress.done, self.progress.of, self.progress.message[:300]
        self._since_beat += BEAT_SECONDS
        if now != self._written or self._since_beat >= HEARTBEAT_EVERY.total_seconds():
            own.update(done=now[0], total=now[1], message=now[2], seen_at=timezone.now())
            self._written, self._since_beat = now, 0.0
        self._listen(list(own.values_list("cancel_requested_at", flat=True)))

    def _listen(self, answers: list[datetime | None]) -> None:
        if not answers:
            self.progress.lost.set()
        elif answers[0] is not None:
            self.progress.cancelled.set()
