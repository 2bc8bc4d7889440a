"""Whoever orders a push wakes it; a push that is already waiting is enough."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

PUSH_JOB = "sector.push"


def wake_push() -> None:
    """After the running transaction, put the push into the queue once."""
    transaction.on_commit(_defer)


def _defer() -> None:
    try:
        with transaction.atomic():
            app.configure_task(PUSH_JOB, queueing_lock=PUSH_JOB).defer(timestamp=0)
    except AlreadyEnqueued:
        return
