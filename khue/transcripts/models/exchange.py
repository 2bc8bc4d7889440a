"""Học bạ đi ra, đi vào: envelopes for the National Data Centre, packages, looks by a code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Envelope(models.Model):
    """Bản ghi gửi Trung tâm Dữ liệu quốc gia: IdBanGhi, SuKien, PhienBan, ThoiGianCapNhat.

    Law: see docs/explanation; the receiver ignores a version that is not above what it holds.
    """

    class Event(models.TextChoices):
        NEW = "NEW", "Tạo mới"
        UPDATE = "UPDATE", "Cập nhật"
        CANCEL = "CANCEL", "Hủy"

    record = models.CharField(max_length=150)
    event = models.CharField(max_length=10, choices=Event.choices)
    number = models.PositiveIntegerField()
    updated_at = models.DateTimeField()
    version = models.ForeignKey("transcripts.Version", on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="transcripts_envelope_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="transcripts_envelope_number"),
        ]


class Share(models.Model):
    """Mã xem học bạ: a code that the holder gives away, for a while, to one who may then read.

    Only the digest of the code is kept. Law: NĐ 88/2026/NĐ-CP, Điều 11 khoản 2 điểm b
    """

    transcript = models.ForeignKey(
        "transcripts.Transcript", on_delete=models.PROTECT, related_name="+"
    )
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    code_digest = models.CharField(max_length=64, unique=True)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    purpose = models.CharField(max_length=200, blank=True, default="")


class Lookup(models.Model):
    """Lượt tra cứu: every copy or extract that left the house, and every look by a code."""

    at = models.DateTimeField()
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    version = models.ForeignKey(
        "transcripts.Version", on_delete=models.PROTECT, related_name="+", null=True
    )
    by = models.CharField(max_length=150)
    account_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=60)


class Received(models.Model):
    """Gói học bạ nhận được: verified before anything of it is taken; the file itself is kept."""

    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", null=True
    )
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    package = models.BinaryField()
    from_school = models.CharField(max_length=200)
    report = models.JSONField(default=dict)
    accepted = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "digest"],
                condition=Q(accepted=True),
                name="transcripts_received_once",
            )
        ]
