"""What is kept of codes, organisations, calendars, classes and subjects."""

from khue.organisations.models.calendar import SchoolYear, Term, Week
from khue.organisations.models.classes import Bundle, ClassSubject, SchoolClass
from khue.organisations.models.codes import Code
from khue.organisations.models.subjects import CurriculumSubject, Subject
from khue.organisations.models.tree import Organisation, School, Site

__all__ = [
    "Bundle",
    "ClassSubject",
    "Code",
    "CurriculumSubject",
    "Organisation",
    "School",
    "SchoolClass",
    "SchoolYear",
    "Site",
    "Subject",
    "Term",
    "Week",
]
