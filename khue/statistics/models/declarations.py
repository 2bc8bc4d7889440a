"""Số liệu trường khai cho biểu thống kê: one sheet a school, form and school year."""

from __future__ import annotations

from django.db import models


class Declaration(models.Model):
    """What a school wrote for a form; who changed what and when stands in the ledger.

    `values`: keys of statistics.rules.declared; a row that nobody filled is absent, zero is kept.
    """

    school_id = models.BigIntegerField()
    province_id = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=8)
    values = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_id", "year", "form"], name="statistics_declared_once"
            )
        ]
