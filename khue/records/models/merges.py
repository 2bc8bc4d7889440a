"""Gộp hồ sơ: two files of one person made one, with what is needed to take it back."""

from __future__ import annotations

from django.db import models


class Merge(models.Model):
    """A merge of `gone` into `kept`; `moved` lists the rows that changed hands."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    gone = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)
