"""Kết quả cả năm: of a pupil in a subject, and of a pupil over all of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khue.gradebook.models.people import OfOnePupil

LEVEL_COLUMNS = (
    "conduct1",
    "conduct2",
    "conduct_year",
    "conduct_after",
    "learning1_raw",
    "learning1",
    "learning2_raw",
    "learning2",
    "learning_year_raw",
    "learning_year",
    "learning_after",
)


def one_of(column: str, last: int) -> Q:
    """A small code from 0 to `last`, or nothing yet."""
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gte": 0, f"{column}__lte": last})


class SubjectResult(OfOnePupil):
    """Kết quả môn học cả năm (ĐTBmcn, hoặc Đ/CĐ) và kết quả đánh giá lại, each in its own column.

    Tenths, or 101 Đ and 102 CĐ, as gradebook.rules.marks encodes them. `reassessed` never
    touches `result`.
    """

    pk = models.CompositePrimaryKey("year", "class_subject_id", "student_id")
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    result = models.SmallIntegerField(null=True)
    reassessed = models.SmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=one_of("result", 102), name="gradebook_subject_result"
            ),
            models.CheckConstraint(
                condition=one_of("reassessed", 102), name="gradebook_subject_again"
            ),
        ]
        indexes = [models.Index(fields=["student", "year"], name="gradebook_result_student")]


class StudentResult(OfOnePupil):
    """Kết quả của một học sinh trong một năm học at one class: levels, decision, title.

    conduct*, learning*: 0 Tốt, 1 Khá, 2 Đạt, 3 Chưa đạt (TT 22, TT 43). `*_raw` is the level by
    the thresholds, before Điều 9 khoản 3; `adjusted_by` the class subject that alone spoiled it
    (0: one comment subject). conduct_year and learning_* are computed and stored; conduct1 and
    conduct2 are the homeroom teacher's. `*_after` stand beside the year's levels after summer
    training and re-assessment. primary_level: HTXS, HTT, HT, CHT (TT 27). absent_*: sessions.
    """

    pk = models.CompositePrimaryKey("year", "school_class_id", "student_id")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    grade = models.CharField(max_length=2, blank=True, default="")
    regime = models.CharField(max_length=10, default="TT22")
    conduct1 = models.SmallIntegerField(null=True)
    conduct2 = models.SmallIntegerField(null=True)
    conduct_year = models.SmallIntegerField(null=True)
    conduct_after = models.SmallIntegerField(null=True)
    learning1_raw = models.SmallIntegerField(null=True)
    learning1 = models.SmallIntegerField(null=True)
    learning2_raw = models.SmallIntegerField(null=True)
    learning2 = models.SmallIntegerField(null=True)
    learning_year_raw = models.SmallIntegerField(null=True)
    learning_year = models.SmallIntegerField(null=True)
    learning_after = models.SmallIntegerField(null=True)
    adjusted_by = models.BigIntegerField(null=True)
    primary_level = models.CharField(max_length=4, blank=True, default="")
    primary_after = models.CharField(max_length=4, blank=True, default="")
    recognised = models.BooleanField(default=False)
    absent_with = models.PositiveSmallIntegerField(null=True)
    absent_without = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    decided = models.CharField(max_length=20, blank=True, default="")
    decided_reason = models.CharField(max_length=300, blank=True, default="")
    award = models.CharField(max_length=10, blank=True, default="")
    qualities = models.TextField(blank=True, default="")
    remark1 = models.TextField(blank=True, default="")
    remark2 = models.TextField(blank=True, default="")
    summer_task = models.TextField(blank=True, default="")
    summer_remark = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of(column, 3), name=f"gradebook_{column}")
            for column in LEVEL_COLUMNS
        ]
        indexes = [
            models.Index(fields=["student", "year"], name="gradebook_student_result"),
            models.Index(fields=["school", "year"], name="gradebook_result_school"),
        ]


class ConductEvidence(OfOnePupil):
    """Việc tốt, vi phạm được ghi nhận: what the homeroom teacher weighs; never counted by rule."""

    class Kind(models.TextChoices):
        PRAISE = "praise", "Việc tốt"
        BREACH = "breach", "Vi phạm"
        SUPPORT = "support", "Cần hỗ trợ"

    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=500)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["student", "year"], name="gradebook_evidence_student")]


class SpecialAward(OfOnePupil):
    """Khen thưởng đột xuất, thành tích đặc biệt (TT 22/2021, Điều 15; TT 27/2020, Điều 13)."""

    class Kind(models.TextChoices):
        SUDDEN = "sudden", "Thành tích đột xuất"
        SPECIAL = "special", "Đề nghị cấp trên khen thưởng"
        LETTER = "letter", "Thư khen"

    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    content = models.CharField(max_length=300)
    decision = models.CharField(max_length=60, blank=True, default="")
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["student", "year"], name="gradebook_special_student")]


class PastYear(OfOnePupil):
    """Năm học cũ nhập từ học bạ: kept with the labels of its own regulation, never computed anew.

    `subjects`: [{"name", "hk1", "hk2", "year", "again"}], printed as the old book prints them.
    """

    grade = models.CharField(max_length=2)
    regime = models.CharField(max_length=20)
    school_name = models.CharField(max_length=200, blank=True)
    class_name = models.CharField(max_length=50, blank=True)
    conduct = models.CharField(max_length=20, blank=True)
    learning = models.CharField(max_length=20, blank=True)
    mean = models.CharField(max_length=5, blank=True)
    title = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=100, blank=True)
    absent = models.PositiveSmallIntegerField(null=True)
    subjects = models.JSONField(default=list)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "year"], name="gradebook_past_year_once")
        ]
