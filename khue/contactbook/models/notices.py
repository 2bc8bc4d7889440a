"""Thông báo: from one to many, read, acknowledged, answered."""

from __future__ import annotations

from django.db import models


class Template(models.Model):
    """Mẫu tin with fields ({ho_ten}, {lop}, {ngay} …), of a school or of everybody above it."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=150)
    text = models.TextField()
    ended_at = models.DateTimeField(null=True)


class Notice(models.Model):
    """Thông báo to a class, a grade, a school, a commune, a province, or to chosen people.

    `audience`: what was chosen, as plain values; who it came to stands in Receipt. Never changed
    after sending: a correction is a notice that names the one it corrects.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Bản nháp"
        SENT = "sent", "Đã gửi"
        RECALLED = "recalled", "Đã thu hồi"

    place = models.CharField(max_length=200)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    kind = models.CharField(max_length=30, default="notice")
    audience = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    asks_receipt = models.BooleanField(default=False)
    choices = models.JSONField(default=list)
    """Of a poll; empty for a plain notice."""
    answer_until = models.DateTimeField(null=True)
    channels = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    written_by = models.CharField(max_length=150)
    written_by_id = models.BigIntegerField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_reason = models.CharField(max_length=300, blank=True, default="")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [models.Index(fields=["school_id", "-sent_at"], name="contactbook_notice_school")]


class NoticeFile(models.Model):
    """Tệp đính kèm, sealed at rest."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()


class Receipt(models.Model):
    """Một người nhận của thông báo, about which child, when it was read, what was answered."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", null=True
    )
    name = models.CharField(max_length=150)
    text = models.TextField(blank=True, default="")
    """With its fields filled in, where they differ from reader to reader."""
    read_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    choice = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "account", "student"],
                name="contactbook_receipt_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["account", "-id"], name="contactbook_receipt_reader")]
