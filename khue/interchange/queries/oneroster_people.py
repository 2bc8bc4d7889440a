"""OneRoster: users, demographics and enrollments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Q, TextField, Value

from khue.access.api import OutsidePlace
from khue.interchange.queries.conditions import (
    ROWS,
    STATEMENT,
    Field,
    Fields,
    changed,
    choice,
    constant,
    day,
    key,
    named_by,
    person,
    text,
)
from khue.interchange.queries.oneroster import USER, all_rows, with_status
from khue.interchange.queries.oneroster_parts import SCHOOL, Asked, Part, Told, part_of
from khue.interchange.rules.ids import Key, Kind, make_id, read_id
from khue.interchange.rules.oneroster import (
    ACTIVE,
    ENDED,
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
from kit.windows import Clause

CLASS = "class.sourcedId"
# Tên is the last word, họ và đệm are those before it; of a single word both are the word.
GIVEN = Func(
    F("name"), Value(r"^.*\s"), Value(""), function="regexp_replace", output_field=TextField()
)
FAMILY = Func(
    F("name"), Value(r"\s+\S+$"), Value(""), function="regexp_replace", output_field=TextField()
)
WHOLE_DATE = Q(born__regex=r"^.{10}$")


def users(asked: Asked) -> list[Part]:
    """Users: pupils and staff."""
    return [*students(asked), *teachers(asked)]


def students(asked: Asked) -> list[Part]:
    """Users who learn; of one class where one is named."""
    schools, reached = asked.schools(STUDENTS), frozenset(asked.schools(CONTACT))
    of_class = named_by(lambda value: _of_class(asked, value))
    fields = {**_user_fields(reached), **_role("student"), CLASS: of_class}
    return [
        part_of(
            *(asked, ROWS, {**fields, "dateLastModified": _changed("student")}),
            count=lambda window: count_pupils(schools, window),
            read=lambda window: pupils_window(schools, window),
            tell=lambda row, changed: _student(row, changed, reached),
            subject=lambda row: f"student:{row.id}",
            school=lambda row: row.home_school_id,
        )
    ]


def _changed(kind: str) -> Field:
    return changed(ROWS, [kind], made="created_at")


def _role(role: str) -> Fields:
    told = Field(constant(ROWS, role).test, lambda falling: None)
    return {"role": told, "roles.role": told}


def _user_fields(reached: frozenset[int]) -> Fields:
    """Pupils and staff alike; what may not be told answers no question either."""
    home, told = key(ROWS, "home_school_id", Kind.ORGANISATION), Q(home_school_id__in=reached)
    return {
        "sourcedId": person(ROWS, "public_id"),
        "status": constant(ROWS, ACTIVE),
        "enabledUser": constant(ROWS, "true"),
        "givenName": text(ROWS, GIVEN),
        "familyName": text(ROWS, FAMILY),
        "identifier": text(ROWS, "code"),
        "email": text(ROWS, "email", only=told),
        "phone": text(ROWS, "phone", only=told),
        "roles.roleType": constant(ROWS, "primary"),
        **dict.fromkeys((SCHOOL, "primaryOrg.sourcedId", "roles.org.sourcedId"), home),
    }


def _of_class(asked: Asked, wanted: str) -> Q:
    """The pupils of a class, or of the class in which a subject is taught."""
    own = read_id(wanted)
    where = Q(school_class_id=_class_of(own) if own else None, ends_on__isnull=True)
    rows = enrolments_window(asked.schools(ENROLMENTS), all_rows(where))
    return Q(pk__in=[row.student_id for row in rows])


def _class_of(key: Key) -> int | None:
    if key.kind is not Kind.CLASS_SUBJECT:
        return key.first if key.kind is Kind.CLASS else None
    try:
        return class_subject(key.first).class_id
    except OutsidePlace:
        return None


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
    of_class = named_by(lambda value: _teaching_class(asked, value))
    fields = {**_user_fields(reached), **_role("teacher"), CLASS: of_class}
    return [
        part_of(
            *(asked, ROWS, {**fields, "dateLastModified": _changed("staff")}),
            count=lambda window: count_staff(schools, window),
            read=lambda window: staff_window(schools, window),
            tell=lambda row, changed: _teacher(row, changed, reached),
            subject=lambda row: f"staff:{row.id}",
            school=lambda row: row.home_school_id,
        )
    ]


def _teacher(row: StaffRow, changed: datetime | None, reached: frozenset[int]) -> Told:
    shown = row.home_school_id in reached
    return _user(row, changed or row.created_at, "teacher", shown=shown)


def _teaching_class(asked: Asked, wanted: str) -> Q:
    """Who teaches a subject of a class, or leads the class."""
    own, schools = read_id(wanted), asked.schools(STAFF)
    found: list[UUID] = []
    if own is not None and own.kind is Kind.CLASS_SUBJECT:
        rows = teachings_window(schools, all_rows(Q(class_subject_id=own.first)))
        found = [row.staff_public_id for row in rows]
    if own is not None and own.kind is Kind.CLASS:
        led = homerooms_window(schools, all_rows(Q(school_class_id=own.first)))
        found = [row.staff_public_id for row in led]
    return Q(public_id__in=found)


def demographics(asked: Asked) -> list[Part]:
    """Demographics of pupils; only with their own scope."""
    schools = asked.schools(DEMOGRAPHICS)
    return [
        part_of(
            *(asked, ROWS, _demographic_fields()),
            count=lambda window: count_pupils(schools, window),
            read=lambda window: pupils_window(schools, window),
            tell=_demographics,
            subject=lambda row: f"student:{row.id}",
            school=lambda row: row.home_school_id,
        )
    ]


def _demographic_fields() -> Fields:
    return {
        "sourcedId": person(ROWS, "public_id"),
        "status": constant(ROWS, ACTIVE),
        "dateLastModified": _changed("student"),
        "birthDate": text(ROWS, "born", only=WHOLE_DATE),
        "sex": choice(ROWS, {told: Q(sex=sex) for sex, told in SEXES.items()}),
        "cityOfBirth": text(ROWS, "birth_place"),
        SCHOOL: key(ROWS, "home_school_id", Kind.ORGANISATION),
    }


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
    return [_in_class(asked), _in_subject(asked), _teaches(asked), _leads(asked)]


def _over(today: date) -> Q:
    return Q(ends_on__lt=today, ends_on__isnull=False)


def _enrollment_fields(asked: Asked, role: str, class_key: Field, who: str) -> Fields:
    """What all kinds of enrollments have, in a table of their own."""
    return {
        "status": with_status(_over(asked.today)),
        "role": Field(constant(ROWS, role).test, lambda falling: None),
        "primary": constant(ROWS, "true" if role == "teacher" else "false"),
        "beginDate": day(ROWS, "starts_on"),
        "endDate": day(ROWS, "ends_on"),
        USER: person(ROWS, f"{who}__public_id"),
        CLASS: class_key,
        SCHOOL: key(ROWS, "school_id", Kind.ORGANISATION),
    }


def _in_class(asked: Asked) -> Part:
    schools = asked.schools(ENROLMENTS)
    of_class = key(ROWS, "school_class_id", Kind.CLASS)
    fields = {
        "sourcedId": key(ROWS, "pk", Kind.ENROLMENT),
        "dateLastModified": changed(ROWS, ["student"], "student_id"),
        **_enrollment_fields(asked, "student", of_class, "student"),
    }
    return part_of(
        *(asked, ROWS, fields, Q(year=asked.year)),
        count=lambda window: count_enrolments(schools, window),
        read=lambda window: enrolments_window(schools, window),
        tell=lambda row, changed: _class_enrollment(row, changed, asked),
        subject=lambda row: f"student:{row.student_id}",
        school=lambda row: row.school_id,
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
    schools = asked.schools(ENROLMENTS)
    return part_of(
        *(asked, STATEMENT, _lesson_fields(asked)),
        count=lambda window: count_lessons(schools, asked.year, window),
        read=lambda window: lessons_window(schools, asked.year, window),
        tell=lambda row, changed: _subject_enrollment(row, changed, asked),
        subject=lambda row: f"student:{row.student_id}",
        school=lambda row: row.school_id,
    )


def _lesson_fields(asked: Asked) -> Fields:
    ongoing = Clause("{ends_on} is null or {ends_on} >= {}", (asked.today,))
    return {
        "sourcedId": named_by(_lesson_of),
        "status": choice(STATEMENT, {ACTIVE: ongoing, ENDED: ~ongoing}),
        "dateLastModified": changed(STATEMENT, ["student"], "student"),
        "role": Field(constant(STATEMENT, "student").test, lambda falling: None),
        "primary": constant(STATEMENT, "false"),
        "beginDate": day(STATEMENT, "starts_on"),
        "endDate": day(STATEMENT, "ends_on"),
        USER: person(STATEMENT, "person"),
        CLASS: key(STATEMENT, "book", Kind.CLASS_SUBJECT),
        SCHOOL: key(STATEMENT, "school", Kind.ORGANISATION),
    }


def _lesson_of(value: str) -> Clause:
    own = read_id(value)
    if own is None or own.kind is not Kind.SUBJECT_ENROLMENT:
        return STATEMENT.none
    return Clause("{enrolment} = {} and {book} = {}", (own.first, own.second))


def _subject_enrollment(row: LessonRow, changed: datetime | None, asked: Asked) -> Told:
    own = make_id(Kind.SUBJECT_ENROLMENT, row.enrolment_id, row.class_subject_id)
    room = make_id(Kind.CLASS_SUBJECT, row.class_subject_id)
    return _enrollment(own, changed, asked, row, (row.student_public_id, room, "student"))


def _teaches(asked: Asked) -> Part:
    schools = asked.schools(STAFF)
    of_class = key(ROWS, "class_subject_id", Kind.CLASS_SUBJECT)
    fields = {
        "sourcedId": key(ROWS, "pk", Kind.TEACHING),
        "dateLastModified": changed(ROWS, ["teaching"]),
        **_enrollment_fields(asked, "teacher", of_class, "staff"),
    }
    return part_of(
        *(asked, ROWS, fields, Q(class_subject__school_class__year=asked.year)),
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
    )


def _leads(asked: Asked) -> Part:
    schools = asked.schools(STAFF)
    fields = {
        "sourcedId": key(ROWS, "pk", Kind.HOMEROOM),
        "dateLastModified": changed(ROWS, ["homeroom"]),
        **_enrollment_fields(asked, "teacher", key(ROWS, "school_class_id", Kind.CLASS), "staff"),
    }
    return part_of(
        *(asked, ROWS, fields, Q(school_class__year=asked.year)),
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
    )
