"""Trao đổi giữa gia đình và giáo viên về một học sinh."""

from __future__ import annotations

from django.db import models


class Thread(models.Model):
    """A conversation about one pupil between her family and one teacher or the office."""

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    teacher = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    teacher_name = models.CharField(max_length=150)
    subject = models.CharField(max_length=150)
    opened_by_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
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


class ThreadSeen(models.Model):
    """How far somebody has read a conversation."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    last_message_id = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "account_id"], name="contactbook_seen_once")
        ]
