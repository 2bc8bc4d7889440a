"""Ngày có tin đổi trạng thái: what those who count messages have to count again."""

from __future__ import annotations

from django.db import models


class MovedDay(models.Model):
    """A school and the day of telephone messages of which some are new or stand elsewhere now.

    Written by the database itself, in the transaction that moved them and once a statement, however
    many messages it moved; taken away by who counts.
    """

    school_id = models.BigIntegerField()
    day = models.DateField()
