"""Ai đồng ý nhận gì ở đâu: consent and refusal by address, and browsers that take pushes."""

from __future__ import annotations

from django.db import models


class Address(models.Model):
    """Đồng ý hoặc từ chối nhận tin of one phone or mailbox, for one kind of message.

    Law: NĐ 91/2020/NĐ-CP; Luật 91/2025/QH15, Điều 9. Only a keyed digest of the address is here.
    """

    channel = models.CharField(max_length=5)
    address_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=60, blank=True, default="")
    """Empty: every kind."""
    agreed = models.BooleanField()
    told_by = models.CharField(max_length=150)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_digest", "kind"], name="messaging_address_once"
            )
        ]


class PushSubscription(models.Model):
    """A browser that takes pushes for an account (RFC 8030, RFC 8291); keys are sealed."""

    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="+")
    endpoint_digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    browser = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
