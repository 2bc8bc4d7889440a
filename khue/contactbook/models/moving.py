"""Thông báo có lượt đọc mới: what those who count readings have to count again."""

from __future__ import annotations

from django.db import models


class MovedNotice(models.Model):
    """A notice that came to somebody, was read, acknowledged or taken back.

    Written by the database itself, in the transaction that moved it and once a statement; taken
    away by who counts. No reference: a number is enough, and readers wait for nobody.
    """

    notice_number = models.BigIntegerField()
