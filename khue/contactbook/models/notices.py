"""Thông báo: from one to many, read, acknowledged, answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
    sent_by = models.CharField(max_length=150, blank=True, default="")
    recalled_at = models.DateTimeField(null=True)
    recalled_reason = models.CharField(max_length=300, blank=True, default="")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    intent = models.UUIDField(null=True, unique=True)
    """From the page: the same page sent twice is one notice."""
    key = models.CharField(max_length=150, null=True, unique=True)
    """Of a notice that the product itself posts: the same key is the same notice."""
    version = models.PositiveIntegerField(default=1)
    """Of the draft; what was previewed is what is sent."""
    search = models.CharField(max_length=400, blank=True, default="")
    short_text = models.CharField(max_length=1000, blank=True, default="")
    """For a telephone message, when it is to be shorter than the notice."""
    with_diacritics = models.BooleanField(default=False)
    readers = models.PositiveIntegerField(default=0)
    ordered_to = models.BigIntegerField(default=0)
    """The last receipt whose messages are ordered; where an interrupted sending goes on."""
    ordered = models.PositiveIntegerField(default=0)
    ordered_at = models.DateTimeField(null=True)
    """When the last message was ordered; none while the sending is under way."""
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["school_id", "-sent_at"], name="contactbook_notice_school"),
            models.Index(fields=["province_id", "-sent_at"], name="contactbook_notice_area"),
            models.Index(fields=["written_by_id", "-id"], name="contactbook_notice_writer"),
            models.Index(
                fields=["place"],
                opclasses=["varchar_pattern_ops"],
                name="contactbook_notice_place",
            ),
        ]


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
    account = models.ForeignKey(
        "access.Account", on_delete=models.PROTECT, related_name="+", null=True
    )
    """None for a guardian without an account, who is told by telephone only."""
    guardian = models.ForeignKey(
        "records.Guardian", on_delete=models.PROTECT, related_name="+", null=True
    )
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", null=True
    )
    name = models.CharField(max_length=150)
    text = models.TextField(blank=True, default="")
    """The words for this reader alone; empty: the words of the notice, with `fields` filled in."""
    fields = models.JSONField(default=dict)
    """What {ho_ten}, {lop} … mean for this reader, as it was on the day of sending."""
    read_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    choice = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "account", "student"],
                condition=Q(account__isnull=False),
                name="contactbook_receipt_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["notice", "guardian", "student"],
                condition=Q(account__isnull=True),
                name="contactbook_receipt_by_phone_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="contactbook_receipt_reader")]
