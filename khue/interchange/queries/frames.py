"""Trường, điểm trường, năm học, lớp, môn as the API tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor
from khue.interchange.queries.pages import (
    Page,
    changed_rows,
    page_of,
    page_of_school_rows,
    window_of,
)
from khue.interchange.queries.places import schools_for
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import SCHOOLS, STAFF
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    SchoolCard,
    SiteCard,
    SubjectCard,
    YearCard,
    class_subjects_window,
    classes_window,
    school_summaries,
    school_years,
    schools_window,
    sites_window,
    subjects,
)
from khue.timetable.api import TeachingRow, teachings_window


def schools_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
) -> Page:
    """Trường within reach."""
    window = window_of(limit, after, where=changed_rows(since, "school"))
    return page_of(
        schools_window(schools_for(actor, SCHOOLS, school), window),
        window,
        tell_school,
        school=lambda row: row.id,
        keys=lambda row: (row.id,),
    )


def tell_school(row: SchoolCard) -> dict[str, Any]:
    return {
        "id": make_id(Kind.ORGANISATION, row.id),
        "code": row.code,
        "name": row.name,
        "parent_id": make_id(Kind.ORGANISATION, row.parent_id),
        "parent_name": row.parent_name,
        "province_code": row.province_code,
        "commune_code": row.details["commune_code"],
        "levels": list(row.levels),
        "school_type": row.school_type,
        "ownership": row.ownership,
        "boarding": row.boarding,
        "two_sessions": row.two_sessions,
        "address": row.details["address"],
        "website": row.details["website"],
    }


def sites_page(actor: Actor, *, limit: int, after: str | None, school: UUID | None) -> Page:
    """Điểm trường."""
    window = window_of(limit, after)
    return page_of_school_rows(
        sites_window(schools_for(actor, SCHOOLS, school), window), window, _site
    )


def _site(row: SiteCard) -> dict[str, Any]:
    return {
        "id": make_id(Kind.SITE, row.id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "code": row.code,
        "name": row.name,
        "is_main": row.is_main,
        "address": row.address,
    }


def years_of(actor: Actor) -> list[dict[str, Any]]:
    """Năm học of the provinces within reach, the newest first."""
    return [tell_year(one) for one in year_cards(actor, SCHOOLS)]


def year_cards(actor: Actor, scope: str, within: Sequence[int] | None = None) -> list[YearCard]:
    """The school years of the provinces of all schools within reach, or of these."""
    schools = schools_for(actor, scope) if within is None else within
    provinces = {card.province_id for card in school_summaries(schools).values()}
    return [one for province in sorted(provinces) for one in school_years(province)]


def tell_year(card: YearCard) -> dict[str, Any]:
    terms = [
        {
            "id": make_id(Kind.TERM, term.id),
            "number": term.number,
            "starts_on": term.starts_on,
            "ends_on": term.ends_on,
        }
        for term in card.terms
    ]
    return {
        "id": make_id(Kind.YEAR, card.id),
        "start_year": card.start_year,
        "label": card.label,
        "starts_on": card.starts_on,
        "ends_on": card.ends_on,
        "terms": terms,
    }


def classes_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
    year: int | None,
) -> Page:
    """Lớp học, nhóm trẻ."""
    where = changed_rows(since, "class") & (Q() if year is None else Q(year=year))
    window = window_of(limit, after, where=where)
    rows = classes_window(schools_for(actor, SCHOOLS, school), window)
    return page_of_school_rows(rows, window, tell_class)


def tell_class(row: ClassCard) -> dict[str, Any]:
    return {
        "id": make_id(Kind.CLASS, row.id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "site_id": make_id(Kind.SITE, row.site_id) if row.site_id else None,
        "year": row.year,
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "grades": list(row.grades),
        "closed_on": row.closed_on,
    }


def class_subjects_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
    year: int | None,
) -> Page:
    """Môn học của các lớp."""
    of_year = Q() if year is None else Q(school_class__year=year)
    where = changed_rows(since, "class_subject") & of_year
    window = window_of(limit, after, where=where)
    rows = class_subjects_window(schools_for(actor, SCHOOLS, school), window)
    return page_of_school_rows(rows, window, tell_class_subject)


def tell_class_subject(row: ClassSubjectCard) -> dict[str, Any]:
    return {
        "id": make_id(Kind.CLASS_SUBJECT, row.id),
        "class_id": make_id(Kind.CLASS, row.class_id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "year": row.year,
        "subject_id": make_id(Kind.SUBJECT, row.subject_id),
        "subject_name": row.subject_name,
        "form": row.form,
        "periods_term1": row.periods_term1,
        "periods_term2": row.periods_term2,
    }


def every_subject() -> list[dict[str, Any]]:
    """Môn học, hoạt động giáo dục; the same for everybody."""
    return [_subject(card) for card in subjects()]


def _subject(card: SubjectCard) -> dict[str, Any]:
    name = {"name": card.name, "short_name": card.short_name}
    return {"id": make_id(Kind.SUBJECT, card.id), **name}


def teachings_page(actor: Actor, *, limit: int, after: str | None, school: UUID | None) -> Page:
    """Phân công giảng dạy."""
    window = window_of(limit, after)
    rows = teachings_window(schools_for(actor, STAFF, school), window)
    return page_of_school_rows(rows, window, tell_teaching)


def tell_teaching(row: TeachingRow) -> dict[str, Any]:
    return {
        "id": make_id(Kind.TEACHING, row.id),
        "staff_id": row.staff_public_id,
        "class_subject_id": make_id(Kind.CLASS_SUBJECT, row.class_subject_id),
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
