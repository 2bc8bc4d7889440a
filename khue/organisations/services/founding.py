"""Khởi tạo: a province on an empty installation, and the person who lets everybody else in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, Granted, Role, Slip, create_account, grant_role, issue_slip_code
from khue.ledger.api import Author, Operation
from khue.organisations.models import Organisation
from khue.organisations.queries.cards import OrganisationCard
from khue.organisations.queries.codes import codes, province_name
from khue.organisations.queries.tree import department_of_province, organisation_by_code
from khue.organisations.rules.facts import NewOrganisation
from khue.organisations.rules.school_years import school_year_of
from khue.organisations.services.tree import create_organisations
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.services.years import ensure_school_year
from kit.dates import vietnam_day

MINISTRY_CODE, MINISTRY = "BO", "Bộ Giáo dục và Đào tạo"
FOUNDER = Actor(
    0, "Khởi tạo hệ thống", (Granted(Role.DEPARTMENT_OFFICER, "/"),), second_factor=True
)


@dataclass(frozen=True)
class Founded:
    """What stands now: the department, how many communes came, and the officer's slip."""

    department: OrganisationCard
    communes: int
    year: str
    slip: Slip


@transaction.atomic
def found_province(*, now: datetime, province: str, login: str, name: str) -> Founded:
    """Sở, xã, phường by the national list, the school year, and an officer of the department.

    On a province that stands only what is missing comes, so a department whose officers are all
    gone gets a new one. Raises OrganisationRefused, LoginMalformed, LoginTaken.
    """
    called = province_name(province, on=vietnam_day(now))
    if not called:
        sentence = f"Không có tỉnh mã {province}. Đã chạy lệnh load_codes chưa? Mã Lạng Sơn là 20."
        raise OrganisationRefused("NO_PROVINCE", sentence, "province")
    operation = Operation(Author(None, FOUNDER.name), now)
    department = _department(operation, province, called)
    communes = _communes(operation, department, province)
    year = ensure_school_year(
        actor=FOUNDER,
        now=now,
        province_id=department.id,
        start_year=school_year_of(vietnam_day(now)),
    )
    slip = _officer(operation, department, login, name)
    return Founded(department, communes, year.label, slip)


def _department(operation: Operation, province: str, called: str) -> OrganisationCard:
    ministry = _ministry(operation)
    office = f"Sở GD&ĐT {called[:1].lower()}{called[1:]}"
    row = NewOrganisation("department", province, office, province)
    return department_of_province(province) or _create(operation, [row], ministry.id)[0]


def _ministry(operation: Operation) -> OrganisationCard:
    row = NewOrganisation("ministry", MINISTRY_CODE, MINISTRY)
    return organisation_by_code(row.kind, row.code) or _create(operation, [row], None)[0]


def _create(
    operation: Operation, rows: list[NewOrganisation], parent_id: int | None
) -> list[OrganisationCard]:
    return create_organisations(
        actor=FOUNDER, now=operation.at, rows=rows, parent_id=parent_id, operation=operation
    )


def _communes(operation: Operation, department: OrganisationCard, province: str) -> int:
    listed = codes("communes", on=vietnam_day(operation.at), parent=province)
    standing = Organisation.objects.filter(kind="commune", parent_id=department.id)
    known = set(standing.values_list("code", flat=True))
    missing = [
        NewOrganisation("commune", one.code, one.name, province, one.code, one.valid_from)
        for one in listed
        if one.code not in known
    ]
    return len(_create(operation, missing, department.id)) if missing else 0


def _officer(operation: Operation, department: OrganisationCard, login: str, name: str) -> Slip:
    account_id = create_account(
        operation=operation, login=login, name=name, kind="officer", province_id=department.id
    )
    grant_role(
        operation=operation,
        account_id=account_id,
        role=Role.DEPARTMENT_OFFICER,
        place=department.path,
        place_name=department.name,
        school_id=None,
        province_id=department.id,
        valid_from=vietnam_day(operation.at),
        reason=FOUNDER.name,
    )
    return issue_slip_code(operation=operation, account_id=account_id)
