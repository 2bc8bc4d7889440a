"""Tên của bản ghi, as the pages of the school call it."""

from __future__ import annotations

from datetime import date

from khue.access.api import OutsidePlace
from khue.organisations.api import SchoolCard, class_summaries, classes_of, sites_of
from khue.records.api import pupils_of_school, staff_lines, staff_of_school, student_summaries


def labels_of(school: SchoolCard, year: int, part: str) -> dict[int, str]:
    """What the records of a part are called, in the order of the school's lists."""
    if part == "class":
        return {one.id: one.name for one in classes_of(school.id, year)}
    if part == "student":
        return {one.id: one.name for one in pupils_of_school(school.id)}
    if part == "staff":
        return {one.id: one.name for one in staff_of_school(school.id, date(year + 1, 5, 31))}
    if part == "site":
        return {one.id: one.name for one in sites_of(school.id)}
    return {school.id: school.name}


def label_of(school: SchoolCard, part: str, local_id: int) -> str:
    """What a record of the school is called; another school's does not exist here."""
    found = _LABELS[part](school, local_id) if part in _LABELS else None
    if found is None:
        raise OutsidePlace
    return found


def _student(school: SchoolCard, local_id: int) -> str | None:
    one = student_summaries([local_id]).get(local_id)
    return one.name if one and one.home_school_id == school.id else None


def _staff(school: SchoolCard, local_id: int) -> str | None:
    one = staff_lines([local_id]).get(local_id)
    return one.name if one and one.school_id == school.id else None


def _class(school: SchoolCard, local_id: int) -> str | None:
    one = class_summaries([local_id]).get(local_id)
    return one.name if one and one.school_id == school.id else None


def _site(school: SchoolCard, local_id: int) -> str | None:
    return next((one.name for one in sites_of(school.id) if one.id == local_id), None)


def _school(school: SchoolCard, local_id: int) -> str | None:
    return school.name if school.id == local_id else None


_LABELS = {
    "student": _student,
    "staff": _staff,
    "class": _class,
    "site": _site,
    "school": _school,
}
