"""Học bạ số: one for each pupil, for life; one part for each school year."""

from __future__ import annotations

from django.db import models


class Transcript(models.Model):
    """Học bạ số of one pupil, bound to the person for life.

    `code`: madinhdanhhocba, ours: it says nothing about the person.
    Law: NĐ 88/2026/NĐ-CP, Điều 8, Điều 9
    """

    student = models.OneToOneField("records.Student", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()


class TranscriptYear(models.Model):
    """Phần học bạ của một năm học: composed, signed and published on its own, version by version.

    `class_id` and the names are those of the year; a received year of another school has none of
    ours (`received`).
    """

    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12)
    grade = models.CharField(max_length=2)
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    school_class = models.ForeignKey(
        "organisations.SchoolClass", on_delete=models.PROTECT, related_name="+", null=True
    )
    school_name = models.CharField(max_length=200)
    class_name = models.CharField(max_length=50)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "year"], name="transcripts_year_once")
        ]
        indexes = [
            models.Index(fields=["school", "year"], name="transcripts_year_school"),
            models.Index(fields=["school_class", "year"], name="transcripts_year_class"),
        ]
