"""Đợt báo cáo, lần nộp của trường, và trạng thái của từng loại dữ liệu."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from khue.sector.rules.periods import Period
from khue.sector.rules.states import Kind, Push, Stage

PERIODS = [one.value for one in Period]


class ReportingWindow(models.Model):
    """Thời gian nhận của một đợt in a province; set by the department."""

    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=8)
    opens_on = models.DateField()
    closes_on = models.DateField()
    as_of = models.DateField()
    shut = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "period"], name="sector_window_once"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="sector_window_days"
            ),
            models.CheckConstraint(condition=Q(period__in=PERIODS), name="sector_window_period"),
        ]


class Submission(models.Model):
    """Lần nộp: what a school sends in one period, and how far it was approved."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=8)
    stage = models.CharField(max_length=9, default=Stage.DRAFT)
    checked_at = models.DateTimeField(null=True)
    staged_at = models.DateTimeField(null=True)
    staged_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=300, blank=True)
    """Why it was returned."""
    ordered_by_id = models.BigIntegerField(null=True)
    """The account that approved or asked again; the push is noted under this name."""
    ordered_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "period"], name="sector_submission_once"
            ),
            models.CheckConstraint(
                condition=Q(period__in=PERIODS), name="sector_submission_period"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=[one.value for one in Stage]), name="sector_submission_stage"
            ),
        ]
        indexes = [
            models.Index(fields=["province", "year", "period"], name="sector_submission_province")
        ]


class KindState(models.Model):
    """Trạng thái đẩy của một loại dữ liệu: the gateway's code, and the counts behind it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    """None while nothing was ever ordered to go."""
    records = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "kind"], name="sector_kind_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[int(one) for one in Kind]), name="sector_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__in=[int(one) for one in Push]),
                name="sector_kind_status",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "status"], name="sector_kind_province"),
        ]
