"""Tin đến: what phones send to the number of the school or the department."""

from __future__ import annotations

from django.db import models


class Inbound(models.Model):
    """A message that came in; the same provider reference twice is one message."""

    class State(models.TextChoices):
        NEW = "new", "Chưa xử lý"
        ANSWERED = "answered", "Đã trả lời"
        REFUSED = "refused", "Không trả lời"

    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    sender = models.TextField()
    sender_digest = models.CharField(max_length=64)
    shown_sender = models.CharField(max_length=20)
    number = models.CharField(max_length=20)
    text = models.TextField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True, default="")
    answer = models.ForeignKey(
        "messaging.Message", on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="messaging_inbound_once")
        ]
        indexes = [
            models.Index(fields=["sender_digest", "received_at"], name="messaging_inbound_sender")
        ]
