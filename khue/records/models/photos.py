"""Ảnh học sinh: one portrait for each pupil, sealed at rest."""

from __future__ import annotations

from django.db import models


class StudentPhoto(models.Model):
    """Ảnh 3 × 4 of a pupil, as `kit.pictures.portrait` writes it, sealed.

    `digest`: SHA-256 of the JPEG; the ledger tells it instead of the picture.
    """

    student = models.OneToOneField("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
