"""Phân công: who leads which class and who teaches what where, from day to day."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from kit.day_ranges import days_between


class HomeroomAssignment(models.Model):
    """Phân công chủ nhiệm: one homeroom teacher for a class on any day."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    staff = models.ForeignKey("records.Staff", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="timetable_homeroom_days",
            ),
            ExclusionConstraint(
                name="timetable_one_homeroom_a_day",
                expressions=[
                    ("school_class", RangeOperators.EQUAL),
                    (
                        days_between("starts_on", "ends_on"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class TeachingAssignment(models.Model):
    """Phân công giảng dạy: a teacher for a subject of a class; several may share it."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+"
    )
    staff = models.ForeignKey("records.Staff", on_delete=models.PROTECT, related_name="+")
    periods_per_week = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="timetable_teaching_days",
            ),
            ExclusionConstraint(
                name="timetable_teaching_once_a_day",
                expressions=[
                    ("class_subject", RangeOperators.EQUAL),
                    ("staff", RangeOperators.EQUAL),
                    (
                        days_between("starts_on", "ends_on"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["staff", "starts_on"], name="timetable_teaching_staff")]
