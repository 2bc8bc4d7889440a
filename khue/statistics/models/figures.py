"""Số liệu của một nơi: counts of one theme in one school year, with their time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Figure(models.Model):
    """The counts of a class, school, commune, province or the ministry in one theme and year.

    `path` is the place at the gate; `parent_id` the school of a class, else the organisation
    above. `counts`: keys of statistics.rules.themes, without zeros. `hidden`: keys withheld from
    those who stand outside the school. `brief`: what tables of many places show of it, by the
    expressions of `brief_of` (rules/brief.py). `day`: the day it was counted for. `at`: the time
    of the newest change it holds. `position`: how far the feed was read then.
    """

    kind = models.CharField(max_length=8)
    place_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=140)
    year = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=12)
    counts = models.JSONField(default=dict)
    hidden = ArrayField(models.CharField(max_length=60), default=list)
    brief = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    brief_of = models.CharField(max_length=8, default="", db_default="")
    day = models.DateField()
    at = models.DateTimeField()
    position = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "place_id", "year", "theme"], name="statistics_figure_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["parent_id", "kind", "year", "theme"], name="statistics_figure_below"
            ),
            models.Index(
                fields=["kind", "year", "theme", "path"],
                name="statistics_figure_inside",
                opclasses=["text_ops", "int2_ops", "text_ops", "text_pattern_ops"],
            ),
        ]
