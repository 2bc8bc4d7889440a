"""Lớp học: classes of a school year, bundles of electives, and the subjects of a class."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from khue.organisations.models.subjects import Subject
from khue.organisations.models.tree import School, Site


class Bundle(models.Model):
    """Tổ hợp môn lựa chọn: four electives and three study-topic clusters that a school offers."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    first_year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    electives = models.ManyToManyField(Subject, related_name="+")
    clusters = models.ManyToManyField(Subject, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "first_year", "name"], name="organisations_bundle_name"
            )
        ]


class SchoolClass(models.Model):
    """Lớp học, nhóm trẻ. A multi-grade class (lớp ghép) holds several grades.

    `grades`: DM_KHOI codes. `merged_kind` is blank for a plain class.
    """

    class Merged(models.TextChoices):
        PLAIN = "", "Lớp đơn"
        GRADES = "grades", "Lớp ghép nhiều trình độ"
        AGES = "ages", "Lớp ghép độ tuổi"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=50)
    name_key = models.CharField(max_length=100, db_collation="C")
    level = models.CharField(max_length=2)
    grades = ArrayField(models.CharField(max_length=2))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="+")
    merged_kind = models.CharField(
        max_length=8, choices=Merged.choices, default=Merged.PLAIN, blank=True
    )
    age_group = models.CharField(max_length=2, blank=True)
    specialised_subject = models.CharField(max_length=2, blank=True)
    session = models.CharField(max_length=1, blank=True)
    lunch_boarding = models.CharField(max_length=2, blank=True)
    boarding = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "name"], name="organisations_class_name"
            ),
            models.UniqueConstraint(
                fields=["school", "year", "code"], name="organisations_class_code"
            ),
            models.CheckConstraint(
                condition=Q(grades__len__gte=1), name="organisations_class_has_grade"
            ),
            models.CheckConstraint(
                condition=Q(grades__len=1) | ~Q(merged_kind=""),
                name="organisations_many_grades_are_merged",
            ),
        ]


class ClassSubject(models.Model):
    """Môn học của lớp: a subject taught in a class, its form and its periods in each term."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(SchoolClass, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=Subject.Form.choices)
    status = models.CharField(max_length=12, default="compulsory")
    periods_term1 = models.PositiveSmallIntegerField()
    periods_term2 = models.PositiveSmallIntegerField()
    regular_marks = models.PositiveSmallIntegerField()
    has_cluster = models.BooleanField(default=False)
    specialised = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "subject"], name="organisations_class_subject"
            ),
            models.CheckConstraint(
                condition=Q(regular_marks__gte=0) & Q(regular_marks__lte=6),
                name="organisations_regular_marks",
            ),
        ]
