"""Hoàn cảnh riêng của học sinh ở một môn: exemption, disability, what was brought along."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khue.gradebook.models.marks import SLOTS, lawful
from khue.gradebook.models.people import OfOnePupil


class SubjectCircumstance(OfOnePupil):
    """One fact about a pupil in a class subject for one term or both; the reason is sealed.

    Law: TT 22/2021/TT-BGDĐT, Điều 10, Điều 11
    """

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Miễn phần thực hành"
        REDUCED = "reduced", "Đánh giá giảm nhẹ yêu cầu"
        PLAN = "plan", "Theo kế hoạch giáo dục cá nhân"
        EXEMPT = "exempt", "Miễn đánh giá"
        NOT_TAKEN = "not_taken", "Không học môn này"

    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first_term = models.PositiveSmallIntegerField(default=1)
    last_term = models.PositiveSmallIntegerField(default=2)
    reason_sealed = models.TextField(blank=True, default="")
    document = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["class_subject", "student", "first_term"],
                name="gradebook_circumstance_once",
            ),
            models.CheckConstraint(
                condition=Q(first_term__in=[1, 2])
                & Q(last_term__in=[1, 2])
                & Q(last_term__gte=models.F("first_term")),
                name="gradebook_circumstance_terms",
            ),
        ]
        indexes = [models.Index(fields=["student", "year"], name="gradebook_circumstance_pupil")]


class StrandRow(OfOnePupil):
    """Điểm theo phân môn, mạch nội dung of an integrated subject: sub-columns of one mark row."""

    pk = models.CompositePrimaryKey("year", "class_subject_id", "term", "student_id", "strand")
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    term = models.PositiveSmallIntegerField()
    strand = models.PositiveSmallIntegerField()
    tx1 = models.SmallIntegerField(null=True)
    tx2 = models.SmallIntegerField(null=True)
    tx3 = models.SmallIntegerField(null=True)
    tx4 = models.SmallIntegerField(null=True)
    tx5 = models.SmallIntegerField(null=True)
    tx6 = models.SmallIntegerField(null=True)
    gk = models.SmallIntegerField(null=True)
    ck = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=lawful(slot), name=f"gradebook_strand_{slot}")
            for slot in SLOTS
        ]


class CarriedResult(OfOnePupil):
    """Kết quả chuyển đến: a finished term of another school, read-only here (QĐ 51/2002)."""

    subject = models.ForeignKey("organisations.Subject", on_delete=models.PROTECT, related_name="+")
    term = models.PositiveSmallIntegerField()
    value = models.SmallIntegerField()
    marks = models.JSONField(default=dict)
    from_school = models.CharField(max_length=200)
    document = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "year", "subject", "term"], name="gradebook_carried_once"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=102), name="gradebook_carried_value"
            ),
        ]
