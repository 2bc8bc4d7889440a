"""Lớp học and its subjects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from khue.access.api import OutsidePlace, class_place, class_subject_place
from khue.organisations.models import ClassSubject, SchoolClass
from khue.organisations.queries.cards import ClassCard, ClassSubjectCard
from khue.organisations.queries.tree import below
from kit.statements import kept_rows, keys_array

# Behind most pages; the plans are kept. In the order of ClassCard and of ClassSubjectCard.
CLASSES = """
select class.id, class.school_id, node.name, node.path, school.province_id, class.year, class.code,
  class.name, class.name_key, class.level, class.grades, class.site_id, coalesce(site.name, ''),
  class.bundle_id, coalesce(bundle.name, ''), class.merged_kind, class.age_group,
  class.specialised_subject, class.session, class.lunch_boarding, class.boarding, class.closed_on,
  class.position
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
join organisations_organisation node on node.id = class.school_id
left join organisations_site site on site.id = class.site_id
left join organisations_bundle bundle on bundle.id = class.bundle_id
where {which}
order by class.position, class.level, class.grades, class.name_key
"""
BY_IDS = CLASSES.format(which="class.id = any(%(ids)s::bigint[])")
OF_SCHOOLS = CLASSES.format(
    which="class.school_id = any(%(schools)s::bigint[]) and class.year = %(year)s"
)
SUBJECTS = """
select subject.id, class.id, class.name, subject.school_id, node.path, school.province_id,
  class.year, subject.subject_id, what.name, what.short_name, subject.form, subject.status,
  subject.periods_term1, subject.periods_term2, subject.regular_marks, subject.has_cluster,
  subject.specialised, subject.position
from organisations_classsubject subject
join organisations_subject what on what.id = subject.subject_id
join organisations_schoolclass class on class.id = subject.school_class_id
join organisations_school school on school.organisation_id = subject.school_id
join organisations_organisation node on node.id = subject.school_id
where {which}
order by class.name_key, class.id, subject.position, what.position
"""
SUBJECTS_BY_IDS = SUBJECTS.format(which="subject.id = any(%(ids)s::bigint[])")
SUBJECTS_OF_CLASS = SUBJECTS.format(which="subject.school_class_id = %(class)s")


def class_summary(class_id: int) -> ClassCard:
    found = class_summaries([class_id])
    if class_id not in found:
        raise OutsidePlace
    return found[class_id]


def class_summaries(ids: Sequence[int]) -> dict[int, ClassCard]:
    rows = kept_rows(BY_IDS, {"ids": keys_array(ids)}) if ids else []
    return {row[0]: _kept_class(row) for row in rows}


def classes_of(
    school_id: int, year: int, *, grade: str = "", open_on: date | None = None
) -> list[ClassCard]:
    """The classes of a school in a year, in the order of the school."""
    cards = classes_of_schools([school_id], year)
    if grade:
        cards = [card for card in cards if grade in card.grades]
    if open_on:
        cards = [card for card in cards if card.closed_on is None or card.closed_on >= open_on]
    return cards


def classes_of_schools(school_ids: Sequence[int], year: int) -> list[ClassCard]:
    """The classes of some schools in a year."""
    values = {"schools": keys_array(school_ids), "year": year}
    return [_kept_class(row) for row in kept_rows(OF_SCHOOLS, values)]


def _kept_class(row: tuple[Any, ...]) -> ClassCard:
    facts = list(row)
    facts[10] = tuple(facts[10])
    return ClassCard(*[*facts, class_place(row[3], row[0])])


def classes_at(paths: Sequence[str], year: int) -> list[ClassCard]:
    """The classes of all schools at or below some paths in a year."""
    rows = class_rows().filter(below(paths, "school__organisation__path"), year=year)
    return [class_card(row) for row in rows]


def class_subject(class_subject_id: int) -> ClassSubjectCard:
    found = class_subjects_by_ids([class_subject_id])
    if class_subject_id not in found:
        raise OutsidePlace
    return found[class_subject_id]


def class_subjects(class_id: int) -> list[ClassSubjectCard]:
    return [_kept_subject(row) for row in kept_rows(SUBJECTS_OF_CLASS, {"class": class_id})]


def class_subjects_by_ids(ids: Sequence[int]) -> dict[int, ClassSubjectCard]:
    rows = kept_rows(SUBJECTS_BY_IDS, {"ids": keys_array(ids)}) if ids else []
    return {row[0]: _kept_subject(row) for row in rows}


def _kept_subject(row: tuple[Any, ...]) -> ClassSubjectCard:
    return ClassSubjectCard(*[*row, class_subject_place(row[4], row[1], row[0])])


def class_subjects_of_school(school_id: int, year: int) -> list[ClassSubjectCard]:
    rows = subject_rows().filter(school_id=school_id, school_class__year=year)
    return [class_subject_card(row) for row in rows]


def class_rows() -> QuerySet[SchoolClass]:
    return SchoolClass.objects.select_related("school__organisation", "site", "bundle").order_by(
        "position", "level", "grades", "name_key"
    )


def subject_rows() -> QuerySet[ClassSubject]:
    return ClassSubject.objects.select_related(
        "subject", "school_class", "school__organisation"
    ).order_by("school_class__name_key", "school_class_id", "position", "subject__position")


def class_card(row: SchoolClass) -> ClassCard:
    path = row.school.organisation.path
    return ClassCard(
        id=row.pk,
        school_id=row.school_id,
        school_name=row.school.organisation.name,
        school_path=path,
        province_id=row.school.province_id,
        year=row.year,
        code=row.code,
        name=row.name,
        name_key=row.name_key,
        level=row.level,
        grades=tuple(row.grades),
        site_id=row.site_id,
        site_name=row.site.name if row.site else "",
        bundle_id=row.bundle_id,
        bundle_name=row.bundle.name if row.bundle else "",
        merged_kind=row.merged_kind,
        age_group=row.age_group,
        specialised_subject=row.specialised_subject,
        session=row.session,
        lunch_boarding=row.lunch_boarding,
        boarding=row.boarding,
        closed_on=row.closed_on,
        position=row.position,
        place=class_place(path, row.pk),
    )


def class_subject_card(row: ClassSubject) -> ClassSubjectCard:
    path = row.school.organisation.path
    return ClassSubjectCard(
        id=row.pk,
        class_id=row.school_class_id,
        class_name=row.school_class.name,
        school_id=row.school_id,
        school_path=path,
        province_id=row.school.province_id,
        year=row.school_class.year,
        subject_id=row.subject_id,
        subject_name=row.subject.name,
        short_name=row.subject.short_name,
        form=row.form,
        status=row.status,
        periods_term1=row.periods_term1,
        periods_term2=row.periods_term2,
        regular_marks=row.regular_marks,
        has_cluster=row.has_cluster,
        specialised=row.specialised,
        position=row.position,
        place=class_subject_place(path, row.school_class_id, row.pk),
    )
