"""Whoever orders messages wakes the drain; a drain that is already waiting is enough."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

DRAIN_JOB = "messaging.drain"


def wake_drain() -> None:
    """After the running transaction, put the drain into the queue once."""
    transaction.on_commit(_defer)


def _defer() -> None:
    try:
        with transaction.atomic():
            app.configure_task(DRAIN_JOB, queueing_lock=DRAIN_JOB).defer(timestamp=0)
    except AlreadyEnqueued:
        return
