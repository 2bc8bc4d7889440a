"""Pupils, families, staff and enrolments in great numbers, for those that read page by page.

Not gated: the caller has passed the gate for exactly these schools.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from khue.records.models import Enrolment, Guardianship, Staff, Student
from khue.records.queries.sealed import open_text
from khue.records.rules.sensitive import SensitiveFacts, unpack
from kit.statements import kept_rows, keys_array
from kit.windows import Window, cut


@dataclass(frozen=True, slots=True)
class PupilRow:
    """Học sinh: what is not sealed of a file."""

    id: int
    public_id: UUID
    code: str | None
    name: str
    sex: str
    born: str
    home_school_id: int
    province_id: int
    birth_place: str
    home_town: str
    ethnic_group: str
    nationality: str
    address: str
    commune_code: str
    phone: str
    email: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Cán bộ, giáo viên."""

    id: int
    public_id: UUID
    code: str | None
    name: str
    sex: str
    born: str
    home_school_id: int
    province_id: int
    qualification: str
    major: str
    status: str
    phone: str
    email: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """Một chặng học của học sinh ở một lớp."""

    id: int
    student_id: int
    student_public_id: UUID
    school_id: int
    class_id: int
    year: int
    grade: str
    status: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class GuardianshipRow:
    """Cha, mẹ hoặc người giám hộ of one pupil."""

    id: int
    guardian_id: int
    student_public_id: UUID
    school_id: int
    name: str
    relation: str
    is_contact: bool
    phone: str
    email: str
    starts_on: date
    ends_on: date | None


PUPIL = tuple(PupilRow.__slots__)
STAFF = tuple(StaffRow.__slots__)
ENROLMENT = (
    *("pk", "student_id", "student__public_id", "school_id", "school_class_id", "year"),
    *("grade", "status", "starts_on", "ends_on"),
)
GUARDIANSHIP = (
    *("pk", "guardian_id", "student__public_id", "student__home_school_id", "guardian__name"),
    *("relation", "is_contact", "guardian__phone", "guardian__email", "starts_on", "ends_on"),
)


def pupils_window(schools: Collection[int], window: Window) -> list[PupilRow]:
    """The pupils whose files these schools keep."""
    return [PupilRow(*row) for row in cut(_pupils(schools), window).values_list(*PUPIL)]


def count_pupils(schools: Collection[int], window: Window) -> int:
    return _pupils(schools).filter(window.where).count()


def _pupils(schools: Collection[int]) -> QuerySet[Student]:
    return Student.objects.filter(home_school_id__in=schools, merged_into__isnull=True)


def staff_window(schools: Collection[int], window: Window) -> list[StaffRow]:
    """The staff whose files these schools keep."""
    rows = Staff.objects.filter(home_school_id__in=schools)
    return [StaffRow(*row) for row in cut(rows, window).values_list(*STAFF)]


def count_staff(schools: Collection[int], window: Window) -> int:
    return Staff.objects.filter(window.where, home_school_id__in=schools).count()


def enrolments_window(schools: Collection[int], window: Window) -> list[EnrolmentRow]:
    rows = Enrolment.objects.filter(school_id__in=schools)
    return [EnrolmentRow(*row) for row in cut(rows, window).values_list(*ENROLMENT)]


def count_enrolments(schools: Collection[int], window: Window) -> int:
    return Enrolment.objects.filter(window.where, school_id__in=schools).count()


def guardianships_window(schools: Collection[int], window: Window) -> list[GuardianshipRow]:
    """Who is whose; never somebody whom a court keeps away."""
    rows = Guardianship.objects.filter(student__home_school_id__in=schools, blocked_reason="")
    return [GuardianshipRow(*row) for row in cut(rows, window).values_list(*GUARDIANSHIP)]


def public_ids_of_students(ids: Iterable[int]) -> dict[int, UUID]:
    rows = Student.objects.filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "public_id"))


def public_ids_of_staff(ids: Iterable[int]) -> dict[int, UUID]:
    rows = Staff.objects.filter(pk__in=list(ids))
    return dict(rows.values_list("pk", "public_id"))


def personal_numbers_of(ids: Iterable[int]) -> dict[int, str]:
    """Số định danh cá nhân, opened; the caller notes the look."""
    rows = Student.objects.filter(pk__in=list(ids)).values_list("pk", "personal_number_sealed")
    return {pk: open_text(sealed, "student.personal_number") for pk, sealed in rows}


def care_facts_of(ids: Iterable[int]) -> dict[int, SensitiveFacts]:
    """Đối tượng chính sách và khuyết tật, opened; the caller notes the look."""
    columns = ("policies_sealed", "disability_sealed")
    rows = Student.objects.filter(pk__in=list(ids)).values_list("pk", *columns)
    return {
        pk: unpack(
            {
                one: open_text(sealed, f"student.{one}")
                for one, sealed in zip(columns, texts, strict=True)
            }
        )
        for pk, *texts in rows
    }


# Every pupil of a class learns its subjects: one row for a pupil and a subject of the class.
LESSONS = """
from records_enrolment enrolment
join records_student student on student.id = enrolment.student_id
join organisations_classsubject book on book.school_class_id = enrolment.school_class_id
where enrolment.school_id = any(%(schools)s::bigint[]) and enrolment.year = %(year)s and
"""
LESSON_ROWS = f"""
select enrolment.id, enrolment.student_id, student.public_id, enrolment.school_id, book.id,
  enrolment.starts_on, enrolment.ends_on
{LESSONS}"""
LESSON_COUNT = f"select count(*) {LESSONS}"
LESSON_KEYS = "enrolment.id, book.id limit %(limit)s offset %(offset)s"
# The columns that a clause may name.
LESSON_COLUMNS = {
    "enrolment": "enrolment.id",
    "book": "book.id",
    "class": "enrolment.school_class_id",
    "school": "enrolment.school_id",
    "student": "student.id",
    "person": "student.public_id",
    "starts_on": "enrolment.starts_on",
    "ends_on": "enrolment.ends_on",
}


@dataclass(frozen=True, slots=True)
class LessonRow:
    """Một học sinh học một môn của lớp, from day to day."""

    enrolment_id: int
    student_id: int
    student_public_id: UUID
    school_id: int
    class_subject_id: int
    starts_on: date
    ends_on: date | None


def lessons_window(schools: Collection[int], year: int, window: Window) -> list[LessonRow]:
    """Pupils and the subjects of their classes in a school year."""
    condition, order, values = window.statement(LESSON_COLUMNS)
    asked = {**values, "schools": keys_array(schools), "year": year}
    rows = kept_rows(f"{LESSON_ROWS} {condition} order by {order}{LESSON_KEYS}", asked)
    return [LessonRow(*row) for row in rows]


def count_lessons(schools: Collection[int], year: int, window: Window) -> int:
    condition, _, values = window.statement(LESSON_COLUMNS)
    asked = {**values, "schools": keys_array(schools), "year": year}
    return int(kept_rows(f"{LESSON_COUNT} {condition}", asked)[0][0])
