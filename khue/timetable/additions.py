"""What this context adds to the pages of classes: how many sit there, who leads and teaches."""

from collections.abc import Sequence
from datetime import date

from khue.contactbook.api import register_child_contacts
from khue.organisations.api import (
    ClassColumn,
    SubjectColumn,
    Tab,
    register_class_column,
    register_class_tab,
    register_school_tab,
    register_subject_column,
)
from khue.records.api import class_sizes, register_staff_account_listener
from khue.timetable.queries.assignments import homeroom_of, teachers_of
from khue.timetable.queries.contacts import classes_of_contact, contacts_of_class
from khue.timetable.services.teaching import sync_grants_of_staff


def homeroom_names(class_ids: Sequence[int], on: date) -> dict[int, str]:
    return {key: line.staff_name for key, line in homeroom_of(class_ids, on).items()}


def teacher_names(class_subject_ids: Sequence[int], on: date) -> dict[int, str]:
    taught = teachers_of(class_subject_ids, on)
    return {key: ", ".join(line.staff_name for line in lines) for key, lines in taught.items()}


def register() -> None:
    size = ClassColumn("size", "Sĩ số", class_sizes, numeric=True, order=10)
    register_class_column(size)
    register_class_column(ClassColumn("homeroom", "Chủ nhiệm", homeroom_names, order=20))
    register_subject_column(SubjectColumn("teachers", "Giáo viên", teacher_names))
    register_staff_account_listener("timetable", sync_grants_of_staff)
    manage = "timetable.manage_assignments"
    register_class_tab(Tab("Phân công", "timetable.class_teachers", manage, order=30))
    register_school_tab(
        Tab("Phân công", "timetable.assignments", "timetable.view_assignments", order=30)
    )
    register_child_contacts(contacts_of_class, classes_of_contact)
