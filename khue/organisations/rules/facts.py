"""What a person says of an organisation, a school, a site or a subject of a class."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class NewOrganisation:
    kind: str
    code: str
    name: str
    province_code: str = ""
    commune_code: str = ""
    valid_from: date | None = None


@dataclass(frozen=True)
class SchoolFacts:
    """Codes are those of level-groups, school-types, school-ownership and their kin."""

    code: str
    name: str
    level_group: str
    school_type: str = ""
    ownership: str = "01"
    area_kind: str = ""
    difficult_area: str = ""
    national_standard: str = ""
    two_sessions: bool = False
    lunch_boarding: bool = False
    boarding: bool = False
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    founded_on: date | None = None
    commune_code: str = ""


@dataclass(frozen=True)
class SiteFacts:
    code: str
    name: str
    address: str = ""
    distance_km: Decimal | None = None
    reached_by: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class ClassSubjectFacts:
    """A subject of a class as it is written by hand."""

    subject_id: int
    form: str
    periods_term1: int
    periods_term2: int
    regular_marks: int
    status: str = "optional"
    has_cluster: bool = False
    specialised: bool = False
