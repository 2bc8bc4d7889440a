"""Máy làm việc khi mất mạng and the operations that were born on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Device(models.Model):
    """Một trình duyệt của một tài khoản; `id` (UUIDv7) is born in the browser."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prepared_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    clock_off_seconds = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="offline_device_account")]


class DeviceOperation(models.Model):
    """Một thao tác ghi trên máy, answered once for ever; its values are sealed.

    `device_at`: as the clock of the device said; `counted_at`: corrected by the clock of the
    server. A conflict keeps both values until an operation of the owner decides it.
    """

    class Answer(models.TextChoices):
        APPLIED = "applied", "Đã ghi"
        ALREADY = "already", "Đã có sẵn"
        CONFLICT = "conflict", "Chờ quyết định"
        REFUSED = "refused", "Không ghi được"

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField()
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=10)
    target = models.CharField(max_length=120)
    sealed = models.TextField()
    """What was wanted and what was found, sealed."""
    device_at = models.DateTimeField()
    counted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer.choices)
    decided_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(answer="conflict"),
                name="offline_operation_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "target"],
                condition=Q(answer="conflict", decided_at__isnull=True),
                name="offline_operation_open",
            ),
            models.Index(fields=["account", "-received_at"], name="offline_operation_account"),
            models.Index(fields=["device", "sequence"], name="offline_operation_order"),
        ]
