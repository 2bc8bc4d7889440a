"""Lần nhập từ tệp: the file as it came, the plan row by row, and what is needed to undo it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from khue.intake.rules.plans import VERDICT_NAMES, Verdict
from khue.intake.rules.runs import STATE_NAMES, State


class Run(models.Model):
    """One import of one file into one school. `plan_digest` names the plan that was shown."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=30)
    school_id = models.BigIntegerField()
    school_name = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    options = models.JSONField(default=dict)
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=[(state, STATE_NAMES[state]) for state in State]
    )
    counts = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    notice = models.TextField(blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    task_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="intake_run_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[State.APPLIED, State.UNDOING, State.UNDONE])
                | Q(applied_at__isnull=False),
                name="intake_applied_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["school_id", "-created_at"], name="intake_run_school"),
            models.Index(
                fields=["created_at"], condition=Q(cleared_at__isnull=True), name="intake_run_kept"
            ),
        ]


class Upload(models.Model):
    """The bytes of the file, sealed; removed after thirty days."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="+", primary_key=True)
    school_id = models.BigIntegerField()
    sealed = models.TextField()


class PlanRow(models.Model):
    """What the plan says about one row of the file; names and values are sealed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    school_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    verdict = models.CharField(
        max_length=8, choices=[(verdict, VERDICT_NAMES[verdict]) for verdict in Verdict]
    )
    sealed = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "verdict", "number"], name="intake_row_verdict")]


class Effect(models.Model):
    """What applying did to some rows of one table, sealed; undoing puts them back."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    school_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    sealed = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="intake_effect_position")
        ]
