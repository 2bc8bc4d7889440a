"""People and their files."""

from khue.records.models.enrolment import Enrolment, RegisterEntry, Transfer
from khue.records.models.families import Guardian, Guardianship
from khue.records.models.family_codes import LinkCode, LookupCode
from khue.records.models.merges import Merge
from khue.records.models.photos import StudentPhoto
from khue.records.models.register import RegisterCounter
from khue.records.models.staff import Posting, Staff, StaffDuty
from khue.records.models.students import Student

__all__ = [
    "Enrolment",
    "Guardian",
    "Guardianship",
    "LinkCode",
    "LookupCode",
    "Merge",
    "Posting",
    "RegisterCounter",
    "RegisterEntry",
    "Staff",
    "StaffDuty",
    "Student",
    "StudentPhoto",
    "Transfer",
]
