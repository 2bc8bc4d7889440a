"""Trạng thái của sổ: from open to locked, the days in which it is written, and corrections."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khue.gradebook.models.people import OfOnePupil


class BookState(models.Model):
    """Trạng thái sổ điểm of a class subject in a term (primary: at a point 1 to 4).

    No row means open. Names of the states stand in gradebook.rules.states.
    """

    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.CASCADE, related_name="+"
    )
    period = models.PositiveSmallIntegerField()
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=24)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["class_subject", "period"], name="gradebook_state_once")
        ]
        indexes = [models.Index(fields=["school", "year"], name="gradebook_state_school")]


class EntryWindow(models.Model):
    """Thời gian nhập điểm that a department or a school sets for a term; days inclusive.

    `for_school`: the department's own days for one school, instead of its general ones. `period`:
    1, 2 the terms; 11 to 14 the points of primary classes (gradebook.rules.states.window_period).
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    for_school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+", null=True
    )
    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "for_school", "year", "period"],
                name="gradebook_window_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="gradebook_window_days"
            ),
        ]


class Correction(OfOnePupil):
    """Đề nghị sửa điểm: asked by the subject teacher, verified by the homeroom teacher, consented.

    Law: TT 22/2021/TT-BGDĐT, Điều 20
    """

    class State(models.TextChoices):
        ASKED = "asked", "Chờ giáo viên chủ nhiệm xác nhận"
        VERIFIED = "verified", "Chờ hiệu trưởng đồng ý"
        APPLIED = "applied", "Đã sửa"
        REFUSED = "refused", "Không đồng ý"
        WITHDRAWN = "withdrawn", "Đã rút"

    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+"
    )
    period = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=8)
    old = models.SmallIntegerField(null=True)
    new = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    needs_consent = models.BooleanField(default=False)
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    verified_by = models.CharField(max_length=150, blank=True, default="")
    verified_at = models.DateTimeField(null=True)
    consented_by = models.CharField(max_length=150, blank=True, default="")
    consented_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["class_subject", "period", "student", "slot"],
                condition=Q(state__in=["asked", "verified"]),
                name="gradebook_correction_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["school", "year", "state"], name="gradebook_correction_school")
        ]


class Policy(models.Model):
    """Lựa chọn của sở hoặc trường where the law is silent: one value from one school year on.

    Keys and their defaults stand in gradebook.rules.policies.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=60)
    from_year = models.PositiveSmallIntegerField()
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "from_year"], name="gradebook_policy_once"
            )
        ]


class YearClosing(models.Model):
    """Kết chuyển năm học: pupils of a class moved to classes of the next year, and back again.

    `moves`: what was planned and done, pupil by pupil, so that it can be undone.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "Đã kết chuyển"
        UNDONE = "undone", "Đã hoàn tác"

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPLIED)
    moves = models.JSONField(default=list)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["school", "year"], name="gradebook_closing_school")]
