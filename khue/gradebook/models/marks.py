"""Sổ theo dõi và đánh giá học sinh: one wide row per student, class subject and term."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

SLOTS = ["tx1", "tx2", "tx3", "tx4", "tx5", "tx6", "gk", "ck"]


def lawful(slot: str) -> Q:
    """Tenths 0 to 100, comment results 101 and 102, states -1 and -2 (gradebook.rules.marks)."""
    return Q(**{f"{slot}__isnull": True}) | Q(**{f"{slot}__gte": -2, f"{slot}__lte": 102})


class MarkRow(models.Model):
    """Điểm của một học sinh ở một môn trong một học kì; partitioned by school year.

    tx1…tx6 regular (ĐĐGtx), gk mid-term (ĐĐGgk), ck final (ĐĐGck), average (ĐTBmhk): small integers
    as gradebook.rules.marks encodes them; tenths for marks.
    """

    pk = models.CompositePrimaryKey("year", "class_subject_id", "term", "student_id")
    year = models.PositiveSmallIntegerField()
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    term = models.PositiveSmallIntegerField()
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tx1 = models.SmallIntegerField(null=True)
    tx2 = models.SmallIntegerField(null=True)
    tx3 = models.SmallIntegerField(null=True)
    tx4 = models.SmallIntegerField(null=True)
    tx5 = models.SmallIntegerField(null=True)
    tx6 = models.SmallIntegerField(null=True)
    gk = models.SmallIntegerField(null=True)
    ck = models.SmallIntegerField(null=True)
    average = models.SmallIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            *[
                models.CheckConstraint(condition=lawful(slot), name=f"gradebook_mark_{slot}")
                for slot in [*SLOTS, "average"]
            ],
            models.CheckConstraint(condition=Q(term__in=[1, 2]), name="gradebook_mark_term"),
        ]
        indexes = [models.Index(fields=["student", "year"], name="gradebook_mark_student")]
