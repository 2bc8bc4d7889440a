"""Nhận xét: what a teacher says about a pupil in words, and the bank of phrases."""

from __future__ import annotations

from django.db import models

from khue.gradebook.models.people import OfOnePupil


class SubjectComment(OfOnePupil):
    """Nhận xét môn học: sự tiến bộ, ưu điểm nổi bật, hạn chế chủ yếu.

    `period` is the term (1, 2) in secondary, the point (1 to 4) in primary.
    """

    pk = models.CompositePrimaryKey("year", "class_subject_id", "period", "student_id")
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = models.PositiveSmallIntegerField()
    progress = models.CharField(max_length=500, blank=True, default="")
    strengths = models.CharField(max_length=500, blank=True, default="")
    limits = models.CharField(max_length=500, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["student", "year"], name="gradebook_comment_student")]


class BankPhrase(models.Model):
    """Câu nhận xét mẫu of a school; those of the product stand in its own data file.

    `level`: T, K, D, CD (secondary) or T, H, C (primary); `part`: progress, strengths, limits.
    """

    school = models.ForeignKey("organisations.School", on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(
        "organisations.Subject", on_delete=models.CASCADE, null=True, related_name="+"
    )
    part = models.CharField(max_length=10)
    level = models.CharField(max_length=3)
    text = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "subject", "part", "level", "text"],
                nulls_distinct=False,
                name="gradebook_phrase_once",
            )
        ]
