"""OneRoster: orgs, sessions, courses and classes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from khue.access.api import reach
from khue.interchange.queries.frames import year_cards
from khue.interchange.queries.oneroster_parts import Asked, Part, Told, fixed
from khue.interchange.queries.oneroster_people import NONE, with_status
from khue.interchange.queries.pages import changed_rows
from khue.interchange.rules.ids import Kind, make_id, number_of
from khue.interchange.rules.oneroster import GRADES, ROSTERING, ended, record, reference
from khue.interchange.rules.scopes import SCHOOLS, SCOPES
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

ORG_TYPES = {"ministry": "national", "department": "state", "commune": "local", "school": "school"}
HOMEROOM = make_id(Kind.GRADE, 0)
"""The course of every homeroom class: what happens there belongs to no subject."""


def of_kind(asked: Asked, kind: Kind) -> Q:
    """The condition that the sourcedId of a record with a number makes."""
    wanted = asked.equals.get("sourcedId")
    if wanted is None:
        return Q()
    number = number_of(wanted, kind)
    return NONE if number is None else Q(pk=number)


def orgs(asked: Asked) -> list[Part]:
    """Orgs: what stands at or below the places of the program, and what stands above them."""
    return [_orgs(asked, Q())]


def schools(asked: Asked) -> list[Part]:
    return [_orgs(asked, Q(kind="school"))]


def _orgs(asked: Asked, kind: Q) -> Part:
    paths = reach(asked.actor, SCOPES[SCHOOLS].permission).paths
    above = {int(one) for path in paths for one in path.strip("/").split("/")[1:]}
    where = kind & of_kind(asked, Kind.ORGANISATION) & with_status(asked)
    if "type" in asked.equals:
        wanted = [one for one, told in ORG_TYPES.items() if told == asked.equals["type"]]
        where &= Q(kind__in=wanted)
    return Part(
        count=lambda window: count_organisations(paths, above, window),
        read=lambda window: organisations_window(paths, above, window),
        tell=_org,
        subject=lambda row: f"{'school' if row.kind == 'school' else 'organisation'}:{row.id}",
        school=lambda row: row.id if row.kind == "school" else None,
        where=where & changed_rows(asked.since, "school"),
    )


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
    found = [one for card in year_cards(asked.actor, SCHOOLS) for one in _sessions(card)]
    wanted = asked.equals.get("type")
    return [fixed(chosen(asked, [one for one in found if wanted in (None, one["type"])]), dict)]


def terms(asked: Asked) -> list[Part]:
    """Academic sessions that are terms."""
    found = [one for card in year_cards(asked.actor, SCHOOLS) for one in _sessions(card)]
    return [fixed(chosen(asked, [one for one in found if one["type"] == "semester"]), dict)]


def chosen(asked: Asked, records: list[Told]) -> list[Told]:
    """The records of a short list that the conditions leave; no ledger tells their changes."""
    wanted, status = asked.equals.get("sourcedId"), asked.equals.get("status", "active")
    return [
        one
        for one in records
        if wanted in (None, one["sourcedId"]) and one["status"] == status and asked.since is None
    ]


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
    found = [homeroom, *(_course(card) for card in subjects())]
    return [fixed(chosen(asked, found), dict)]


def _course(card: SubjectCard) -> Told:
    told = {"title": card.name, "courseCode": card.short_name, "subjects": [card.name]}
    return record(make_id(Kind.SUBJECT, card.id), None, told)


def classes(asked: Asked) -> list[Part]:
    """Classes: homeroom classes, and every subject of a class as a class of its own."""
    kind = asked.equals.get("classType")
    terms_of = {
        card.province_id: [session_ref(Kind.TERM, term.id) for term in card.terms]
        for card in year_cards(asked.actor, SCHOOLS)
        if card.start_year == asked.year
    }
    found = []
    if kind in (None, "homeroom"):
        found.append(_homerooms(asked, terms_of))
    if kind in (None, "scheduled"):
        found.append(_scheduled(asked, terms_of))
    return found


def _homerooms(asked: Asked, terms_of: dict[int, list[dict[str, str]]]) -> Part:
    within = asked.schools(SCHOOLS)
    where = of_kind(asked, Kind.CLASS) & Q(year=asked.year)
    where &= with_status(asked, Q(closed_on__lt=asked.today))
    return Part(
        count=lambda window: count_classes(within, window),
        read=lambda window: classes_window(within, window),
        tell=lambda row, changed: _homeroom(row, changed, asked, terms_of),
        subject=lambda row: f"class:{row.id}",
        school=lambda row: row.school_id,
        where=where & changed_rows(asked.since, "class"),
    )


def _homeroom(
    row: ClassCard,
    changed: datetime | None,
    asked: Asked,
    terms_of: dict[int, list[dict[str, str]]],
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


def _scheduled(asked: Asked, terms_of: dict[int, list[dict[str, str]]]) -> Part:
    within = asked.schools(SCHOOLS)
    where = of_kind(asked, Kind.CLASS_SUBJECT) & Q(school_class__year=asked.year)
    where &= with_status(asked, Q(school_class__closed_on__lt=asked.today))
    return Part(
        count=lambda window: count_class_subjects(within, window),
        read=lambda window: class_subjects_window(within, window),
        tell=lambda row, changed: _lesson(row, changed, terms_of),
        subject=lambda row: f"class_subject:{row.id}",
        school=lambda row: row.school_id,
        where=where & changed_rows(asked.since, "class_subject"),
    )


def _lesson(
    row: ClassSubjectCard, changed: datetime | None, terms_of: dict[int, list[dict[str, str]]]
) -> Told:
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
