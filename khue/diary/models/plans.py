"""Phân phối chương trình, and how a school rates its lessons."""

from __future__ import annotations

from django.db import models


class TeachingPlan(models.Model):
    """Kế hoạch dạy học (PPCT) of a subject in a grade of a school, for one year."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    subject = models.ForeignKey("organisations.Subject", on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=2)
    name = models.CharField(max_length=150, blank=True, default="")
    imported_by = models.CharField(max_length=150)
    imported_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "subject", "grade"],
                condition=models.Q(ended_at__isnull=True),
                name="diary_plan_once",
            )
        ]


class PlanItem(models.Model):
    """Một tiết của PPCT."""

    plan = models.ForeignKey(TeachingPlan, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=400)
    week = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="diary_item_once")]


class RatingScheme(models.Model):
    """Cách xếp loại giờ học of a school from a day on; a scheme without grades is no rating.

    Not a national law: each school decides.
    """

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField()
    name = models.CharField(max_length=100)
    parts = models.JSONField(default=list)
    """[{"name": "Học tập", "values": ["A", "B"]}] or {"name", "most": 4} for points; []: none."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "starts_on"], name="diary_scheme_once")
        ]
