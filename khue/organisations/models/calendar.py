"""Năm học: the school year of a province with its terms and weeks."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from khue.organisations.models.tree import Organisation
from kit.day_ranges import days_between


class SchoolYear(models.Model):
    """Năm học of a province, named by the year it starts in: 2026 is 2026-2027.

    `local` keeps what the province decided about the frame, so that it can be planned again.
    """

    province = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    start_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    opens_on = models.DateField()
    ends_on = models.DateField()
    local = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "start_year"], name="organisations_year"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="organisations_year_days"
            ),
        ]


class Term(models.Model):
    """Học kì: 1 or 2."""

    year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="organisations_term_once"),
            models.CheckConstraint(
                condition=Q(number__in=[1, 2]), name="organisations_term_number"
            ),
            ExclusionConstraint(
                name="organisations_terms_apart",
                expressions=[
                    ("year", RangeOperators.EQUAL),
                    (
                        days_between("starts_on", "ends_on"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Week(models.Model):
    """Tuần: a study week; `number` runs 1 to 35 over the year.

    A reserve week and a week of holidays carry none; the note says which.
    """

    year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="+")
    term_number = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "starts_on"], name="organisations_week_once"),
        ]
