"""Hộp gửi: every message to one address by one channel, from the intent to the delivery report."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Channel(models.TextChoices):
    """Kênh gửi."""

    APP = "app", "Trong ứng dụng"
    PUSH = "push", "Thông báo đẩy"
    SMS = "sms", "Tin nhắn SMS"
    ZNS = "zns", "Zalo ZNS"
    EMAIL = "email", "Thư điện tử"


class Batch(models.Model):
    """Một lần gửi: what a person ordered, for how many, at which cost; shown before it is sent."""

    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    ordered_by = models.CharField(max_length=150)
    ordered_by_id = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    messages = models.PositiveIntegerField(default=0)
    segments = models.PositiveIntegerField(default=0)
    cost = models.PositiveIntegerField(default=0)
    """In đồng, by the price of the day it was ordered."""
    cancelled_at = models.DateTimeField(null=True)


class Message(models.Model):
    """One intent to one address by one channel; sent exactly once for one `intent`.

    `address` and `text` are sealed at rest and cleared some time after the end. `parts`: what the
    provider said of each part, by its reference.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        CLAIMED = "claimed", "Đang gửi"
        SENT = "sent", "Đã gửi, chờ báo phát"
        DELIVERED = "delivered", "Đã đến máy"
        FAILED = "failed", "Không đến được"
        UNKNOWN = "unknown", "Không rõ đã đến chưa"
        REFUSED = "refused", "Không gửi"
        CANCELLED = "cancelled", "Đã hủy"

    intent = models.CharField(max_length=150, unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    student_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.TextField()
    address_digest = models.CharField(max_length=64)
    shown_address = models.CharField(max_length=60)
    """Masked: "…678", enough to tell two numbers apart."""
    text = models.TextField()
    data = models.JSONField(default=dict)
    encoding = models.CharField(max_length=4, blank=True, default="")
    segments = models.PositiveSmallIntegerField(default=1)
    cost = models.PositiveIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    next_attempt_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=60, blank=True, default="")
    handed_at = models.DateTimeField(null=True)
    """Set and committed before the provider is spoken to: from here on it may have gone out."""
    attempts = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(max_length=40, blank=True, default="")
    parts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    falls_back_to = models.CharField(max_length=5, blank=True, default="")
    budget_month = models.DateField(null=True)
    """The month whose budget counts this message; none while it counts nowhere."""

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting", urgent=True),
                name="messaging_urgent",
            ),
            models.Index(
                fields=["provider", "sent_at"],
                condition=Q(state="sent"),
                name="messaging_unreported",
            ),
            GinIndex(
                fields=["parts"],
                condition=Q(state__in=["sent", "unknown"]),
                name="messaging_parts",
            ),
            models.Index(fields=["address_digest"], name="messaging_to_address"),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="messaging_waiting",
            ),
            models.Index(
                fields=["claimed_until"], condition=Q(state="claimed"), name="messaging_claimed"
            ),
            models.Index(fields=["batch", "state"], name="messaging_of_batch"),
            models.Index(fields=["school_id", "created_at"], name="messaging_school"),
        ]


class Budget(models.Model):
    """Hạn mức tin nhắn của trường trong một tháng, in segments; spent is counted as it is sent."""

    school_id = models.BigIntegerField()
    province_id = models.BigIntegerField()
    month = models.DateField()
    limit = models.PositiveIntegerField()
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_id", "month"], name="messaging_budget_once"),
            models.CheckConstraint(
                condition=Q(spent__lte=models.F("limit")), name="messaging_budget_kept"
            ),
        ]


class Receipt(models.Model):
    """Báo phát đến sớm: a delivery report that came before the sending was written down."""

    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    report = models.CharField(max_length=9)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="messaging_receipt_once")
        ]
