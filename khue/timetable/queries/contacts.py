"""Ai dạy lớp này, for families who write to them: homeroom first, then the subjects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F

from khue.contactbook.api import Contact
from khue.timetable.models import HomeroomAssignment, TeachingAssignment
from khue.timetable.queries.assignments import holding

HOMEROOM_TITLE = "Giáo viên chủ nhiệm"


def contacts_of_class(class_id: int, on: date) -> Sequence[Contact]:
    """Giáo viên của lớp on a day who have an account, each once; a homeroom teacher as such."""
    found: dict[int, Contact] = {}
    for account_id, name in _leading(class_id, on):
        found[account_id] = Contact(account_id, name, "homeroom", HOMEROOM_TITLE)
    for account_id, name, subject in _teaching(class_id, on):
        found.setdefault(account_id, Contact(account_id, name, "subject", f"Giáo viên {subject}"))
    return list(found.values())


def _leading(class_id: int, on: date) -> Sequence[tuple[int, str]]:
    rows = HomeroomAssignment.objects.filter(
        holding(on), school_class_id=class_id, staff__account__isnull=False
    )
    return list(rows.order_by("-starts_on").values_list("staff__account_id", "staff__name"))


def _teaching(class_id: int, on: date) -> Sequence[tuple[int, str, str]]:
    rows = TeachingAssignment.objects.filter(
        holding(on), class_subject__school_class_id=class_id, staff__account__isnull=False
    ).annotate(subject=F("class_subject__subject__name"))
    ordered = rows.order_by("class_subject__position", "starts_on")
    return list(ordered.values_list("staff__account_id", "staff__name", "subject"))


def classes_of_contact(account_id: int, on: date) -> Sequence[int]:
    """The classes that the person behind an account leads or teaches on a day."""
    led = HomeroomAssignment.objects.filter(holding(on), staff__account_id=account_id)
    taught = TeachingAssignment.objects.filter(holding(on), staff__account_id=account_id)
    ids = {
        *led.values_list("school_class_id", flat=True),
        *taught.values_list("class_subject__school_class_id", flat=True),
    }
    return sorted(ids)
