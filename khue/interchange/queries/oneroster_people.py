"""OneRoster: users, demographics and enrollments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from khue.interchange.queries.oneroster_parts import Asked, Part, Told
from khue.interchange.queries.pages import changed_numbers, changed_rows
from khue.interchange.rules.ids import Key, Kind, make_id, read_id
from khue.interchange.rules.oneroster import (
    ROSTERING,
    SEXES,
    ended,
    given_and_family,
    record,
    reference,
    whole_date,
)
from khue.interchange.rules.scopes import (
    CONTACT,
    DEMOGRAPHICS,
    ENROLMENTS,
    STAFF,
    STAFF_CONTACT,
    STUDENTS,
)
from khue.organisations.api import class_subject
from khue.records.api import (
    EnrolmentRow,
    LessonRow,
    LessonsOf,
    PupilRow,
    StaffRow,
    count_enrolments,
    count_lessons,
    count_pupils,
    count_staff,
    enrolments_window,
    lessons_window,
    pupils_window,
    staff_window,
)
from khue.timetable.api import (
    count_homerooms,
    count_teachings,
    homerooms_window,
    teachings_window,
)
from kit.windows import Window

NONE = Q(pk__in=[])


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def of_person(asked: Asked, column: str = "public_id") -> Q:
    """The condition that a sourcedId of a person makes."""
    wanted = asked.equals.get("sourcedId")
    return Q() if wanted is None else Q(**{column: as_uuid(wanted)})


def with_status(asked: Asked, over: Q | None = None) -> Q:
    """The condition that a status makes; most records never end."""
    status = asked.equals.get("status")
    if status is None:
        return Q()
    if over is None:
        return Q() if status == "active" else NONE
    return over if status == "tobedeleted" else ~over if status == "active" else NONE


def users(asked: Asked) -> list[Part]:
    """Users: pupils and staff."""
    role = asked.equals.get("role") or asked.equals.get("roles.role")
    found = []
    if role in (None, "student"):
        found += students(asked)
    if role in (None, "teacher"):
        found += teachers(asked)
    return found


def students(asked: Asked) -> list[Part]:
    """Users who learn; of one class where one is named."""
    schools, reached = asked.schools(STUDENTS), frozenset(asked.schools(CONTACT))
    where = of_person(asked) & with_status(asked) & _of_class(asked)
    where &= changed_rows(asked.since, "student")
    return [
        Part(
            count=lambda window: count_pupils(schools, window),
            read=lambda window: pupils_window(schools, window),
            tell=lambda row, changed: _student(row, changed, reached),
            subject=lambda row: f"student:{row.id}",
            school=lambda row: row.home_school_id,
            where=where,
        )
    ]


def _of_class(asked: Asked) -> Q:
    """The pupils of a class, or of the class in which a subject is taught."""
    wanted = asked.equals.get("class.sourcedId")
    if wanted is None:
        return Q()
    key = read_id(wanted)
    class_id = _class_of(key) if key else None
    rows = enrolments_window(
        asked.schools(ENROLMENTS), _all_rows(Q(school_class_id=class_id, ends_on__isnull=True))
    )
    return Q(pk__in=[row.student_id for row in rows])


def _class_of(key: Key) -> int | None:
    if key.kind is Kind.CLASS_SUBJECT:
        return class_subject(key.first).class_id
    return key.first if key.kind is Kind.CLASS else None


def _all_rows(where: Q) -> Window:
    return Window(limit=1000, where=where)


def _student(row: PupilRow, changed: datetime | None, reached: frozenset[int]) -> Told:
    shown = row.home_school_id in reached
    return _user(row, changed or row.created_at, "student", shown=shown)


def _user(row: Any, changed: datetime, role: str, *, shown: bool) -> Told:
    given, family = given_and_family(row.name)
    school = make_id(Kind.ORGANISATION, row.home_school_id)
    org = reference("org", school, base=ROSTERING)
    return record(
        row.public_id,
        changed,
        {
            "enabledUser": "true",
            "givenName": given,
            "familyName": family,
            "identifier": row.code,
            "email": row.email if shown else None,
            "phone": row.phone if shown else None,
            "roles": [{"roleType": "primary", "role": role, "org": org}],
            "primaryOrg": org,
        },
    )


def teachers(asked: Asked) -> list[Part]:
    """Users who teach; of one class where one is named."""
    schools, reached = asked.schools(STAFF), frozenset(asked.schools(STAFF_CONTACT))
    where = of_person(asked) & with_status(asked) & _teaching_class(asked)
    where &= changed_rows(asked.since, "staff")
    return [
        Part(
            count=lambda window: count_staff(schools, window),
            read=lambda window: staff_window(schools, window),
            tell=lambda row, changed: _teacher(row, changed, reached),
            subject=lambda row: f"staff:{row.id}",
            school=lambda row: row.home_school_id,
            where=where,
        )
    ]


def _teacher(row: StaffRow, changed: datetime | None, reached: frozenset[int]) -> Told:
    shown = row.home_school_id in reached
    return _user(row, changed or row.created_at, "teacher", shown=shown)


def _teaching_class(asked: Asked) -> Q:
    wanted = asked.equals.get("class.sourcedId")
    if wanted is None:
        return Q()
    key = read_id(wanted)
    schools = asked.schools(STAFF)
    found: list[UUID] = []
    if key is not None and key.kind is Kind.CLASS_SUBJECT:
        rows = teachings_window(schools, _all_rows(Q(class_subject_id=key.first)))
        found = [row.staff_public_id for row in rows]
    if key is not None and key.kind is Kind.CLASS:
        led = homerooms_window(schools, _all_rows(Q(school_class_id=key.first)))
        found = [row.staff_public_id for row in led]
    return Q(public_id__in=found)


def demographics(asked: Asked) -> list[Part]:
    """Demographics of pupils; only with their own scope."""
    schools = asked.schools(DEMOGRAPHICS)
    where = of_person(asked) & with_status(asked) & changed_rows(asked.since, "student")
    return [
        Part(
            count=lambda window: count_pupils(schools, window),
            read=lambda window: pupils_window(schools, window),
            tell=_demographics,
            subject=lambda row: f"student:{row.id}",
            school=lambda row: row.home_school_id,
            where=where,
        )
    ]


def _demographics(row: PupilRow, changed: datetime | None) -> Told:
    own = {"khue.ethnicGroup": row.ethnic_group, "khue.nationality": row.nationality}
    return record(
        row.public_id,
        changed or row.created_at,
        {
            "birthDate": whole_date(row.born),
            "sex": SEXES[row.sex],
            "cityOfBirth": row.birth_place,
            "metadata": own,
        },
    )


def enrollments(asked: Asked) -> list[Part]:
    """Enrollments: pupils in classes and in their subjects, teachers, homeroom teachers."""
    role = asked.equals.get("role")
    found: list[Part] = []
    if role in (None, "student"):
        found += [_in_class(asked), _in_subject(asked)]
    if role in (None, "teacher"):
        found += [_teaches(asked), _leads(asked)]
    return found


def _ids(asked: Asked, kind: Kind, columns: dict[Kind, str], person: str) -> Q:
    """The conditions on the own id, the class and the person of an enrollment."""
    where = Q()
    if "sourcedId" in asked.equals:
        key = read_id(asked.equals["sourcedId"])
        where &= Q(pk=key.first) if key is not None and key.kind is kind else NONE
    if "class.sourcedId" in asked.equals:
        key = read_id(asked.equals["class.sourcedId"])
        column = columns.get(key.kind) if key else None
        where &= Q(**{column: key.first}) if key and column else NONE
    if "user.sourcedId" in asked.equals:
        where &= Q(**{person: as_uuid(asked.equals["user.sourcedId"])})
    return where


def _over(asked: Asked) -> Q:
    return with_status(asked, Q(ends_on__lt=asked.today))


def _in_class(asked: Asked) -> Part:
    schools = asked.schools(ENROLMENTS)
    own = _ids(asked, Kind.ENROLMENT, {Kind.CLASS: "school_class_id"}, "student__public_id")
    where = own & _over(asked) & Q(year=asked.year)
    where &= changed_rows(asked.since, "student", "student_id")
    return Part(
        count=lambda window: count_enrolments(schools, window),
        read=lambda window: enrolments_window(schools, window),
        tell=lambda row, changed: _class_enrollment(row, changed, asked),
        subject=lambda row: f"student:{row.student_id}",
        school=lambda row: row.school_id,
        where=where,
    )


def _class_enrollment(row: EnrolmentRow, changed: datetime | None, asked: Asked) -> Told:
    own, room = make_id(Kind.ENROLMENT, row.id), make_id(Kind.CLASS, row.class_id)
    return _enrollment(own, changed, asked, row, (row.student_public_id, room, "student"))


def _enrollment(
    own: UUID, changed: datetime | None, asked: Asked, row: Any, who: tuple[UUID, UUID, str]
) -> Told:
    person, room, role = who
    return record(
        own,
        changed,
        {
            "status": ended(row.ends_on, asked.today),
            "role": role,
            "primary": "true" if role == "teacher" else "false",
            "beginDate": row.starts_on.isoformat(),
            "endDate": row.ends_on.isoformat() if row.ends_on else None,
            "user": reference("user", person, base=ROSTERING),
            "class": {**reference("class", room), "href": f"{ROSTERING}/classes/{room}"},
            "school": reference("org", make_id(Kind.ORGANISATION, row.school_id), base=ROSTERING),
        },
    )


def _in_subject(asked: Asked) -> Part:
    schools, of, possible = asked.schools(ENROLMENTS), *_lessons_of(asked)
    found = schools if possible else []
    return Part(
        count=lambda window: count_lessons(found, asked.year, window, of),
        read=lambda window: lessons_window(found, asked.year, window, of),
        tell=lambda row, changed: _subject_enrollment(row, changed, asked),
        subject=lambda row: f"student:{row.student_id}",
        school=lambda row: row.school_id,
    )


def _lessons_of(asked: Asked) -> tuple[LessonsOf, bool]:
    """The rows that the conditions leave, and whether any can be left."""
    own = read_id(asked.equals.get("sourcedId", ""))
    room = read_id(asked.equals.get("class.sourcedId", ""))
    fits = [own is not None and own.kind is Kind.SUBJECT_ENROLMENT] * ("sourcedId" in asked.equals)
    fits += [room is not None and room.kind is Kind.CLASS_SUBJECT] * (
        "class.sourcedId" in asked.equals
    )
    fits.append(asked.equals.get("status", "active") == "active")
    book = own.second if own else room.first if room else None
    student = as_uuid(asked.equals.get("user.sourcedId", ""))
    changed = changed_numbers(asked.since, "student")
    return LessonsOf(own.first if own else None, book, student, changed), all(fits)


def _subject_enrollment(row: LessonRow, changed: datetime | None, asked: Asked) -> Told:
    own = make_id(Kind.SUBJECT_ENROLMENT, row.enrolment_id, row.class_subject_id)
    room = make_id(Kind.CLASS_SUBJECT, row.class_subject_id)
    return _enrollment(own, changed, asked, row, (row.student_public_id, room, "student"))


def _teaches(asked: Asked) -> Part:
    schools = asked.schools(STAFF)
    own = _ids(asked, Kind.TEACHING, {Kind.CLASS_SUBJECT: "class_subject_id"}, "staff__public_id")
    where = own & _over(asked) & Q(class_subject__school_class__year=asked.year)
    return Part(
        count=lambda window: count_teachings(schools, window),
        read=lambda window: teachings_window(schools, window),
        tell=lambda row, changed: _enrollment(
            make_id(Kind.TEACHING, row.id),
            changed,
            asked,
            row,
            (row.staff_public_id, make_id(Kind.CLASS_SUBJECT, row.class_subject_id), "teacher"),
        ),
        subject=lambda row: f"teaching:{row.id}",
        school=lambda row: row.school_id,
        where=where & changed_rows(asked.since, "teaching"),
    )


def _leads(asked: Asked) -> Part:
    schools = asked.schools(STAFF)
    own = _ids(asked, Kind.HOMEROOM, {Kind.CLASS: "school_class_id"}, "staff__public_id")
    where = own & _over(asked) & Q(school_class__year=asked.year)
    return Part(
        count=lambda window: count_homerooms(schools, window),
        read=lambda window: homerooms_window(schools, window),
        tell=lambda row, changed: _enrollment(
            make_id(Kind.HOMEROOM, row.id),
            changed,
            asked,
            row,
            (row.staff_public_id, make_id(Kind.CLASS, row.class_id), "teacher"),
        ),
        subject=lambda row: f"homeroom:{row.id}",
        school=lambda row: row.school_id,
        where=where & changed_rows(asked.since, "homeroom"),
    )
