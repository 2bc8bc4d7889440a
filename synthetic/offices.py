"""The rows of the province itself: ministry, department, communes, years, and their officers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from khue.access.api import Role
from khue.organisations.rules.calendar import plan_school_year
from synthetic.accounts import PlannedAccount, PlannedGrant
from synthetic.desk import Desk
from synthetic.lots import mixed
from synthetic.names import KINH, NUNG, TAY, invent_name
from synthetic.plan import LAST_YEAR, PROVINCE_CODE, PROVINCE_NAME, YEAR, Province
from synthetic.skeleton import write_accounts, write_grants, write_organisation

MINISTRY = "Bộ Giáo dục và Đào tạo"
DEPARTMENT = f"Sở GD&ĐT tỉnh {PROVINCE_NAME}"
DEPARTMENT_OFFICERS = 4
SINCE = date(2025, 8, 1)
Appointed = tuple[PlannedAccount, PlannedGrant]


def write_province(desk: Desk) -> None:
    """Everything above the schools that does not stand yet."""
    province = desk.province
    top = f"/{province.ministry_id}/"
    department = f"{top}{province.department_id}/"
    if province.ministry is None:
        write_organisation(desk.writer, province.ministry_id, "ministry", "BO", MINISTRY, None, top)
    if province.department is None:
        _write_department(desk, department)
    for one in province.settled:
        own = province.commune_id(one)
        write_organisation(
            desk.writer, own, "commune", one.code, one.name, province.department_id,
            f"{department}{own}/", one.code,
        )  # fmt: skip
    _write_officers(desk, department)


def _write_department(desk: Desk, path: str) -> None:
    province = desk.province
    write_organisation(
        desk.writer, province.department_id, "department", PROVINCE_CODE, DEPARTMENT,
        province.ministry_id, path,
    )  # fmt: skip
    for number, year in enumerate((LAST_YEAR, YEAR)):
        _write_year(desk, number, year)


def _write_year(desk: Desk, number: int, start_year: int) -> None:
    plan, ids, writer = plan_school_year(start_year), desk.ids, desk.writer
    year = ids.of_province("organisations.SchoolYear", number)
    writer["organisations.SchoolYear"].add(
        year, desk.province.department_id, start_year, plan.terms[0].starts_on, plan.opening_on,
        plan.ends_on,
    )  # fmt: skip
    for at, term in enumerate(plan.terms):
        made = ids.of_province("organisations.Term", number * 2 + at)
        writer["organisations.Term"].add(made, year, term.number, term.starts_on, term.ends_on)
    for at, week in enumerate(plan.weeks):
        made = ids.of_province("organisations.Week", number * 60 + at)
        writer["organisations.Week"].add(
            made, year, week.term, week.number, week.starts_on, week.ends_on
        )


def _write_officers(desk: Desk, department: str) -> None:
    appointed = list(plan_officers(desk.province, department))
    write_accounts(desk, [account for account, _ in appointed])
    first = desk.ids.of_province("access.Grant", 0)
    write_grants(desk, first, [grant for _, grant in appointed])


def plan_officers(province: Province, department: str) -> Iterator[Appointed]:
    """Some at a department of its own, one in every commune."""
    for at in range(0 if province.department else DEPARTMENT_OFFICERS):
        yield _officer(province, at, f"so.{at + 1:02d}", Role.DEPARTMENT_OFFICER, department,
                       DEPARTMENT)  # fmt: skip
    for one in province.settled:
        path = f"{department}{province.commune_id(one)}/"
        yield _officer(province, DEPARTMENT_OFFICERS + one.place, f"xa.{one.code}",
                       Role.COMMUNE_OFFICER, path, one.name)  # fmt: skip


def _officer(
    province: Province, at: int, login: str, role: Role, place: str, place_name: str
) -> Appointed:
    random = Random(mixed(province.seed, 47, at))
    name = invent_name(random, random.choice((KINH, TAY, NUNG)), female=random.random() < 0.5)
    own = province.ids.of_province("access.Account", at)
    return (
        PlannedAccount(own, login, name, "officer", second_factor=True),
        PlannedGrant(own, str(role), place, place_name, None, province.department_id, SINCE),
    )
