"""Hàng đợi gửi và biên nhận."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Receipt(models.Model):
    """Biên nhận: one package that went out, and what was answered; never changed afterwards.

    `package` is the identity of the package, the same at every attempt.
    """

    submission = models.ForeignKey("sector.Submission", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.PositiveSmallIntegerField()
    package = models.UUIDField(unique=True)
    records = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=60, blank=True)
    taken = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "-sent_at"], name="sector_receipt_school")]


class Outgoing(models.Model):
    """Một phiên bản của một bản ghi waiting to be held by the gateway; once for each version.

    The content is sealed, and cleared as soon as it was answered.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        HELD = "held", "Đã nhận"
        REFUSED = "refused", "Bị trả lại"
        REPLACED = "replaced", "Đã có bản mới hơn"

    record = models.ForeignKey("sector.SentRecord", on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey("sector.Submission", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=10)
    content_sealed = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "version"], name="sector_outgoing_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="sector_outgoing_version"),
        ]
        indexes = [
            models.Index(
                fields=["submission", "part", "id"],
                condition=Q(state="waiting"),
                name="sector_outgoing_waiting",
            ),
        ]
