"""Báo vắng cho gia đình: what was told about which child and session, so that it is told once."""

from __future__ import annotations

from django.db import models

from khue.attendance.models.absences import Session


class AbsenceTold(models.Model):
    """Đã báo vắng of a pupil in a session; `withdrawn_at`: and told that it was a mistake."""

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    session = models.CharField(max_length=2, choices=Session.choices)
    told_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "day", "session"], name="attendance_told_once"
            )
        ]
        indexes = [models.Index(fields=["school", "day"], name="attendance_told_school")]
