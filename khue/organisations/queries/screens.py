"""The tree of organisations as officers look at it: counts, search, sorting, pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from khue.access.api import Actor, reach
from khue.organisations.models import Organisation, School, SchoolClass, Site
from khue.organisations.queries.cards import OrganisationCard
from khue.organisations.queries.tree import below, organisation_card
from kit.vietnamese import search_key

T = TypeVar("T", bound=Any)
SCHOOL_SORTS = {
    "name": "organisation__name_key",
    "code": "organisation__code",
    "classes": "classes",
    "parent": "organisation__parent__name_key",
}
BRANCH_SORTS = {"name": "name_key", "code": "code", "schools": "schools"}


@dataclass(frozen=True)
class BranchLine:
    """A department or a commune with the number of schools below it."""

    id: int
    code: str
    name: str
    schools: int


@dataclass(frozen=True)
class SchoolLine:
    """A school in a list, with its classes of a year."""

    id: int
    code: str
    name: str
    parent_name: str
    managed_by: str
    levels: tuple[str, ...]
    school_type: str
    classes: int
    sites: int


@dataclass(frozen=True)
class SchoolFilter:
    """How a list of schools is narrowed and sorted."""

    text: str = ""
    level: str = ""
    managed_by: str = ""
    sort: str = "name"


def top_of(actor: Actor, permission: str) -> OrganisationCard | None:
    """The highest organisation at which a person holds a permission."""
    paths = reach(actor, permission).paths
    row = Organisation.objects.filter(path__in=paths).order_by("path").first()
    return organisation_card(row) if row else None


def ancestors_of(path: str, actor: Actor, permission: str) -> list[OrganisationCard]:
    """The line from the highest place of a person down to an organisation."""
    ids = [int(part) for part in path.split("/") if part.isdigit()]
    rows = Organisation.objects.filter(below(reach(actor, permission).paths), pk__in=ids)
    return [organisation_card(row) for row in rows.order_by("path")]


def branches(parent_id: int, *, text: str, sort: str) -> list[BranchLine]:
    """The departments or communes right below an organisation."""
    rows = (
        Organisation.objects.filter(parent_id=parent_id)
        .exclude(kind=Organisation.Kind.SCHOOL)
        .filter(name_search__contains=search_key(text))
        .annotate(schools=_schools_below())
        .order_by(ordering(sort, BRANCH_SORTS), "name_key")
    )
    return [BranchLine(row.pk, row.code, row.name, row.schools) for row in rows]


def _schools_below() -> Coalesce:
    inside = Organisation.objects.filter(
        kind=Organisation.Kind.SCHOOL,
        path__startswith=Concat(OuterRef("path"), Value("")),
    ).order_by()
    counted = inside.values("kind").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def schools_page(path: str, year: int, wanted: SchoolFilter, number: str) -> Page[SchoolLine]:
    return paged(school_rows(path, year, wanted), number, _school_line)


def every_school(path: str, year: int, wanted: SchoolFilter) -> list[SchoolLine]:
    return [_school_line(row) for row in school_rows(path, year, wanted)]


def school_rows(path: str, year: int, wanted: SchoolFilter) -> QuerySet[Any]:
    rows = School.objects.filter(organisation__path__startswith=path)
    rows = rows.filter(organisation__name_search__contains=search_key(wanted.text))
    if wanted.level:
        rows = rows.filter(levels__contains=[wanted.level])
    if wanted.managed_by:
        rows = rows.filter(managed_by=wanted.managed_by)
    return (
        rows.select_related("organisation")
        .annotate(
            parent_name=F("organisation__parent__name"),
            classes=_counted(SchoolClass.objects.filter(year=year, closed_on__isnull=True)),
            sites=_counted(Site.objects.all()),
        )
        .order_by(ordering(wanted.sort, SCHOOL_SORTS), "organisation__name_key")
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    own = rows.filter(school_id=OuterRef("pk")).order_by().values("school_id")
    counted = own.annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _school_line(row: Any) -> SchoolLine:
    return SchoolLine(
        id=row.pk,
        code=row.organisation.code,
        name=row.organisation.name,
        parent_name=row.parent_name,
        managed_by=row.managed_by,
        levels=tuple(row.levels),
        school_type=row.school_type,
        classes=row.classes,
        sites=row.sites,
    )


def ordering(sort: str, known: dict[str, str]) -> str:
    """The column of a sort key; "-" in front turns it round; an unknown key sorts by name."""
    column = known.get(sort.removeprefix("-"), known["name"])
    return f"-{column}" if sort.startswith("-") else column


def paged(rows: Any, number: str, make: Callable[[Any], T], size: int = 50) -> Page[T]:
    """One page of a list; only its own rows are fetched."""
    page: Any = Paginator(rows, size).get_page(number)
    page.object_list = [make(row) for row in page.object_list]
    return page  # type: ignore[no-any-return]
