"""What an installation remembers of the synthetic province it made."""

from __future__ import annotations

from django.db import models


class SyntheticProvince(models.Model):
    """Tỉnh tổng hợp: the one that stands here; how it was made, and what must be found in it.

    `bases` are the ids at which its tables begin; `totals` the known totals by theme;
    `schools_done` how many are written, until `finished_at` is set. `department_id`: the Sở that
    stood before, beside whose schools these were made; none where it has its own.
    """

    province_code = models.CharField(max_length=2)
    seed = models.PositiveIntegerField()
    schools = models.PositiveSmallIntegerField()
    schools_done = models.PositiveSmallIntegerField(default=0)
    bases = models.JSONField(default=dict)
    totals = models.JSONField(default=dict)
    made_ministry = models.BooleanField(default=True)
    department_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province_code"], name="synthetic_once"),
        ]
