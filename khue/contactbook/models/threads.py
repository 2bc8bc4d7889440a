"""Trao đổi giữa gia đình và giáo viên về một học sinh."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Thread(models.Model):
    """A conversation about one pupil between her family and one teacher or the office.

    `teacher` is empty where the other side is the office. A conversation that adults began is
    not the pupil's to read (`with_pupil`). Leaders read it only after a complaint.
    """

    class Side(models.TextChoices):
        HOMEROOM = "homeroom", "Giáo viên chủ nhiệm"
        SUBJECT = "subject", "Giáo viên bộ môn"
        OFFICE = "office", "Văn phòng nhà trường"

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    teacher = models.ForeignKey(
        "access.Account", on_delete=models.PROTECT, related_name="+", null=True
    )
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.SUBJECT)
    with_pupil = models.BooleanField(default=False)
    teacher_name = models.CharField(max_length=150)
    subject = models.CharField(max_length=150)
    opened_by_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")
    complaint = models.CharField(max_length=500, blank=True, default="")
    complained_by = models.CharField(max_length=150, blank=True, default="")
    complained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(teacher__isnull=False) | Q(side="office"),
                name="contactbook_thread_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["teacher", "-last_at"], name="contactbook_thread_teacher"),
            models.Index(fields=["student", "-last_at"], name="contactbook_thread_student"),
        ]


class ThreadMessage(models.Model):
    """One message of a conversation; `intent` comes from the page, so that a resend is one."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    intent = models.UUIDField(unique=True)
    account_id = models.BigIntegerField()
    name = models.CharField(max_length=150)
    from_family = models.BooleanField()
    text = models.TextField()
    written_at = models.DateTimeField()
    told_at = models.DateTimeField()
    """When the other side is told: at once, or after the quiet hours."""

    class Meta:
        indexes = [
            models.Index(fields=["thread", "id"], name="contactbook_message_thread"),
            models.Index(fields=["student", "written_at"], name="contactbook_message_student"),
        ]


class ThreadSeen(models.Model):
    """How far somebody has read a conversation."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    as_family = models.BooleanField(default=False)
    last_message_id = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "account_id"], name="contactbook_seen_once")
        ]
