"""Đánh giá học sinh tiểu học (TT 27/2020) và trẻ mầm non: levels at points of the year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khue.gradebook.models.people import OfOnePupil
from khue.gradebook.models.results import one_of

QUALITIES = ["q1", "q2", "q3", "q4", "q5"]
COMPETENCES = [f"c{place}" for place in range(1, 11)]


class PrimaryRow(OfOnePupil):
    """Mức đạt được và điểm kiểm tra định kì of a subject at one of the four points of the year.

    point: 1 giữa học kì I, 2 cuối học kì I, 3 giữa học kì II, 4 cuối năm, 5 đánh giá lại after
    help. level, level2 (second strand): 1 T, 2 H, 3 C. test, test2: whole marks 0 to 10; again,
    again2: the second test of an abnormal mark; -1 waits for a test, null nothing.
    """

    pk = models.CompositePrimaryKey("year", "class_subject_id", "point", "student_id")
    class_subject = models.ForeignKey(
        "organisations.ClassSubject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    point = models.PositiveSmallIntegerField()
    level = models.SmallIntegerField(null=True)
    level2 = models.SmallIntegerField(null=True)
    test = models.SmallIntegerField(null=True)
    test2 = models.SmallIntegerField(null=True)
    again = models.SmallIntegerField(null=True)
    again2 = models.SmallIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(point__in=[1, 2, 3, 4, 5]), name="gradebook_primary_point"
            ),
            models.CheckConstraint(condition=one_of("level", 3), name="gradebook_primary_level"),
            models.CheckConstraint(condition=one_of("level2", 3), name="gradebook_primary_level2"),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{slot}__isnull": True})
                    | Q(**{f"{slot}__gte": -1, f"{slot}__lte": 10}),
                    name=f"gradebook_primary_{slot}",
                )
                for slot in ("test", "test2", "again", "again2")
            ],
        ]
        indexes = [models.Index(fields=["student", "year"], name="gradebook_primary_student")]


class QualityRow(OfOnePupil):
    """Phẩm chất (q1 to q5) và năng lực (c1 to c10) at a point: 1 Tốt, 2 Đạt, 3 Cần cố gắng.

    In the order of TT 27/2020, Điều 8; the columns' names stand in gradebook.rules.tt27.
    """

    pk = models.CompositePrimaryKey("year", "school_class_id", "point", "student_id")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    point = models.PositiveSmallIntegerField()
    q1 = models.SmallIntegerField(null=True)
    q2 = models.SmallIntegerField(null=True)
    q3 = models.SmallIntegerField(null=True)
    q4 = models.SmallIntegerField(null=True)
    q5 = models.SmallIntegerField(null=True)
    c1 = models.SmallIntegerField(null=True)
    c2 = models.SmallIntegerField(null=True)
    c3 = models.SmallIntegerField(null=True)
    c4 = models.SmallIntegerField(null=True)
    c5 = models.SmallIntegerField(null=True)
    c6 = models.SmallIntegerField(null=True)
    c7 = models.SmallIntegerField(null=True)
    c8 = models.SmallIntegerField(null=True)
    c9 = models.SmallIntegerField(null=True)
    c10 = models.SmallIntegerField(null=True)
    remark = models.CharField(max_length=1000, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of(column, 3), name=f"gradebook_quality_{column}")
            for column in [*QUALITIES, *COMPETENCES]
        ]
        indexes = [models.Index(fields=["student", "year"], name="gradebook_quality_student")]


class ChildStage(OfOnePupil):
    """Đánh giá sự phát triển của trẻ mầm non at the end of a stage; 1 Đạt, 2 Chưa đạt per field."""

    pk = models.CompositePrimaryKey("year", "school_class_id", "stage", "student_id")
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stage = models.PositiveSmallIntegerField()
    physical = models.SmallIntegerField(null=True)
    cognitive = models.SmallIntegerField(null=True)
    language = models.SmallIntegerField(null=True)
    social = models.SmallIntegerField(null=True)
    aesthetic = models.SmallIntegerField(null=True)
    height_mm = models.PositiveSmallIntegerField(null=True)
    weight_g = models.PositiveIntegerField(null=True)
    remark = models.CharField(max_length=1000, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["student", "year"], name="gradebook_child_student")]
