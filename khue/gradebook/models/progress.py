"""Tiến độ và khóa sổ: how far the books of a term have come, and which terms are closed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Progress(models.Model):
    """Tiến độ nhập điểm of a class subject in a term: marks due, marks entered; no person in it."""

    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.CASCADE, related_name="+"
    )
    term = models.PositiveSmallIntegerField()
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    due = models.PositiveIntegerField(default=0)
    entered = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["class_subject", "term"], name="gradebook_progress_once"
            ),
            models.CheckConstraint(condition=Q(term__in=[1, 2]), name="gradebook_progress_term"),
        ]
        indexes = [
            models.Index(fields=["province", "year", "term"], name="gradebook_progress_province"),
            models.Index(fields=["school", "year", "term"], name="gradebook_progress_school"),
        ]


class TermLock(models.Model):
    """Khóa sổ: a school's marks of a term are closed; opening again is a new fact in the ledger."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    term = models.PositiveSmallIntegerField()
    locked_at = models.DateTimeField()
    locked_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year", "term"], name="gradebook_lock_once")
        ]
