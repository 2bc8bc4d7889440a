"""Cơ quan và trường: the tree, schools below a path, sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from khue.access.api import OutsidePlace, PlaceOption
from khue.organisations.models import Organisation, School, Site
from khue.organisations.queries.cards import OrganisationCard, SchoolCard, SiteCard
from kit.statements import kept_rows, keys_array

DETAILS = [
    "area_kind",
    "difficult_area",
    "national_standard",
    "address",
    "phone",
    "email",
    "website",
    "founded_on",
]
# Behind most pages; the plan is kept. In the order of SchoolCard.
SCHOOLS = f"""
select node.id, node.code, node.name, node.path, school.province_id, node.province_code,
  parent.id, parent.name, school.supervisor_id, above.name, school.managed_by, school.level_group,
  school.levels, school.school_type, school.ownership, school.boarding, school.lunch_boarding,
  school.two_sessions, school.register_pattern, node.version, node.commune_code,
  {", ".join(f"school.{one}" for one in DETAILS)}
from organisations_school school
join organisations_organisation node on node.id = school.organisation_id
join organisations_organisation parent on parent.id = node.parent_id
join organisations_organisation above on above.id = school.supervisor_id
where school.organisation_id = any(%s::bigint[])
"""  # noqa: S608  (our own column names)


def below(paths: Sequence[str], field: str = "path") -> Q:
    """Rows at or below any of the paths; no path, no row."""
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(**{f"{field}__startswith": path})
    return wanted


def organisation(organisation_id: int) -> OrganisationCard:
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise OutsidePlace
    return organisation_card(row)


def organisations_by_ids(ids: Sequence[int]) -> dict[int, OrganisationCard]:
    rows = Organisation.objects.filter(pk__in=ids)
    return {row.pk: organisation_card(row) for row in rows}


def organisation_by_code(kind: str, code: str) -> OrganisationCard | None:
    row = Organisation.objects.filter(kind=kind, code=code).first()
    return organisation_card(row) if row else None


def department_of_province(province_code: str) -> OrganisationCard | None:
    """Sở of a province, whatever its own code."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
    row = rows.filter(province_code=province_code).order_by("pk").first()
    return organisation_card(row) if row else None


def school_codes() -> set[str]:
    """The codes of all schools that stand."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    return set(rows.values_list("code", flat=True))


def organisation_at(path: str) -> OrganisationCard:
    row = Organisation.objects.filter(path=path).first()
    if row is None:
        raise OutsidePlace
    return organisation_card(row)


def children_of(organisation_id: int) -> list[OrganisationCard]:
    rows = Organisation.objects.filter(parent_id=organisation_id).order_by("kind", "name_key")
    return [organisation_card(row) for row in rows]


def department_of(path: str) -> OrganisationCard | None:
    """The department at or above a path."""
    ids = [int(part) for part in path.split("/") if part.isdigit()]
    row = Organisation.objects.filter(pk__in=ids, kind=Organisation.Kind.DEPARTMENT).first()
    return organisation_card(row) if row else None


def schools_below(path: str) -> tuple[int, ...]:
    """The ids of the schools at or below a path, for the fence."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, path__startswith=path)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def places_below(path: str, wanted: str, limit: int) -> list[PlaceOption]:
    """Organisations at or below a path whose name matches, from the top down."""
    rows = Organisation.objects.filter(path__startswith=path)
    if wanted:
        rows = rows.filter(name_search__contains=wanted)
    ordered = rows.annotate(depth=Length("path")).order_by("depth", "name_key")[:limit]
    return [_place(row) for row in ordered]


def _place(row: Organisation) -> PlaceOption:
    ids = [int(part) for part in row.path.split("/") if part]
    return PlaceOption(
        path=row.path,
        name=row.name,
        kind=row.kind,
        province_id=ids[1] if len(ids) > 1 else None,
        school_id=row.pk if row.kind == Organisation.Kind.SCHOOL else None,
    )


def school_summary(school_id: int) -> SchoolCard:
    found = school_summaries([school_id])
    if school_id not in found:
        raise OutsidePlace
    return found[school_id]


def school_summaries(ids: Sequence[int]) -> dict[int, SchoolCard]:
    rows = kept_rows(SCHOOLS, [keys_array(ids)]) if ids else []
    return {row[0]: _kept_card(row) for row in rows}


def _kept_card(row: tuple[Any, ...]) -> SchoolCard:
    facts, details = list(row[:20]), dict(zip(["commune_code", *DETAILS], row[20:], strict=True))
    facts[12] = tuple(facts[12])
    return SchoolCard(*[*facts, details])


def school_by_code(code: str) -> SchoolCard | None:
    row = _schools().filter(organisation__code=code).first()
    return school_card(row) if row else None


def schools_at(path: str) -> list[SchoolCard]:
    rows = _schools().filter(organisation__path__startswith=path)
    return [school_card(row) for row in rows.order_by("organisation__name_key")]


def inactive_schools(ids: Sequence[int], on: date) -> frozenset[int]:
    """Trường không hoạt động on a day: not yet founded in the tree, or ended."""
    outside = Q(valid_from__gt=on) | Q(valid_to__lt=on)
    return frozenset(Organisation.objects.filter(outside, pk__in=ids).values_list("pk", flat=True))


def sites_of(school_id: int) -> list[SiteCard]:
    rows = Site.objects.filter(school_id=school_id).order_by("-is_main", "code")
    return [site_card(row) for row in rows]


def _schools() -> QuerySet[School]:
    return School.objects.select_related("organisation__parent", "supervisor")


def organisation_card(row: Organisation) -> OrganisationCard:
    return OrganisationCard(
        id=row.pk,
        kind=row.kind,
        code=row.code,
        name=row.name,
        path=row.path,
        parent_id=row.parent_id,
        province_code=row.province_code,
        commune_code=row.commune_code,
    )


def school_card(row: School) -> SchoolCard:
    node, parent = row.organisation, row.organisation.parent
    assert parent is not None
    return SchoolCard(
        id=row.pk,
        code=node.code,
        name=node.name,
        path=node.path,
        province_id=row.province_id,
        province_code=node.province_code,
        parent_id=parent.pk,
        parent_name=parent.name,
        supervisor_id=row.supervisor_id,
        supervisor_name=row.supervisor.name,
        managed_by=row.managed_by,
        level_group=row.level_group,
        levels=tuple(row.levels),
        school_type=row.school_type,
        ownership=row.ownership,
        boarding=row.boarding,
        lunch_boarding=row.lunch_boarding,
        two_sessions=row.two_sessions,
        register_pattern=row.register_pattern,
        version=node.version,
        details={
            "commune_code": node.commune_code,
            **{name: getattr(row, name) for name in DETAILS},
        },
    )


def site_card(row: Site) -> SiteCard:
    return SiteCard(
        id=row.pk,
        school_id=row.school_id,
        code=row.code,
        name=row.name,
        is_main=row.is_main,
        address=row.address,
        distance_km="" if row.distance_km is None else f"{row.distance_km}".replace(".", ","),
        reached_by=row.reached_by,
    )
