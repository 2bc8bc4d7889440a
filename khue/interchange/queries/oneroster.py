"""OneRoster: orgs, sessions, courses and classes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from khue.access.api import reach
from khue.interchange.queries.conditions import (
    ROWS,
    Field,
    Fields,
    as_uuid,
    changed,
    choice,
    constant,
    key,
    named_by,
    text,
)
from khue.interchange.queries.frames import year_cards
from khue.interchange.queries.oneroster_parts import SCHOOL, Asked, Part, Told, fixed, part_of
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.oneroster import (
    ACTIVE,
    ENDED,
    GRADES,
    ROSTERING,
    ended,
    record,
    reference,
)
from khue.interchange.rules.scopes import ENROLMENTS, SCHOOLS, SCOPES, STAFF
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    OrganisationCard,
    SubjectCard,
    YearCard,
    class_subjects_window,
    classes_window,
    count_class_subjects,
    count_classes,
    count_organisations,
    organisations_window,
    subjects,
)
from khue.records.api import enrolments_window
from khue.timetable.api import homerooms_window, teachings_window
from kit.windows import Window

ORG_TYPES = {"ministry": "national", "department": "state", "commune": "local", "school": "school"}
HOMEROOM = make_id(Kind.GRADE, 0)
"""The course of every homeroom class: what happens there belongs to no subject."""
USER, TERM, COURSE = "user.sourcedId", "terms.sourcedId", "course.sourcedId"
ALL_AT_ONCE = 5000


def all_rows(where: Q) -> Window:
    """As many rows as one class, one book or one person can have."""
    return Window(limit=ALL_AT_ONCE, where=where)


def orgs(asked: Asked) -> list[Part]:
    """Orgs: what stands at or below the places of the program, and what stands above them."""
    return [_orgs(asked, Q())]


def schools(asked: Asked) -> list[Part]:
    return [_orgs(asked, Q(kind="school"))]


def _orgs(asked: Asked, kind: Q) -> Part:
    paths = reach(asked.actor, SCOPES[SCHOOLS].permission).paths
    above = {int(one) for path in paths for one in path.strip("/").split("/")[1:]}
    return part_of(
        *(asked, ROWS, _org_fields(), kind),
        count=lambda window: count_organisations(paths, above, window),
        read=lambda window: organisations_window(paths, above, window),
        tell=_org,
        subject=lambda row: f"{'school' if row.kind == 'school' else 'organisation'}:{row.id}",
        school=lambda row: row.id if row.kind == "school" else None,
    )


def _org_fields() -> Fields:
    below = Q(kind__in=["school", "commune"])
    parent = key(ROWS, "parent_id", Kind.ORGANISATION)
    types = {told: Q(kind=kind) for kind, told in ORG_TYPES.items()}
    return {
        "sourcedId": key(ROWS, "pk", Kind.ORGANISATION),
        "status": constant(ROWS, ACTIVE),
        "dateLastModified": changed(ROWS, ["school", "organisation"]),
        "name": text(ROWS, "name"),
        "type": choice(ROWS, types),
        "identifier": text(ROWS, "code"),
        "parent.sourcedId": Field(lambda sign, value: below & parent.test(sign, value)),
    }


def _org(row: OrganisationCard, changed: datetime | None) -> Told:
    parent = row.parent_id if row.kind in {"school", "commune"} else None
    above = make_id(Kind.ORGANISATION, parent) if parent else None
    return record(
        make_id(Kind.ORGANISATION, row.id),
        changed,
        {
            "name": row.name,
            "type": ORG_TYPES[row.kind],
            "identifier": row.code,
            "parent": reference("org", above, base=ROSTERING) if above else None,
        },
    )


def sessions(asked: Asked) -> list[Part]:
    """Academic sessions: school years and their terms."""
    return [fixed(asked, [one for card in _years(asked) for one in _sessions(card)])]


def terms(asked: Asked) -> list[Part]:
    """Academic sessions that are terms; of one school, those of its province."""
    found = [one for card in _years(asked) for one in _sessions(card)]
    halves = [one for one in found if one["type"] == "semester"]
    return [fixed(asked, halves, settled=frozenset({SCHOOL}))]


def _years(asked: Asked) -> list[YearCard]:
    return year_cards(asked.actor, SCHOOLS, asked.schools(SCHOOLS))


def grading_periods(asked: Asked) -> list[Part]:
    """Grading periods: none; a school year is cut into terms and no further."""
    return [fixed(asked, [])]


def session_ref(kind: Kind, number: int) -> dict[str, str]:
    own = make_id(kind, number)
    return {
        "href": f"{ROSTERING}/academicSessions/{own}",
        "sourcedId": str(own),
        "type": "academicSession",
    }


def _sessions(card: YearCard) -> list[Told]:
    year = {
        "title": f"Năm học {card.label}",
        "type": "schoolYear",
        "startDate": card.starts_on.isoformat(),
        "endDate": card.ends_on.isoformat(),
        "schoolYear": str(card.start_year + 1),
        "children": [session_ref(Kind.TERM, term.id) for term in card.terms],
    }
    halves = [
        {
            "title": f"{term.name}, năm học {card.label}",
            "type": "semester",
            "startDate": term.starts_on.isoformat(),
            "endDate": term.ends_on.isoformat(),
            "schoolYear": str(card.start_year + 1),
            "parent": session_ref(Kind.YEAR, card.id),
        }
        for term in card.terms
    ]
    own = [record(make_id(Kind.YEAR, card.id), None, year)]
    pairs = zip(card.terms, halves, strict=True)
    return own + [record(make_id(Kind.TERM, term.id), None, half) for term, half in pairs]


def courses(asked: Asked) -> list[Part]:
    """Courses: the subjects of the programme, and one for homeroom classes."""
    homeroom = record(HOMEROOM, None, {"title": "Sinh hoạt lớp", "courseCode": "CN"})
    taught = _taught(asked) if SCHOOL in asked.pinned else None
    cards = [card for card in subjects() if taught is None or card.id in taught]
    found = [homeroom, *(_course(card) for card in cards)]
    return [fixed(asked, found, settled=frozenset({SCHOOL}))]


def _taught(asked: Asked) -> set[int]:
    """The subjects that a school teaches this year."""
    rows = class_subjects_window(asked.schools(SCHOOLS), all_rows(Q(school_class__year=asked.year)))
    return {row.subject_id for row in rows}


def _course(card: SubjectCard) -> Told:
    told = {"title": card.name, "courseCode": card.short_name, "subjects": [card.name]}
    return record(make_id(Kind.SUBJECT, card.id), None, told)


def classes(asked: Asked) -> list[Part]:
    """Classes: homeroom classes, and every subject of a class as a class of its own."""
    terms_of = {
        card.province_id: [session_ref(Kind.TERM, term.id) for term in card.terms]
        for card in year_cards(asked.actor, SCHOOLS)
        if card.start_year == asked.year
    }
    return [_homerooms(asked, terms_of), _scheduled(asked, terms_of)]


TermsOf = dict[int, list[dict[str, str]]]


def _of_terms(terms_of: TermsOf, column: str) -> Field:
    """The classes of a term: those of the province whose year it cuts."""
    told = {one["sourcedId"]: province for province, refs in terms_of.items() for one in refs}
    return choice(ROWS, {term: Q(**{column: province}) for term, province in told.items()})


def _homerooms(asked: Asked, terms_of: TermsOf) -> Part:
    within = asked.schools(SCHOOLS)
    return part_of(
        *(asked, ROWS, _homeroom_fields(asked, terms_of), Q(year=asked.year)),
        count=lambda window: count_classes(within, window),
        read=lambda window: classes_window(within, window),
        tell=lambda row, changed: _homeroom(row, changed, asked, terms_of),
        subject=lambda row: f"class:{row.id}",
        school=lambda row: row.school_id,
    )


def with_status(over: Q) -> Field:
    """active, or tobedeleted for what has ended."""
    return choice(ROWS, {ACTIVE: ~over, ENDED: over})


def _homeroom_fields(asked: Asked, terms_of: TermsOf) -> Fields:
    over = Q(closed_on__lt=asked.today, closed_on__isnull=False)
    grades = {told: Q(grades__contains=[one]) for one, told in GRADES.items()}
    return {
        "sourcedId": key(ROWS, "pk", Kind.CLASS),
        "status": with_status(over),
        "dateLastModified": changed(ROWS, ["class"]),
        "title": text(ROWS, "name"),
        "classCode": text(ROWS, "code"),
        "classType": constant(ROWS, "homeroom"),
        "grades": choice(ROWS, grades),
        SCHOOL: key(ROWS, "school_id", Kind.ORGANISATION),
        COURSE: constant(ROWS, str(HOMEROOM)),
        TERM: _of_terms(terms_of, "school__province_id"),
        USER: named_by(lambda value: Q(pk__in=_classes_of(asked, value))),
    }


def _classes_of(asked: Asked, user: str) -> set[int]:
    """The homeroom classes in which a person learns or which she leads."""
    who = as_uuid(user)
    learns = Q(student__public_id=who, year=asked.year, ends_on__isnull=True)
    leads = Q(staff__public_id=who, school_class__year=asked.year, ends_on__isnull=True)
    enrolled = enrolments_window(asked.schools(ENROLMENTS), all_rows(learns))
    led = homerooms_window(asked.schools(STAFF), all_rows(leads))
    return {row.class_id for row in enrolled} | {row.class_id for row in led}


def _homeroom(
    row: ClassCard,
    changed: datetime | None,
    asked: Asked,
    terms_of: TermsOf,
) -> Told:
    return record(
        make_id(Kind.CLASS, row.id),
        changed,
        {
            "status": ended(row.closed_on, asked.today),
            "title": row.name,
            "classCode": row.code,
            "classType": "homeroom",
            "grades": [GRADES[one] for one in row.grades if one in GRADES],
            "course": reference("course", HOMEROOM, base=ROSTERING),
            "school": _school(row.school_id),
            "terms": terms_of.get(row.province_id, []),
        },
    )


def _school(school_id: int) -> dict[str, str]:
    return reference("org", make_id(Kind.ORGANISATION, school_id), base=ROSTERING)


def _scheduled(asked: Asked, terms_of: TermsOf) -> Part:
    within = asked.schools(SCHOOLS)
    return part_of(
        *(asked, ROWS, _lesson_fields(asked, terms_of), Q(school_class__year=asked.year)),
        count=lambda window: count_class_subjects(within, window),
        read=lambda window: class_subjects_window(within, window),
        tell=lambda row, changed: _lesson(row, changed, terms_of),
        subject=lambda row: f"class_subject:{row.id}",
        school=lambda row: row.school_id,
    )


def _lesson_fields(asked: Asked, terms_of: TermsOf) -> Fields:
    over = Q(school_class__closed_on__lt=asked.today, school_class__closed_on__isnull=False)
    named = (F("school_class__name"), F("subject__name"), F("subject__short_name"))
    return {
        "sourcedId": key(ROWS, "pk", Kind.CLASS_SUBJECT),
        "status": with_status(over),
        "dateLastModified": changed(ROWS, ["class_subject"]),
        "title": text(ROWS, Concat(named[1], Value(" "), named[0])),
        "classCode": text(ROWS, Concat(named[0], Value("-"), named[2])),
        "classType": constant(ROWS, "scheduled"),
        "subjects": text(ROWS, "subject__name"),
        SCHOOL: key(ROWS, "school_id", Kind.ORGANISATION),
        COURSE: key(ROWS, "subject_id", Kind.SUBJECT),
        TERM: _of_terms(terms_of, "school__province_id"),
        USER: named_by(lambda value: _lessons_of(asked, value)),
    }


def _lessons_of(asked: Asked, user: str) -> Q:
    """The subjects of the class in which a person learns, and those that she teaches."""
    who = as_uuid(user)
    learns = Q(student__public_id=who, year=asked.year, ends_on__isnull=True)
    rows = enrolments_window(asked.schools(ENROLMENTS), all_rows(learns))
    teaches = Q(staff__public_id=who, class_subject__school_class__year=asked.year)
    taught = teachings_window(asked.schools(STAFF), all_rows(teaches & Q(ends_on__isnull=True)))
    books = {row.class_subject_id for row in taught}
    return Q(school_class_id__in={row.class_id for row in rows}) | Q(pk__in=books)


def _lesson(row: ClassSubjectCard, changed: datetime | None, terms_of: TermsOf) -> Told:
    course = reference("course", make_id(Kind.SUBJECT, row.subject_id), base=ROSTERING)
    return record(
        make_id(Kind.CLASS_SUBJECT, row.id),
        changed,
        {
            "title": f"{row.subject_name} {row.class_name}",
            "classCode": f"{row.class_name}-{row.short_name}",
            "classType": "scheduled",
            "subjects": [row.subject_name],
            "course": course,
            "school": _school(row.school_id),
            "terms": terms_of.get(row.province_id, []),
            "metadata": {"khue.homeroom": str(make_id(Kind.CLASS, row.class_id))},
        },
    )
