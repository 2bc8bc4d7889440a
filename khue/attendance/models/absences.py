"""Điểm danh: who took it when, and who was not there; presence is the absence of a row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Session(models.TextChoices):
    """Buổi học."""

    MORNING = "am", "Buổi sáng"
    AFTERNOON = "pm", "Buổi chiều"


class Taking(models.Model):
    """Một lần điểm danh của lớp: of a session (period 0) or of one period; the last one stands.

    `version` rises with every save, so that two teachers never overwrite each other silently.
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
    session = models.CharField(max_length=2, choices=Session.choices)
    period = models.PositiveSmallIntegerField(default=0)
    taken_by = models.CharField(max_length=150)
    taken_by_id = models.BigIntegerField()
    taken_at = models.DateTimeField()
    size = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "day", "session", "period"], name="attendance_taken_once"
            )
        ]
        indexes = [models.Index(fields=["school", "day"], name="attendance_taking_school")]


class Absence(models.Model):
    """Vắng, đi muộn, về sớm of a pupil in a session (period 0) or in one period of it.

    Law: sổ theo dõi và đánh giá học sinh: P nghỉ có phép, K nghỉ không phép (TT 22/2021, phụ lục).
    """

    class Kind(models.TextChoices):
        WITH = "p", "Nghỉ có phép"
        WITHOUT = "k", "Nghỉ không phép"
        LATE = "m", "Đi muộn"
        EARLY = "s", "Về sớm"

    class Source(models.TextChoices):
        TEACHER = "teacher", "Giáo viên"
        GATE = "gate", "Cổng trường"
        FILE = "file", "Nhập từ tệp"
        NOTE = "note", "Đơn xin nghỉ"

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session.choices)
    period = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=1, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=7, choices=Source.choices, default=Source.TEACHER)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "day", "session", "period"], name="attendance_absent_once"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(kind__in=["m", "s"]),
                name="attendance_minutes_of_late",
            ),
        ]
        indexes = [
            models.Index(fields=["school_class", "day"], name="attendance_absence_class"),
            models.Index(fields=["school", "day"], name="attendance_absence_school"),
            models.Index(fields=["student", "year"], name="attendance_absence_student"),
        ]


class ExcuseNote(models.Model):
    """Đơn xin nghỉ học của gia đình, answered by the homeroom teacher; the reason is sealed."""

    class State(models.TextChoices):
        ASKED = "asked", "Chờ giáo viên"
        APPROVED = "approved", "Đồng ý"
        REFUSED = "refused", "Không đồng ý"
        WITHDRAWN = "withdrawn", "Gia đình đã rút"

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    first_day = models.DateField()
    first_session = models.CharField(max_length=2, choices=Session.choices, default=Session.MORNING)
    last_day = models.DateField()
    last_session = models.CharField(
        max_length=2, choices=Session.choices, default=Session.AFTERNOON
    )
    reason = models.TextField()
    asked_by = models.CharField(max_length=150)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")), name="attendance_note_days"
            )
        ]
        indexes = [
            models.Index(fields=["school_class", "state"], name="attendance_note_class"),
            models.Index(fields=["student", "first_day"], name="attendance_note_student"),
        ]
