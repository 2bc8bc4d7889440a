"""Where a file belongs: loading a school, a class or a student and passing the gate are one act."""

from __future__ import annotations

from django.db.models import F

from khue.access.api import Actor, OutsidePlace, permit
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    class_subjects,
    class_summary,
    school_summary,
)
from khue.records.models import Enrolment, Posting, Staff, Student
from khue.records.queries.rolls import places_of
from khue.records.rules.refusals import RecordRefused

MERGE = "records.merge_students"
MERGED = (
    "Hồ sơ này vừa được gộp vào một hồ sơ khác nên không sửa được nữa."
    " Hãy mở hồ sơ được giữ để sửa."
)


def open_school(actor: Actor, permission: str, school_id: int) -> SchoolCard:
    """A school at which the actor holds the permission."""
    school = school_summary(school_id)
    permit(actor, permission, school.path)
    return school


def open_class(actor: Actor, permission: str, class_id: int) -> ClassCard:
    """A class at which the actor holds the permission."""
    school_class = class_summary(class_id)
    permit(actor, permission, school_class.place, school_class.school_path)
    return school_class


def open_student(actor: Actor, permission: str, student_id: int, *, lock: bool = False) -> Student:
    """A student's file where the actor holds the permission; `lock` keeps others waiting."""
    rows = Student.objects.filter(id=student_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    student = rows.select_related("home_school__organisation").first()
    if student is None:
        raise OutsidePlace
    permit(actor, permission, *places_of(student), *_taught(student, permission))
    if lock and student.merged_into_id and permission != MERGE:
        raise RecordRefused("MERGED", MERGED)
    return student


def _taught(student: Student, permission: str) -> list[str]:
    """A file is looked at (and no more) by those who teach a subject in the student's class."""
    if permission != "records.view_student":
        return []
    seats = Enrolment.objects.filter(student=student, ends_on__isnull=True)
    classes = seats.values_list("school_class_id", flat=True)
    return [one.place for class_id in classes for one in class_subjects(class_id)]


def open_staff(actor: Actor, permission: str, staff_id: int, *, lock: bool = False) -> Staff:
    """A staff file where the actor holds the permission: the home school or a school of a post."""
    rows = Staff.objects.filter(id=staff_id)
    if lock:
        rows = rows.select_for_update(of=("self",))
    staff = rows.select_related("home_school__organisation").first()
    if staff is None:
        raise OutsidePlace
    permit(actor, permission, *places_of_staff(staff))
    return staff


def places_of_staff(staff: Staff) -> tuple[str, ...]:
    paths = Posting.objects.filter(staff=staff, ends_on__isnull=True).values_list(
        F("school__organisation__path"), flat=True
    )
    return (staff.home_school.organisation.path, *paths)
