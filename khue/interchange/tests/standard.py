"""What OneRoster 1.2 asks a provider for: every operation that reads, and those that write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khue.interchange.rules.oneroster import GRADEBOOK, ROSTERING

YES, EMPTY = "yes", "yes, always empty: a school year is cut into terms and no further"
NO_ASSESSMENTS = "no: marks stand in columns of books, which are line items; no tests of parts"
ONLY_READ = "no: the API only reads; marks are entered by teachers and signed"


@dataclass(frozen=True)
class Operation:
    """`address` with {id} for every id; `told` as the reference tells it."""

    name: str
    address: str
    told: str = YES

    @property
    def is_offered(self) -> bool:
        return self.told in (YES, EMPTY)


def _of(base: str, told: str, *lines: str) -> Iterator[Operation]:
    for line in lines:
        name, _, way = line.partition(" ")
        yield Operation(name, base + way, told)


def _both(base: str, told: str, *lines: str) -> Iterator[Operation]:
    """A list and the one record of an id."""
    for line in lines:
        single, plural = line.split()
        many = plural[0].upper() + plural[1:]
        yield Operation(f"getAll{many}", f"{base}/{plural}", told)
        yield Operation(f"get{single}", f"{base}/{plural}/{{id}}", told)


OPERATIONS = (
    *_both(
        *(ROSTERING, YES, "AcademicSession academicSessions", "Class classes", "Course courses"),
        *("Demographics demographics", "Enrollment enrollments", "Org orgs", "School schools"),
        *("Student students", "Teacher teachers", "Term terms", "User users"),
    ),
    *_both(ROSTERING, EMPTY, "GradingPeriod gradingPeriods"),
    *_of(
        ROSTERING,
        YES,
        "getStudentsForClass /classes/{id}/students",
        "getTeachersForClass /classes/{id}/teachers",
        "getClassesForCourse /courses/{id}/classes",
        "getClassesForSchool /schools/{id}/classes",
        "getCoursesForSchool /schools/{id}/courses",
        "getEnrollmentsForSchool /schools/{id}/enrollments",
        "getStudentsForSchool /schools/{id}/students",
        "getTeachersForSchool /schools/{id}/teachers",
        "getTermsForSchool /schools/{id}/terms",
        "getEnrollmentsForClassInSchool /schools/{id}/classes/{id}/enrollments",
        "getStudentsForClassInSchool /schools/{id}/classes/{id}/students",
        "getTeachersForClassInSchool /schools/{id}/classes/{id}/teachers",
        "getClassesForStudent /students/{id}/classes",
        "getClassesForTeacher /teachers/{id}/classes",
        "getClassesForTerm /terms/{id}/classes",
        "getClassesForUser /users/{id}/classes",
    ),
    *_of(ROSTERING, EMPTY, "getGradingPeriodsForTerm /terms/{id}/gradingPeriods"),
    *_both(
        *(GRADEBOOK, YES, "Category categories", "LineItem lineItems", "Result results"),
        "ScoreScale scoreScales",
    ),
    *_of(
        GRADEBOOK,
        YES,
        "getCategoriesForClass /classes/{id}/categories",
        "getLineItemsForClass /classes/{id}/lineItems",
        "getLineItemsForSchool /schools/{id}/lineItems",
        "getResultsForClass /classes/{id}/results",
        "getResultsForLineItemForClass /classes/{id}/lineItems/{id}/results",
        "getResultsForStudentForClass /classes/{id}/students/{id}/results",
        "getScoreScalesForClass /classes/{id}/scoreScales",
        "getScoreScalesForSchool /schools/{id}/scoreScales",
    ),
    *_both(
        *(GRADEBOOK, NO_ASSESSMENTS, "AssessmentLineItem assessmentLineItems"),
        "AssessmentResult assessmentResults",
    ),
    *_of(
        GRADEBOOK,
        ONLY_READ,
        "postLineItemsForSchool /schools/{id}/lineItems (POST)",
        "postLineItemsForClass /classes/{id}/lineItems (POST)",
        "postResultsForLineItem /lineItems/{id}/results (POST)",
        "postResultsForAcademicSessionForClass /classes/{id}/academicSessions/{id}/results (POST)",
        "put…,delete… /…/{id} (PUT, DELETE)",
    ),
)
