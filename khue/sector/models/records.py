"""Bản ghi đã gửi, dữ liệu bổ sung theo yêu cầu của ngành, và lỗi dữ liệu."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from khue.sector.rules.envelopes import Event


class SentRecord(models.Model):
    """Một bản ghi của trường at the gateway: last version made, last version held, its code.

    The digest tells whether the content changed; the content itself is not kept.
    """

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=8)
    local_id = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()
    """The school year in which it was last told; a record of a past year is never cancelled."""
    record_id = models.CharField(max_length=150, unique=True)
    version = models.PositiveIntegerField(default=0)
    event = models.CharField(max_length=10, default=Event.CANCEL)
    digest = models.CharField(max_length=40, blank=True)
    held_version = models.PositiveIntegerField(default=0)
    ministry_code = models.CharField(max_length=40, blank=True)
    refusals = models.JSONField(default=list)
    """What the gateway said of the last version it refused: field and code of the refusal."""
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "part", "local_id"], name="sector_record_once"
            ),
            models.CheckConstraint(
                condition=Q(held_version__lte=F("version")), name="sector_record_versions"
            ),
        ]


class Supplement(models.Model):
    """Dữ liệu bổ sung: what only the sector asks for and no other page keeps; sealed."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=8)
    local_id = models.BigIntegerField()
    values_sealed = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "part", "local_id"], name="sector_supplement_once"
            ),
        ]


class FaultRow(models.Model):
    """Lỗi dữ liệu found by the last check of a submission."""

    submission = models.ForeignKey("sector.Submission", on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=8)
    local_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    problem = models.CharField(max_length=16)
    sentence = models.CharField(max_length=400)
    remedy = models.CharField(max_length=300)
    blocks = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["submission", "position"], name="sector_fault_submission"),
            models.Index(fields=["province", "problem"], name="sector_fault_province"),
        ]
