"""Classes of a school with the subjects that the programme gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.blueprint import YEAR, ClassPlan, SchoolPlan
from demo.tables import table, write
from khue.organisations.rules.curriculum import split_periods
from kit.vietnamese import alphabet_key

# DM_CAP_HOC -> level of the programme; continuing education follows it without some subjects.
PROGRAMME = {"02": "primary", "03": "thcs", "04": "thpt", "05": "thpt"}
ELECTIVES = [
    ("Tự nhiên", ["Vật lí", "Hóa học", "Sinh học", "Tin học"], ["Toán", "Vật lí", "Hóa học"]),
    (
        "Xã hội",
        ["Địa lí", "Giáo dục kinh tế và pháp luật", "Công nghệ", "Tin học"],
        ["Ngữ văn", "Lịch sử", "Địa lí"],
    ),
]


Planned = list[tuple[Any, ClassPlan]]


def build_classes(plan: SchoolPlan, school: Any, sites: list[Any]) -> Planned:
    """The classes of a plan in its order, each with its plan."""
    return build_classes_of(plan.classes, school, sites, YEAR)


def build_classes_of(
    class_plans: Sequence[ClassPlan], school: Any, sites: list[Any], year: int, first: int = 0
) -> Planned:
    """Classes of a school in one year, after the `first` that stand already."""
    rows: list[dict[str, Any]] = []
    plans: list[ClassPlan] = []
    for class_plan in class_plans:
        for name in class_plan.names:
            rows.append(_class_row(school, class_plan, name, sites, first + len(rows), year))
            plans.append(class_plan)
    return list(zip(write("organisations.SchoolClass", rows), plans, strict=True))


def _class_row(
    school: Any, plan: ClassPlan, name: str, sites: list[Any], position: int, year: int
) -> dict[str, Any]:
    return {
        "school": school,
        "year": year,
        "code": f"L{position + 1:02d}",
        "name": name,
        "name_key": alphabet_key(name),
        "level": plan.level,
        "grades": list(plan.merged or (plan.grade,)),
        "merged_kind": "grades" if plan.merged else "",
        "age_group": plan.age_group,
        "site": sites[plan.site],
        "session": "4" if plan.level in {"01", "02"} else "1",
        "boarding": school.boarding,
        "position": position,
    }


def build_bundles(school: Any) -> list[Any]:
    """Two bundles of electives for a school with upper secondary."""
    subjects = {one.name: one for one in table("organisations.Subject").objects.all()}
    made = []
    for name, electives, clusters in ELECTIVES:
        bundle = table("organisations.Bundle").objects.create(
            school=school, first_year=YEAR, name=f"Tổ hợp {name}"
        )
        bundle.electives.set([subjects[one] for one in electives])
        bundle.clusters.set([subjects[one] for one in clusters])
        made.append(bundle)
    return made


def build_class_subjects(classes: Planned, bundles: list[Any]) -> list[Any]:
    """What each class is taught, from the curriculum rows of its grade."""
    rows: list[dict[str, Any]] = []
    for number, (school_class, plan) in enumerate(classes):
        bundle = bundles[number % len(bundles)] if bundles and plan.level == "04" else None
        rows += _subject_rows(school_class, plan, bundle)
        if bundle:
            school_class.bundle = bundle
            school_class.save(update_fields=["bundle"])
    return write("organisations.ClassSubject", rows)


def _grade_number(plan: ClassPlan) -> int:
    return int(plan.grade) - 3 if plan.level == "05" else int(plan.grade)


def _subject_rows(school_class: Any, plan: ClassPlan, bundle: Any) -> list[dict[str, Any]]:
    if plan.level not in PROGRAMME:
        return []
    found = table("organisations.CurriculumSubject").objects.filter(
        level=PROGRAMME[plan.level], grade=_grade_number(plan), regular_marks__isnull=False
    )
    taken = {one.pk for one in bundle.electives.all()} if bundle else set()
    clusters = {one.pk for one in bundle.clusters.all()} if bundle else set()
    chosen = [
        row
        for row in found.select_related("subject").order_by("subject__position")
        if row.status == "compulsory" or row.subject_id in taken
    ]
    return [_subject_row(school_class, row, clusters, at) for at, row in enumerate(chosen)]


def _subject_row(school_class: Any, row: Any, clusters: set[int], position: int) -> dict[str, Any]:
    first, second = split_periods(row.periods_per_year)
    return {
        "school_id": school_class.school_id,
        "school_class": school_class,
        "subject": row.subject,
        "form": row.form,
        "status": row.status,
        "periods_term1": first,
        "periods_term2": second,
        "regular_marks": row.regular_marks,
        "has_cluster": row.subject_id in clusters,
        "position": position,
    }
