"""What every row about one pupil in one school year says about whom and where it stands."""

from __future__ import annotations

from django.db import models


class OfOnePupil(models.Model):
    """The pupil, the school year and the school of a row; the fence reads them."""

    year = models.PositiveSmallIntegerField()
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
