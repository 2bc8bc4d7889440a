"""The tree of the demonstration: ministry, department, communes, schools, sites, the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from demo.blueprint import COMMUNES, LAST_YEAR, SCHOOLS, YEAR, SchoolPlan
from demo.tables import table, write
from khue.organisations.rules.calendar import plan_school_year
from kit.vietnamese import alphabet_key, search_key

PROVINCE_CODE, PROVINCE = "20", "Lạng Sơn"


@dataclass
class Places:
    """The organisations by name, and the schools by the key of their plan."""

    ministry: Any
    department: Any
    communes: list[Any] = field(default_factory=list)
    schools: dict[str, Any] = field(default_factory=dict)
    sites: dict[str, list[Any]] = field(default_factory=dict)


def build_places(plans: Sequence[SchoolPlan] = SCHOOLS) -> Places:
    """The tree with these schools, and two years of the province."""
    ministry = organisation("ministry", "BO", "Bộ Giáo dục và Đào tạo", None)
    department = organisation("department", PROVINCE_CODE, f"Sở GD&ĐT tỉnh {PROVINCE}", ministry)
    places = Places(ministry, department)
    for number, name in enumerate(COMMUNES, 1):
        places.communes.append(organisation("commune", f"2000{number}", name, department))
    for plan in plans:
        _school(places, plan)
    for start_year in (LAST_YEAR, YEAR):
        _year(department, start_year)
    return places


def organisation(kind: str, code: str, name: str, parent: Any) -> Any:
    made = table("organisations.Organisation").objects.create(
        kind=kind,
        code=code,
        name=name,
        name_key=alphabet_key(name),
        name_search=search_key(name),
        parent=parent,
        path=f"{kind}:{code}",
        province_code=PROVINCE_CODE if parent else "",
        valid_from=date(2025, 7, 1),
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def _school(places: Places, plan: SchoolPlan) -> None:
    commune = places.communes[plan.commune]
    parent = commune if plan.managed_by == "XA" else places.department
    made = table("organisations.School").objects.create(
        organisation=organisation("school", plan.code, plan.name, parent),
        province=places.department,
        supervisor=places.department,
        managed_by=plan.managed_by,
        level_group=plan.level_group,
        levels=list(plan.levels),
        school_type=plan.school_type,
        area_kind=plan.area_kind,
        boarding=plan.boarding,
        two_sessions="02" in plan.levels,
        address=f"{commune.name}, tỉnh {PROVINCE}",
        founded_on=date(1998, 9, 1),
    )
    places.schools[plan.key] = made
    places.sites[plan.key] = write(
        "organisations.Site",
        [
            {
                "school": made,
                "code": f"{plan.code}-{number}",
                "name": name,
                "is_main": number == 1,
                "distance_km": None if number == 1 else 6,
                "reached_by": "" if number == 1 else "Xe máy",
            }
            for number, name in enumerate(plan.sites or ("Điểm trường chính",), 1)
        ],
    )


def _year(department: Any, start_year: int) -> None:
    plan = plan_school_year(start_year)
    year = table("organisations.SchoolYear").objects.create(
        province=department,
        start_year=start_year,
        starts_on=plan.terms[0].starts_on,
        opens_on=plan.opening_on,
        ends_on=plan.ends_on,
    )
    write(
        "organisations.Term",
        [
            {"year": year, "number": t.number, "starts_on": t.starts_on, "ends_on": t.ends_on}
            for t in plan.terms
        ],
    )
    write(
        "organisations.Week",
        [
            {
                "year": year,
                "term_number": week.term,
                "number": week.number,
                "starts_on": week.starts_on,
                "ends_on": week.ends_on,
            }
            for week in plan.weeks
        ],
    )
