"""Danh mục: code lists as rows with the days between which a code holds."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from kit.day_ranges import days_between


class Code(models.Model):
    """One code of one list. Codes are text: leading zeros matter, nothing is parsed from them."""

    list = models.CharField(max_length=60)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    parent = models.CharField(max_length=20, blank=True)
    details = models.JSONField(default=dict)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="organisations_code_days",
            ),
            ExclusionConstraint(
                name="organisations_code_once_a_day",
                expressions=[
                    ("list", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("parent", RangeOperators.EQUAL),
                    (
                        days_between("valid_from", "valid_to"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["list", "position"], name="organisations_code_list")]
