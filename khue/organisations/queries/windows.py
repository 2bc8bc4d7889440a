"""Schools, sites, classes and their subjects in great numbers, for those that read page by page.

Not gated: the caller has passed the gate for exactly these schools.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from khue.organisations.models import ClassSubject, Organisation, SchoolClass, Site
from khue.organisations.queries.cards import (
    ClassCard,
    ClassSubjectCard,
    OrganisationCard,
    SchoolCard,
    SiteCard,
)
from khue.organisations.queries.classes import class_card, class_subject_card
from khue.organisations.queries.tree import below, organisation_card, school_summaries, site_card
from kit.windows import Window, cut


def schools_at_or_below(paths: Sequence[str]) -> list[int]:
    """The ids of all schools at or below some paths (one query)."""
    rows = Organisation.objects.filter(below(paths), kind=Organisation.Kind.SCHOOL)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def schools_window(schools: Collection[int], window: Window) -> list[SchoolCard]:
    """Schools in the order of their ids (two queries)."""
    ids = list(cut(_nodes(schools), window).values_list("pk", flat=True))
    found = school_summaries(ids)
    return [found[one] for one in ids if one in found]


def _nodes(schools: Collection[int]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, pk__in=schools)


def organisations_window(
    paths: Sequence[str], above: Collection[int], window: Window
) -> list[OrganisationCard]:
    """Organisations at or below some paths, and those above them that are named."""
    return [organisation_card(row) for row in cut(_tree(paths, above), window)]


def count_organisations(paths: Sequence[str], above: Collection[int], window: Window) -> int:
    return _tree(paths, above).filter(window.where).count()


def _tree(paths: Sequence[str], above: Collection[int]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(below(paths) | Q(pk__in=above))


def sites_window(schools: Collection[int], window: Window) -> list[SiteCard]:
    rows = Site.objects.filter(school_id__in=schools)
    return [site_card(row) for row in cut(rows, window)]


def classes_window(schools: Collection[int], window: Window) -> list[ClassCard]:
    return [class_card(row) for row in cut(_classes(schools), window)]


def count_classes(schools: Collection[int], window: Window) -> int:
    return SchoolClass.objects.filter(window.where, school_id__in=schools).count()


def _classes(schools: Collection[int]) -> QuerySet[SchoolClass]:
    together = ("school__organisation", "site", "bundle")
    return SchoolClass.objects.filter(school_id__in=schools).select_related(*together)


def class_subjects_window(schools: Collection[int], window: Window) -> list[ClassSubjectCard]:
    together = ("subject", "school_class", "school__organisation")
    rows = ClassSubject.objects.filter(school_id__in=schools).select_related(*together)
    return [class_subject_card(row) for row in cut(rows, window)]


def count_class_subjects(schools: Collection[int], window: Window) -> int:
    return ClassSubject.objects.filter(window.where, school_id__in=schools).count()
