"""Lớp học and its subjects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from khue.access.api import OutsidePlace, class_place, class_subject_place
from khue.organisations.models import ClassSubject, SchoolClass
from khue.organisations.queries.cards import ClassCard, ClassSubjectCard
from khue.organisations.queries.tree import below


def class_summary(class_id: int) -> ClassCard:
    row = class_rows().filter(pk=class_id).first()
    if row is None:
        raise OutsidePlace
    return class_card(row)


def class_summaries(ids: Sequence[int]) -> dict[int, ClassCard]:
    return {row.pk: class_card(row) for row in class_rows().filter(pk__in=ids)}


def classes_of(
    school_id: int, year: int, *, grade: str = "", open_on: date | None = None
) -> list[ClassCard]:
    """The classes of a school in a year, in the order of the school."""
    rows = class_rows().filter(school_id=school_id, year=year)
    if grade:
        rows = rows.filter(grades__contains=[grade])
    if open_on:
        rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=open_on))
    return [class_card(row) for row in rows]


def classes_at(paths: Sequence[str], year: int) -> list[ClassCard]:
    """The classes of all schools at or below some paths in a year."""
    rows = class_rows().filter(below(paths, "school__organisation__path"), year=year)
    return [class_card(row) for row in rows]


def class_subject(class_subject_id: int) -> ClassSubjectCard:
    row = subject_rows().filter(pk=class_subject_id).first()
    if row is None:
        raise OutsidePlace
    return class_subject_card(row)


def class_subjects(class_id: int) -> list[ClassSubjectCard]:
    return [class_subject_card(row) for row in subject_rows().filter(school_class_id=class_id)]


def class_subjects_by_ids(ids: Sequence[int]) -> dict[int, ClassSubjectCard]:
    return {row.pk: class_subject_card(row) for row in subject_rows().filter(pk__in=ids)}


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
