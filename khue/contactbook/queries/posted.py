"""Tin riêng đã gửi: what the families of pupils read last of one series. Not gated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from khue.contactbook.models import Notice, Receipt


def posted_texts(key_prefix: str, student_ids: Iterable[int]) -> dict[int, str]:
    """The newest text about each pupil among the postings whose key begins so."""
    rows = (
        Receipt.objects.filter(notice__key__startswith=key_prefix, student_id__in=list(student_ids))
        .order_by("student_id", "-notice_id")
        .distinct("student_id")
    )
    return {int(key): text for key, text in rows.values_list("student_id", "text") if key}


def posted_at(key_prefix: str) -> datetime | None:
    """When the newest posting of a series was sent."""
    rows = Notice.objects.filter(key__startswith=key_prefix).order_by("-id")
    return rows.values_list("sent_at", flat=True).first()
