"""Cách nhà trường liên lạc với gia đình, from a day on."""

from __future__ import annotations

from django.db import models


class ContactPolicy(models.Model):
    """Lựa chọn của trường: quiet hours, channels, messages about absences; the newest row holds.

    Keys of `value` and their defaults stand in contactbook.rules.policies.
    """

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    value = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "starts_on"], name="contactbook_policy_once")
        ]
