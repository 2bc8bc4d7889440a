"""Lỗi dữ liệu của một trường, found anew at each look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, permit
from khue.organisations.api import SchoolCard, school_summary, schools_in_reach
from khue.oversight.permissions import FAULTS
from khue.oversight.queries.facts import Checked, check_school
from khue.oversight.queries.places import NO_CONTACT, Contact, contacts_of
from khue.oversight.queries.thresholds import thresholds_on
from kit.fences import EVERYTHING, scoped


@dataclass(frozen=True, slots=True)
class SchoolFaults:
    """Một trường đã soát, and whom to call."""

    school: SchoolCard
    checked: Checked
    contact: Contact


def faults_of_school(actor: Actor, school_id: int, on: date) -> SchoolFaults:
    """Soát một trường now. Raises OutsidePlace, Refused.

    Two files of one pupil are looked for in the whole province, so the fence opens; no name of
    another school is told.
    """
    school = school_summary(school_id)
    permit(actor, FAULTS, school.path)
    with scoped(EVERYTHING):
        checked = check_school(school_id, on, thresholds_on(on))
        contact = contacts_of([school_id], on).get(school_id, NO_CONTACT)
    return SchoolFaults(school, checked, contact)


def first_school(actor: Actor) -> SchoolCard | None:
    """The school whose faults this person looks after."""
    return next(iter(schools_in_reach(actor, FAULTS, 1)), None)
