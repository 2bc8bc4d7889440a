"""Sổ theo dõi trẻ mầm non: a class at a stage, the growth so far, the five-year-olds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, explain, permit, reach
from khue.gradebook.models import ChildStage, Policy
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.primary import Sheet, corrections, pupils_with
from khue.gradebook.queries.primary_year import PRESCHOOL, ClassFacts, class_facts
from khue.gradebook.rules.child_stages import (
    FIVE_YEARS,
    MONTHS,
    YEAR_END,
    Stage,
    child_columns,
    month_stages,
    months_old,
    stages_of,
)
from khue.gradebook.rules.sheet_cells import CellRow, Value
from kit.dates import print_date

FIELDS = ("physical", "cognitive", "language", "social", "aesthetic")
COLUMNS = (*FIELDS, "height_mm", "weight_g", "remark")
SLOTS = (*FIELDS, "height", "weight", "remark")
STAGES = """
left join gradebook_childstage kept on kept.year = %(year)s and kept.school_class_id = %(class)s
  and kept.stage = %(stage)s and kept.student_id = student.id
"""
# The tallest height of the months before this one; stages with an assessment follow their months.
GROWTH = """
select student_id, max(height_mm) from gradebook_childstage
where year = %s and school_class_id = %s and stage = any(%s) and height_mm is not null
group by student_id
"""
BORN = "select id, born from records_student where id = any(%s)"
CLASSES = """
select class.id, class.name, node.name, node.path from organisations_schoolclass class
join organisations_organisation node on node.id = class.school_id
where class.level = %s and class.year = %s and exists (
  select from unnest(%s::text[]) above
  where starts_with(node.path || 'c' || class.id || '/', above))
order by node.name_key, class.position, class.name_key
"""
POLICY = "preschool_stages"


@dataclass(frozen=True, slots=True)
class ChildSheet:
    """A class at a stage as the page shows it, with all stages to leaf through."""

    sheet: Sheet
    stage: Stage
    stages: list[Stage]
    months: list[Stage]
    may_name_stages: bool
    ages: dict[int, int | None] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildClass:
    """A preschool class in a list."""

    id: int
    name: str
    school: str
    writable: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """One five-year-old at the year's end: results by field, and whether all are there."""

    student_id: int
    name: str
    code: str
    born: str
    results: tuple[int | None, ...]

    @property
    def is_assessed(self) -> bool:
        return all(one is not None for one in self.results)


def preschool_class(class_id: int) -> ClassFacts:
    """A preschool class; another class has no such sheets. The caller passes the gate."""
    facts = class_facts(class_id)
    if not facts.is_preschool:
        raise NoSuchBook(class_id)
    return facts


def own_stages(school_id: int, year: int) -> list[dict[str, object]]:
    """The stages that a school has named, as they are kept."""
    rows = Policy.objects.filter(organisation_id=school_id, key=POLICY, from_year__lte=year)
    newest = rows.order_by("-from_year").values_list("value", flat=True).first()
    return list(newest or [])


def stage_of(facts: ClassFacts, number: int) -> Stage:
    """A stage by its number, or NoSuchBook."""
    own = own_stages(facts.school_id, facts.year)
    found = [one for one in (*stages_of(own), *month_stages()) if one.number == number]
    if not found:
        raise NoSuchBook(number)
    return found[0]


def child_rows(facts: ClassFacts, stage: Stage, today: date) -> list[CellRow]:
    """The children of a class with what stands at a stage."""
    found = pupils_with(facts, today, STAGES, COLUMNS, {"stage": stage.number})
    rows = []
    for student, name, code, left_on, _, *cells in found:
        values: dict[str, Value] = dict(zip(SLOTS, cells, strict=True))
        values["remark"] = values["remark"] or ""
        rows.append(CellRow(student, name, code, 0, left_on, values, {}))
    return rows


def ages_of(rows: Sequence[CellRow], today: date) -> dict[int, int | None]:
    """Tuổi theo tháng of each child; none where the day of birth is not whole."""
    with connection.cursor() as cursor:
        cursor.execute(BORN, [[row.student_id for row in rows]])
        return {student: _months(born, today) for student, born in cursor.fetchall()}


def _months(born: str | None, today: date) -> int | None:
    try:
        return months_old(date.fromisoformat(str(born)), today)
    except ValueError:
        return None


def heights_before(facts: ClassFacts, stage: Stage) -> dict[int, int]:
    """The tallest height measured in the months before; for a month only."""
    if stage.month is None:
        return {}
    order = [one.number for one in month_stages()]
    earlier = order[: order.index(stage.number)]
    with connection.cursor() as cursor:
        cursor.execute(GROWTH, [facts.year, facts.id, earlier])
        return dict(cursor.fetchall())


def subject_of_child(class_id: int, stage: int, student_id: int) -> str:
    """How the ledger calls a child's line at a stage."""
    return f"child_stage:{class_id}.{stage}.{student_id}"


def open_children(actor: Actor, class_id: int, number: int, today: date) -> ChildSheet:
    """A preschool class at a stage, for someone who may read its books."""
    facts = preschool_class(class_id)
    permit(actor, "gradebook.view_marks", facts.place)
    stage = stage_of(facts, number)
    columns = child_columns(facts.age_group, facts.grades[0], stage)
    rows = child_rows(facts, stage, today)
    refusal = explain(actor, "gradebook.assess_pupils", facts.place)
    subjects = {subject_of_child(facts.id, number, one.student_id): one.student_id for one in rows}
    struck = corrections(subjects, columns)
    sheet = Sheet(facts, number, columns, rows, refusal, None, struck)
    named = explain(actor, "gradebook.name_stages", facts.school_path) is None
    stages = stages_of(own_stages(facts.school_id, facts.year))
    return ChildSheet(sheet, stage, stages, month_stages(), named, ages_of(rows, today))


def preschool_classes(actor: Actor, year: int) -> list[ChildClass]:
    """The preschool classes of a year that this person may open."""
    reading, writing = (reach(actor, f"gradebook.{one}") for one in ("view_marks", "assess_pupils"))
    with connection.cursor() as cursor:
        cursor.execute(CLASSES, [PRESCHOOL, year, list(reading.paths)])
        found = cursor.fetchall()
    return [
        ChildClass(class_id, name, school, writing.covers(f"{path}c{class_id}/"))
        for class_id, name, school, path in found
    ]


def five_year_olds(actor: Actor, class_id: int, today: date) -> tuple[ClassFacts, list[Completion]]:
    """Trẻ 5 tuổi hoàn thành chương trình giáo dục mầm non: the children who stayed to the end."""
    facts = preschool_class(class_id)
    permit(actor, "gradebook.view_marks", facts.place)
    if facts.age_group != FIVE_YEARS:
        return facts, []
    rows = [row for row in child_rows(facts, Stage(YEAR_END, ""), today) if row.left_on is None]
    with connection.cursor() as cursor:
        cursor.execute(BORN, [[row.student_id for row in rows]])
        born = {student: _printed(day) for student, day in cursor.fetchall()}
    return facts, [_completion(row, born) for row in rows]


def _printed(born: Any) -> str:
    try:
        return print_date(date.fromisoformat(str(born)))
    except ValueError:
        return str(born or "")


def _completion(row: CellRow, born: dict[int, str]) -> Completion:
    results = tuple(
        None if row.values[one] is None else int(str(row.values[one])) for one in FIELDS
    )
    return Completion(row.student_id, row.name, row.code, born.get(row.student_id, ""), results)


def measured_months(facts: ClassFacts) -> set[int]:
    """The months in which somebody of the class was measured."""
    rows = ChildStage.objects.filter(
        year=facts.year, school_class_id=facts.id, stage__gt=MONTHS
    ).exclude(height_mm=None, weight_g=None)
    return set(rows.values_list("stage", flat=True).distinct())
