"""Việc nền: long work as a row that a person can watch, cancel and try again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from khue.background.rules import STATE_NAMES, State


class Task(models.Model):
    """One long work that a person ordered. `attempts` numbers the claims of workers on it.

    `arguments` and `result` hold plain identifiers and texts, never personal data.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    account_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=150)
    school_id = models.BigIntegerField(null=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=[(state, STATE_NAMES[state]) for state in State]
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=4)
    cancel_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(State)), name="background_task_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FAILED) | ~Q(error=""), name="background_failure_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["account_id", "-created_at"], name="background_task_account"),
            models.Index(
                fields=["state", "due_at"],
                condition=Q(state__in=[State.WAITING, State.RUNNING]),
                name="background_task_open",
            ),
        ]
