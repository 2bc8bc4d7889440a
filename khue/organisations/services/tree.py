"""Create and change organisations, schools and sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from khue.access.api import Actor, OutsidePlace, permit
from khue.ledger.api import Change, Operation
from khue.organisations.models import Organisation, School, Site
from khue.organisations.queries.cards import OrganisationCard, SchoolCard, SiteCard
from khue.organisations.queries.tree import (
    department_of,
    organisation,
    organisation_card,
    school_summary,
    site_card,
)
from khue.organisations.rules.facts import NewOrganisation, SchoolFacts, SiteFacts
from khue.organisations.rules.levels import ManagingBody, levels_of_group, managing_body
from khue.organisations.services.work import (
    OrganisationRefused,
    differences,
    note,
    operation_of,
)
from kit.vietnamese import alphabet_key, search_key, tidy

MANAGED_BY_KIND = {
    ManagingBody.COMMUNE: Organisation.Kind.COMMUNE,
    ManagingBody.DEPARTMENT: Organisation.Kind.DEPARTMENT,
}
WRONG_PARENT = {
    ManagingBody.COMMUNE: "Trường đến cấp THCS do Ủy ban nhân dân xã, phường quản lý.",
    ManagingBody.DEPARTMENT: "Trường có cấp THPT hoặc GDTX do Sở Giáo dục và Đào tạo quản lý.",
}
OWN_FIELDS = ["code", "name", "commune_code"]


def create_organisation(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    code: str,
    name: str,
    parent_id: int | None = None,
    province_code: str = "",
    commune_code: str = "",
    valid_from: date | None = None,
    operation: Operation | None = None,
) -> OrganisationCard:
    """Create the ministry, a department or a commune."""
    row = NewOrganisation(kind, code, name, province_code, commune_code, valid_from)
    made = create_organisations(
        actor=actor, now=now, rows=[row], parent_id=parent_id, operation=operation
    )
    return made[0]


@transaction.atomic
def create_organisations(
    *,
    actor: Actor,
    now: datetime,
    rows: Sequence[NewOrganisation],
    parent_id: int | None,
    operation: Operation | None = None,
) -> list[OrganisationCard]:
    """Create many below one parent (the communes of a department) in a few statements."""
    path = organisation(parent_id).path if parent_id else "/"
    permit(actor, "organisations.manage_tree", path)
    _refuse_taken(rows)
    made = [organisation_card(node) for node in _insert_nodes(rows, parent_id, path)]
    note(operation_of(actor, now, operation), *[_created(card) for card in made])
    return made


def _refuse_taken(rows: Sequence[NewOrganisation]) -> None:
    for kind in {row.kind for row in rows}:
        codes = [row.code for row in rows if row.kind == kind]
        found = Organisation.objects.filter(kind=kind, code__in=codes).first()
        if found:
            sentence = f"Mã {found.code} đã dùng cho {found.name}. Hãy kiểm tra lại mã."
            raise OrganisationRefused("CODE_TAKEN", sentence, "code")


def _insert_nodes(
    rows: Sequence[NewOrganisation], parent_id: int | None, path: str
) -> list[Organisation]:
    nodes = Organisation.objects.bulk_create([_node(row, parent_id) for row in rows])
    ids = [node.pk for node in nodes]
    own = Concat(Value(path), Cast("pk", CharField()), Value("/"))
    Organisation.objects.filter(pk__in=ids).update(path=own)
    return list(Organisation.objects.filter(pk__in=ids).order_by("pk"))


def _node(row: NewOrganisation, parent_id: int | None) -> Organisation:
    name = tidy(row.name)
    return Organisation(
        kind=row.kind,
        code=tidy(row.code),
        name=name,
        name_key=alphabet_key(name),
        name_search=search_key(name),
        parent_id=parent_id,
        province_code=row.province_code,
        commune_code=row.commune_code,
        valid_from=row.valid_from,
    )


def _created(card: OrganisationCard, school_id: int | None = None) -> Change:
    province = department_of(card.path)
    return Change(
        subject=f"organisation:{card.id}",
        action="create",
        label=card.name,
        new={"code": card.code, "kind": card.kind},
        school_id=school_id,
        province_id=province.id if province else None,
    )


@transaction.atomic
def create_school(
    *,
    actor: Actor,
    now: datetime,
    parent_id: int,
    facts: SchoolFacts,
    operation: Operation | None = None,
) -> SchoolCard:
    """Create a school below its managing body, with its main site."""
    parent = organisation(parent_id)
    permit(actor, "organisations.manage_tree", parent.path)
    department = department_of(parent.path)
    values = _checked(facts, parent)
    if department is None:
        raise OrganisationRefused("NO_DEPARTMENT", "Trường phải thuộc một Sở Giáo dục và Đào tạo.")
    new = NewOrganisation(
        "school", facts.code, facts.name, parent.province_code, facts.commune_code
    )
    _refuse_taken([new])
    [node] = _insert_nodes([new], parent.id, parent.path)
    School.objects.create(
        organisation=node, province_id=department.id, supervisor_id=department.id, **values
    )
    Site.objects.create(
        school_id=node.pk, code="01", name="Điểm trường chính", is_main=True, address=facts.address
    )
    note(operation_of(actor, now, operation), _created(organisation_card(node), node.pk))
    return school_summary(node.pk)


def _checked(facts: SchoolFacts, parent: OrganisationCard) -> dict[str, Any]:
    """The values of the school's row, with its levels and the level of its managing body."""
    levels = levels_of_group(facts.level_group)
    if not levels:
        sentence = "Chưa chọn nhóm cấp học của trường."
        raise OrganisationRefused("NO_LEVELS", sentence, "level_group")
    if not tidy(facts.name) or not tidy(facts.code):
        raise OrganisationRefused("NO_NAME", "Trường phải có mã và tên.", "name")
    body = managing_body(levels)
    if MANAGED_BY_KIND.get(body, parent.kind) != parent.kind:
        sentence = f"{WRONG_PARENT[body]} Hãy chọn lại đơn vị quản lý hoặc nhóm cấp học."
        raise OrganisationRefused("WRONG_MANAGING_BODY", sentence, "level_group")
    values = {key: value for key, value in asdict(facts).items() if key not in OWN_FIELDS}
    return {**values, "levels": [level.value for level in levels], "managed_by": body.value}


@transaction.atomic
def change_school(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    version: int,
    facts: SchoolFacts,
    operation: Operation | None = None,
) -> SchoolCard:
    """Change what is kept of a school; a second person's change in between is not overwritten."""
    before = school_summary(school_id)
    permit(actor, "organisations.manage_school", before.path)
    values = _checked(facts, organisation(before.parent_id))
    row = School.objects.select_for_update().select_related("organisation").get(pk=school_id)
    old = {**{name: getattr(row, name) for name in values}, "name": row.organisation.name}
    _change_node(row.organisation, facts, version)
    School.objects.filter(pk=school_id).update(**values)
    was, became = differences(_plain(old), _plain({**values, "name": tidy(facts.name)}))
    if became:
        note(operation_of(actor, now, operation), _changed_school(before, was, became))
    return school_summary(school_id)


def _change_node(node: Organisation, facts: SchoolFacts, version: int) -> None:
    name = tidy(facts.name)
    changed = Organisation.objects.filter(pk=node.pk, version=version).update(
        name=name,
        name_key=alphabet_key(name),
        name_search=search_key(name),
        commune_code=facts.commune_code,
        version=F("version") + 1,
    )
    if not changed:
        sentence = "Có người vừa sửa thông tin trường. Hãy tải lại trang, xem rồi sửa tiếp."
        raise OrganisationRefused("CHANGED_MEANWHILE", sentence)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: f"{value}" if isinstance(value, date) else value for key, value in values.items()}


def _changed_school(card: SchoolCard, old: dict[str, Any], new: dict[str, Any]) -> Change:
    return Change(
        subject=f"organisation:{card.id}",
        action="change",
        label=card.name,
        old=old,
        new=new,
        school_id=card.id,
        province_id=card.province_id,
    )


def create_site(*, actor: Actor, now: datetime, school_id: int, facts: SiteFacts) -> SiteCard:
    """Thêm điểm trường."""
    return _save_site(actor, now, school_id, facts, None)


def change_site(
    *, actor: Actor, now: datetime, school_id: int, site_id: int, facts: SiteFacts
) -> SiteCard:
    """Sửa điểm trường; making it the main one takes that from the other."""
    return _save_site(actor, now, school_id, facts, site_id)


@transaction.atomic
def _save_site(
    actor: Actor, now: datetime, school_id: int, facts: SiteFacts, site_id: int | None
) -> SiteCard:
    school = school_summary(school_id)
    permit(actor, "organisations.manage_school", school.path)
    _check_site(school_id, facts, site_id)
    if facts.is_main:
        Site.objects.filter(school_id=school_id, is_main=True).update(is_main=False)
    values = asdict(facts)
    if site_id is None:
        row = Site.objects.create(school_id=school_id, **values)
    else:
        Site.objects.filter(pk=site_id, school_id=school_id).update(**values)
        row = Site.objects.get(pk=site_id, school_id=school_id)
    change = Change(
        subject=f"site:{row.pk}",
        action="change" if site_id else "create",
        label=f"{facts.name}, {school.name}",
        new={key: None if value is None else str(value) for key, value in values.items()},
        school_id=school_id,
        province_id=school.province_id,
    )
    note(operation_of(actor, now), change)
    return site_card(row)


def _check_site(school_id: int, facts: SiteFacts, site_id: int | None) -> None:
    if site_id and not Site.objects.filter(pk=site_id, school_id=school_id).exists():
        raise OutsidePlace
    others = Site.objects.filter(school_id=school_id).exclude(pk=site_id or 0)
    if not tidy(facts.name) or not tidy(facts.code):
        raise OrganisationRefused("NO_NAME", "Điểm trường phải có mã và tên.", "name")
    if others.filter(code=facts.code).exists():
        sentence = f"Trường đã có điểm trường mã {facts.code}. Hãy đặt mã khác."
        raise OrganisationRefused("SITE_CODE_TAKEN", sentence, "code")
    if not facts.is_main and not others.filter(is_main=True).exists():
        sentence = "Trường phải có một điểm trường chính."
        raise OrganisationRefused("NO_MAIN_SITE", sentence, "is_main")
