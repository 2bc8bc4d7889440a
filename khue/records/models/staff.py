"""Cán bộ, giáo viên, nhân viên: profile, qualification, postings, duties."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from khue.records.models.people import Person
from kit.day_ranges import days_between


class Staff(Person):
    """A member of staff; the codes are those of the sector lists (records.md §3.4)."""

    code = models.CharField(max_length=20, null=True, unique=True)
    home_school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.OneToOneField(
        "access.Account", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    qualification = models.CharField(max_length=2, blank=True)
    major = models.CharField(max_length=150, blank=True)
    training_standard = models.CharField(max_length=2, blank=True)
    rank_code = models.CharField(max_length=20, blank=True)
    teaching_subjects = models.JSONField(default=list)
    recruited_on = models.DateField(null=True)
    status = models.CharField(max_length=2, default="01")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["personal_number_digest"], name="records_staff_number_once"
            ),
            Person.born_is_partial_date("records_staff_born"),
        ]
        indexes = [models.Index(fields=["home_school", "name_key"], name="records_staff_home")]


class Posting(models.Model):
    """Vị trí việc làm, hợp đồng: a person's post at a school, from day to day."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=2)
    contract = models.CharField(max_length=2, blank=True)
    title = models.CharField(max_length=150, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="records_posting_days",
            ),
            ExclusionConstraint(
                name="records_one_posting_a_day",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("school", RangeOperators.EQUAL),
                    (
                        days_between("starts_on", "ends_on"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["school", "starts_on"], name="records_posting_school")]


class StaffDuty(models.Model):
    """Nhiệm vụ kiêm nhiệm (DM_NHIEM_VU_KIEM_NHIEM), from day to day."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=2)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="records_duty_days",
            )
        ]
