"""Assignments in great numbers, for those that read page by page.

Not gated: the caller has passed the gate for exactly these schools.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from khue.timetable.models import HomeroomAssignment, TeachingAssignment
from kit.windows import Window, cut


@dataclass(frozen=True, slots=True)
class TeachingRow:
    """Phân công giảng dạy một môn của một lớp."""

    id: int
    staff_public_id: UUID
    class_subject_id: int
    school_id: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class HomeroomRow:
    """Phân công chủ nhiệm."""

    id: int
    staff_public_id: UUID
    class_id: int
    school_id: int
    starts_on: date
    ends_on: date | None


TEACHING = (*("pk", "staff__public_id", "class_subject_id", "school_id", "starts_on", "ends_on"),)
HOMEROOM = (*("pk", "staff__public_id", "school_class_id", "school_id", "starts_on", "ends_on"),)


def teachings_window(schools: Collection[int], window: Window) -> list[TeachingRow]:
    rows = TeachingAssignment.objects.filter(school_id__in=schools)
    return [TeachingRow(*row) for row in cut(rows, window).values_list(*TEACHING)]


def count_teachings(schools: Collection[int], window: Window) -> int:
    return TeachingAssignment.objects.filter(window.where, school_id__in=schools).count()


def homerooms_window(schools: Collection[int], window: Window) -> list[HomeroomRow]:
    rows = HomeroomAssignment.objects.filter(school_id__in=schools)
    return [HomeroomRow(*row) for row in cut(rows, window).values_list(*HOMEROOM)]


def count_homerooms(schools: Collection[int], window: Window) -> int:
    return HomeroomAssignment.objects.filter(window.where, school_id__in=schools).count()
