"""Môn học, hoạt động giáo dục: what is taught, and the curriculum that says where and how much."""

from __future__ import annotations

from django.db import models


class Subject(models.Model):
    """A subject or activity of the programme, by name; no sector code list covers them all."""

    class Form(models.TextChoices):
        SCORE = "score", "Nhận xét kết hợp điểm số"
        COMMENT = "comment", "Nhận xét"

    name = models.CharField(max_length=100, unique=True)
    short_name = models.CharField(max_length=30)
    spellings = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)


class CurriculumSubject(models.Model):
    """One row of the programme: a subject in a grade, from one school year on."""

    class Status(models.TextChoices):
        COMPULSORY = "compulsory", "Bắt buộc"
        ELECTIVE = "elective", "Lựa chọn"
        OPTIONAL = "optional", "Tự chọn"

    level = models.CharField(max_length=10)
    grade = models.PositiveSmallIntegerField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=Subject.Form.choices)
    periods_per_year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=Status.choices)
    regular_marks = models.PositiveSmallIntegerField(null=True)
    periodic_tests = models.PositiveSmallIntegerField(null=True)
    elective_rank = models.PositiveSmallIntegerField(null=True)
    cluster_allowed = models.BooleanField(default=False)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField(null=True)
    confidence = models.CharField(max_length=2, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "grade", "subject", "first_year"],
                name="organisations_programme_row",
            )
        ]
