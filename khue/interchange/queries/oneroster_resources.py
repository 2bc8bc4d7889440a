"""Các danh sách của OneRoster: where each stands, what opens it, what narrows and sorts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khue.interchange.queries import oneroster, oneroster_marks, oneroster_people
from khue.interchange.queries.oneroster_parts import CHANGED, SCHOOL, Asked, Part
from khue.interchange.rules.oneroster import GRADEBOOK, ROSTERING
from khue.interchange.rules.scopes import (
    CONTACT,
    DEMOGRAPHICS,
    ENROLMENTS,
    MARKS,
    SCHOOLS,
    STAFF,
    STAFF_CONTACT,
    STUDENTS,
)

PEOPLE = (STUDENTS, STAFF, CONTACT, STAFF_CONTACT, ENROLMENTS)
ALWAYS = ("sourcedId", "status", CHANGED)
CLASS, USER, STUDENT = "class.sourcedId", "user.sourcedId", "student.sourcedId"
TERM, COURSE, LINE_ITEM = "terms.sourcedId", "course.sourcedId", "lineItem.sourcedId"


@dataclass(frozen=True)
class Resource:
    """One kind of record: `narrows` are the fields of filters, `sorts` those of sort.

    `tells` are the names of its fields, for `fields`.
    """

    plural: str
    singular: str
    scopes: tuple[str, ...]
    parts: Callable[[Asked], list[Part]]
    narrows: tuple[str, ...]
    sorts: tuple[str, ...]
    tells: frozenset[str]
    base: str = ROSTERING


def _resource(
    name: tuple[str, str],
    scopes: tuple[str, ...],
    parts: Callable[[Asked], list[Part]],
    told: str,
    *,
    narrows: str = "",
    sorts: str = "",
    base: str = ROSTERING,
) -> Resource:
    """`narrows` beyond `sorts` and what every record has; all as words."""
    fields = (*ALWAYS, *sorts.split(), *narrows.split())
    tells = frozenset((*ALWAYS, "metadata", *told.split()))
    return Resource(*name, scopes, parts, fields, tuple(sorts.split()), tells, base)


USER_TOLD = (
    "enabledUser givenName familyName identifier email phone roles primaryOrg userMasterIdentifier"
    " username userIds middleName sms preferredFirstName preferredMiddleName preferredLastName"
    " pronouns userProfiles agents grades password resources"
)
USER_NARROWS = (
    "enabledUser email phone role roles.roleType roles.org.sourcedId primaryOrg.sourcedId"
    " school.sourcedId class.sourcedId"
)
USER_SORTS = "givenName familyName identifier roles.role"
SESSION_TOLD = "title type startDate endDate schoolYear parent children"
SESSION_SORTS = "title type startDate endDate schoolYear"
_FOUND = (
    _resource(
        ("orgs", "org"),
        (SCHOOLS,),
        oneroster.orgs,
        "name type identifier parent children",
        narrows="type parent.sourcedId",
        sorts="name identifier",
    ),
    _resource(
        ("schools", "org"),
        (SCHOOLS,),
        oneroster.schools,
        "name type identifier parent children",
        narrows="type parent.sourcedId",
        sorts="name identifier",
    ),
    _resource(
        ("academicSessions", "academicSession"),
        (SCHOOLS,),
        oneroster.sessions,
        SESSION_TOLD,
        narrows="parent.sourcedId",
        sorts=SESSION_SORTS,
    ),
    _resource(
        ("terms", "academicSession"),
        (SCHOOLS,),
        oneroster.terms,
        SESSION_TOLD,
        narrows="parent.sourcedId",
        sorts=SESSION_SORTS,
    ),
    _resource(
        ("gradingPeriods", "academicSession"),
        (SCHOOLS,),
        oneroster.grading_periods,
        SESSION_TOLD,
        narrows="parent.sourcedId",
        sorts=SESSION_SORTS,
    ),
    _resource(
        ("courses", "course"),
        (SCHOOLS,),
        oneroster.courses,
        "title schoolYear courseCode grades subjects org subjectCodes resources",
        narrows="subjects",
        sorts="title courseCode",
    ),
    _resource(
        ("classes", "class"),
        (SCHOOLS,),
        oneroster.classes,
        "title classCode classType location grades subjects course school terms subjectCodes"
        " periods resources",
        narrows=f"classType grades subjects {COURSE} {SCHOOL} {TERM}",
        sorts="title classCode",
    ),
    _resource(
        ("users", "user"),
        PEOPLE,
        oneroster_people.users,
        USER_TOLD,
        narrows=USER_NARROWS,
        sorts=USER_SORTS,
    ),
    _resource(
        ("students", "user"),
        PEOPLE,
        oneroster_people.students,
        USER_TOLD,
        narrows=USER_NARROWS,
        sorts=USER_SORTS,
    ),
    _resource(
        ("teachers", "user"),
        PEOPLE,
        oneroster_people.teachers,
        USER_TOLD,
        narrows=USER_NARROWS,
        sorts=USER_SORTS,
    ),
    _resource(
        ("enrollments", "enrollment"),
        (ENROLMENTS, STAFF),
        oneroster_people.enrollments,
        "user class school role primary beginDate endDate",
        narrows=f"primary {USER} {CLASS} {SCHOOL}",
        sorts="role beginDate endDate",
    ),
    _resource(
        ("demographics", "demographics"),
        (DEMOGRAPHICS,),
        oneroster_people.demographics,
        "birthDate sex cityOfBirth americanIndianOrAlaskaNative asian blackOrAfricanAmerican"
        " nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces"
        " hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation"
        " publicSchoolResidenceStatus",
        narrows=f"birthDate sex {SCHOOL}",
        sorts="cityOfBirth",
    ),
    _resource(
        ("categories", "category"),
        (MARKS,),
        oneroster_marks.categories,
        "title weight",
        sorts="title",
        base=GRADEBOOK,
    ),
    _resource(
        ("scoreScales", "scoreScale"),
        (MARKS,),
        oneroster_marks.score_scales,
        "title type course class scoreScaleValue",
        sorts="title type",
        base=GRADEBOOK,
    ),
    _resource(
        ("lineItems", "lineItem"),
        (MARKS,),
        oneroster_marks.line_items,
        "title description assignDate dueDate class school category gradingPeriod academicSession"
        " scoreScale resultValueMin resultValueMax learningObjectiveSet",
        narrows=(
            f"title {CLASS} {SCHOOL} category.sourcedId scoreScale.sourcedId"
            " academicSession.sourcedId"
        ),
        base=GRADEBOOK,
    ),
    _resource(
        ("results", "result"),
        (MARKS,),
        oneroster_marks.results,
        "lineItem student class scoreScale scoreStatus score textScore scoreDate comment"
        " learningObjectiveSet inProgress incomplete late missing",
        narrows=f"textScore scoreStatus {LINE_ITEM} {CLASS} {STUDENT} {SCHOOL}",
        sorts="score",
        base=GRADEBOOK,
    ),
)
RESOURCES: dict[str, Resource] = {one.plural: one for one in _FOUND}


@dataclass(frozen=True)
class Below:
    """A list below one record or two: what stands above, and which field names it."""

    base: str
    above: tuple[tuple[str, str], ...]
    plural: str

    @property
    def address(self) -> str:
        named = zip(self.above, ("sourced_id", "inner_id"), strict=False)
        steps = "".join(f"/{plural}/{{{word}}}" for (plural, _), word in named)
        return f"{self.base}{steps}/{self.plural}"


IN_SCHOOL, IN_CLASS = ("schools", SCHOOL), ("classes", CLASS)
BELOW: tuple[Below, ...] = (
    *(
        Below(ROSTERING, (IN_SCHOOL,), one)
        for one in ("classes", "courses", "enrollments", "students", "teachers", "terms")
    ),
    *(
        Below(ROSTERING, (IN_SCHOOL, IN_CLASS), one)
        for one in ("enrollments", "students", "teachers")
    ),
    *(Below(ROSTERING, (IN_CLASS,), one) for one in ("students", "teachers")),
    *(Below(ROSTERING, ((one, USER),), "classes") for one in ("students", "teachers", "users")),
    Below(ROSTERING, (("courses", COURSE),), "classes"),
    Below(ROSTERING, (("terms", TERM),), "classes"),
    Below(ROSTERING, (("terms", "parent.sourcedId"),), "gradingPeriods"),
    *(Below(GRADEBOOK, (IN_SCHOOL,), one) for one in ("lineItems", "scoreScales")),
    *(
        Below(GRADEBOOK, (IN_CLASS,), one)
        for one in ("categories", "lineItems", "results", "scoreScales")
    ),
    Below(GRADEBOOK, (IN_CLASS, ("lineItems", LINE_ITEM)), "results"),
    Below(GRADEBOOK, (IN_CLASS, ("students", STUDENT)), "results"),
    Below(GRADEBOOK, (("students", STUDENT),), "results"),
    Below(GRADEBOOK, (("lineItems", LINE_ITEM),), "results"),
)
