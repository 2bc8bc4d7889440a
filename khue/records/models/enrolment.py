"""Quá trình học tập: which class, which year, from when to when; the register; transfers."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from kit.day_ranges import days_between


class Enrolment(models.Model):
    """A student in a class of a school for a stretch of days of one school year.

    `status` is a state of records.rules.enrolment. Nobody sits in two classes on one day.
    """

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=2)
    status = models.CharField(max_length=20)
    entry_kind = models.CharField(max_length=1, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    leaving_reason = models.CharField(max_length=2, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="records_enrolment_days",
            ),
            ExclusionConstraint(
                name="records_one_class_a_day",
                expressions=[
                    ("student", RangeOperators.EQUAL),
                    (
                        days_between("starts_on", "ends_on"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["school_class", "status"], name="records_enrolment_class"),
            models.Index(fields=["student", "-starts_on"], name="records_enrolment_student"),
            models.Index(fields=["school", "year"], name="records_enrolment_school"),
        ]


class RegisterEntry(models.Model):
    """Sổ đăng bộ: a line that is never deleted; a return to the school is a new line."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    entered_on = models.DateField()
    entered_class = models.CharField(max_length=50, blank=True)
    from_school = models.CharField(max_length=200, blank=True)
    left_on = models.DateField(null=True)
    left_reason = models.CharField(max_length=200, blank=True)
    to_school = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="records_register_number"),
            models.UniqueConstraint(
                fields=["school", "student"],
                condition=Q(left_on__isnull=True),
                name="records_register_open_once",
            ),
        ]


class Transfer(models.Model):
    """Chuyển trường between two schools of the platform: asked by one, received by the other."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Chờ trường tiếp nhận"
        ACCEPTED = "accepted", "Đã tiếp nhận"
        REFUSED = "refused", "Không tiếp nhận"
        CANCELLED = "cancelled", "Đã hủy"

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    student_name = models.CharField(max_length=150)
    from_school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+"
    )
    to_school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+"
    )
    grade = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    effective_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=150)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(state="requested"),
                name="records_one_open_transfer",
            ),
            models.CheckConstraint(
                condition=~Q(from_school=F("to_school")), name="records_transfer_elsewhere"
            ),
        ]
