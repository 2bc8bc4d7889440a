"""Nhắn cho ai: the teachers of a child, the classes and pupils of a teacher."""

from __future__ import annotations

from datetime import date

from khue.access.api import Actor
from khue.contactbook.queries.contacts import classes_of_teacher, contacts_of_child
from khue.contactbook.queries.seats import seats_of
from khue.organisations.api import ClassCard, classes_of, school_year_of
from khue.records.api import StudentLine, student_summary, students_of_class


def contact_choices(student_id: int, on: date) -> list[tuple[str, str]]:
    """Whom the family may write to, homeroom first. The caller has opened the child."""
    child = student_summary(student_id)
    return [(one.key, one.told) for one in contacts_of_child(child, on)] if child else []


def classes_to_write(actor: Actor, on: date) -> list[ClassCard]:
    """Whose families this person may write to: her own classes, or for the office all."""
    office = seats_of(actor, on).office
    if not office:
        return classes_of_teacher(actor.account_id, on)
    year = school_year_of(on)
    return [card for school in sorted(office) for card in classes_of(school, year, open_on=on)]


def pupils_to_write(class_id: int, on: date) -> list[StudentLine]:
    return students_of_class(class_id, on)
