"""Theo dõi sổ cái: how far the follower has read, and what else asks to be counted again."""

from __future__ import annotations

from django.db import models


class Follower(models.Model):
    """One row: the position in the feed up to which every figure is right, and the day.

    `sweeping_from`: while all classes are counted again, the last one that was; nothing when all
    are. `sweeping_since`: from which school year on.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    sweeping_from = models.BigIntegerField(null=True)
    sweeping_since = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="statistics_one_follower")
        ]


class Touched(models.Model):
    """A class whose counts moved without an entry of the ledger, such as a recount of marks due."""

    class_id = models.BigIntegerField()
    theme = models.CharField(max_length=12)
