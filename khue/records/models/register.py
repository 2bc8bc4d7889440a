"""Sổ đăng bộ: the last number that a school ever gave."""

from __future__ import annotations

from django.db import models


class RegisterCounter(models.Model):
    """The highest number ever written in a school's register; a number is never given twice."""

    school = models.OneToOneField(
        "organisations.School", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last_number = models.PositiveIntegerField(default=0)
