"""Sổ ghi đầu bài: the lessons of a class, the week that is closed, the month that is signed."""

from __future__ import annotations

from django.db import models


class Lesson(models.Model):
    """Một tiết trong sổ ghi đầu bài: what was taught, by whom, how it was rated.

    `teacher`: who taught (a substitute signs for what she taught); `late`: entered after the
    session that it belongs to ("ghi bù").
    """

    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    day = models.DateField()
    session = models.CharField(max_length=2)
    period = models.PositiveSmallIntegerField()
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+"
    )
    plan_number = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=400)
    remark = models.CharField(max_length=500, blank=True, default="")
    homework = models.CharField(max_length=500, blank=True, default="")
    rating = models.JSONField(default=dict)
    teacher = models.ForeignKey("records.Staff", on_delete=models.PROTECT, related_name="+")
    teacher_name = models.CharField(max_length=150)
    stands_in_for = models.CharField(max_length=150, blank=True, default="")
    late = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "day", "session", "period"], name="diary_lesson_once"
            )
        ]
        indexes = [
            models.Index(fields=["school", "day"], name="diary_lesson_school"),
            models.Index(fields=["class_subject", "day"], name="diary_lesson_subject"),
        ]


class WeekClosing(models.Model):
    """Chốt tuần của giáo viên chủ nhiệm: no line of the week changes any more without a reason."""

    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    monday = models.DateField()
    remark = models.CharField(max_length=500, blank=True, default="")
    closed_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_class", "monday"], name="diary_week_once")
        ]


class MonthSigning(models.Model):
    """Ký tháng: the diary of a class in a month, handed in for the signature of a leader."""

    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    month = models.DateField()
    document_id = models.BigIntegerField()
    handed_in_by = models.CharField(max_length=150)
    handed_in_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_class", "month"], name="diary_month_once")
        ]
