"""What the authorities keep of their work: counts of faults, deadlines, reminders."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class FaultCount(models.Model):
    """Số lỗi dữ liệu của một trường by kind, as it was counted the last time."""

    school = models.OneToOneField(
        "organisations.School", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    counts = models.JSONField(default=dict)
    total = models.PositiveIntegerField()
    grave = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(grave__lte=F("total")), name="oversight_grave_faults"
            )
        ]
        indexes = [models.Index(fields=["province"], name="oversight_faults_province")]


class Follower(models.Model):
    """How far the ledger has been read for recounting."""

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)


class Deadline(models.Model):
    """Hạn: by which day the schools below an authority finish something; ended, never deleted."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    theme = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    term = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=150)
    note = models.CharField(max_length=300, blank=True, default="")
    due_on = models.DateField()
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=150, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "theme", "year", "term"],
                condition=Q(ended_at__isnull=True),
                name="oversight_one_deadline",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(term__isnull=True) | Q(term__in=[1, 2]), name="oversight_deadline_term"
            ),
        ]


class Reminder(models.Model):
    """Lời nhắc đã gửi: to which schools, about what, and which notice carried it."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    province_id = models.BigIntegerField(null=True)
    theme = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    notice_id = models.BigIntegerField(unique=True)
    schools = ArrayField(models.BigIntegerField())
    sent_by = models.CharField(max_length=150)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-sent_at"], name="oversight_reminder_place")
        ]
