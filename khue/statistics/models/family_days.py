"""Liên lạc theo ngày: what a school's words to families of one day came to."""

from __future__ import annotations

from django.db import models


class FamilyDay(models.Model):
    """Counts of one school and day of sending: telephone messages, readings of notices.

    A reading counts its day anew, not the school year; the figure of the school is their sum.
    `counts`: keys of statistics.rules.themes, without zeros.
    """

    school_id = models.BigIntegerField()
    day = models.DateField()
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_id", "day"], name="statistics_family_day_once")
        ]
