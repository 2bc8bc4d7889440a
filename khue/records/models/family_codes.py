"""Mã của gia đình: what a family asks by SMS with, and what lets a parent add a second child."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class LookupCode(models.Model):
    """Mã tra cứu: one for a student for life; not secret, of use only to registered phones."""

    student = models.OneToOneField(
        "records.Student", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    code = models.CharField(max_length=8, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{8}$"), name="records_lookup_code_form"
            )
        ]


class LinkCode(models.Model):
    """Mã gắn con: printed on a slip, known by its digest, good once and not for long."""

    digest = models.CharField(max_length=64, unique=True)
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(
        "records.Guardian", on_delete=models.PROTECT, related_name="+", null=True
    )
    """On whose slip it was printed; the next slip of that person ends it."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    used_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["student"], name="records_link_code_student")]
