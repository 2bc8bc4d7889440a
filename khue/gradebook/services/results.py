"""Kết quả: computed from marks and decisions, and stored, whenever one of them changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from khue.gradebook.queries.result_inputs import (
    ClassFacts,
    PupilFacts,
    class_facts,
    computed_results,
    pupils_with_facts,
    regime_of_pupil,
)
from khue.gradebook.rules.pupil_years import PupilYear
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.services.primary_results import refresh_primary_results
from kit.statements import kept_rows, kept_write, numbers_array

# Whoever stores results of a class does it alone: two teachers who finish two subjects at once
# must not each miss the other's average. Taken last, after the locks of terms and books.
ALONE = "select pg_advisory_xact_lock(%s::bigint)"
LEVELS = (
    "conduct_year",
    "learning1_raw",
    "learning1",
    "learning2_raw",
    "learning2",
    "learning_year_raw",
    "learning_year",
    "learning_after",
)
COMPUTED = ("grade", "regime", *LEVELS, "adjusted_by", "outcome", "award")
TEXTS = ("grade", "regime", "outcome", "award")
EMPTY_TEXTS = (
    "primary_level",
    "primary_after",
    "decided",
    "decided_reason",
    "qualities",
    "remark1",
    "remark2",
    "summer_task",
    "summer_remark",
)


def _type_of(column: str) -> str:
    if column in TEXTS:
        return "text"
    return "bigint" if column == "adjusted_by" else "smallint"


STORE_PUPILS = f"""
insert into gradebook_studentresult as kept
  (year, school_class_id, school_id, province_id, student_id, {", ".join(COMPUTED)},
   {", ".join(EMPTY_TEXTS)}, recognised, version)
select %s, %s, %s, %s, given.*, {", ".join("''" for _ in EMPTY_TEXTS)}, false, 1
from unnest(%s::bigint[], {", ".join(f"%s::{_type_of(one)}[]" for one in COMPUTED)})
  as given (student_id, {", ".join(COMPUTED)})
on conflict (year, school_class_id, student_id) do update set
  {", ".join(f"{one} = excluded.{one}" for one in COMPUTED)}
where ({", ".join(f"kept.{one}" for one in COMPUTED)})
  is distinct from ({", ".join(f"excluded.{one}" for one in COMPUTED)})
"""  # noqa: S608  (put together from our own column names)
# Only what moved: a subject without a result gets no row, one whose result is gone keeps its row.
STORE_SUBJECTS = """
insert into gradebook_subjectresult as kept
  (year, school_id, province_id, class_subject_id, student_id, result, note)
select %s, %s, %s, given.book, given.student_id, given.result, ''
from unnest(%s::bigint[], %s::bigint[], %s::smallint[]) as given (book, student_id, result)
on conflict (year, class_subject_id, student_id) do update set result = excluded.result
where kept.result is distinct from excluded.result
"""


@transaction.atomic
def refresh_results(
    *, class_id: int, now: datetime, student_ids: Iterable[int] | None = None
) -> int:
    """Tính lại kết quả of a class, or of some of its pupils; return how many rows changed.

    Called in the transaction that changed an input: a term average, a circumstance, a carried
    result, conduct, absence, a re-assessment, a policy. Needs no actor: the caller has passed
    the gate for what it changed. Years of old regulations are left as they were imported.
    Raises NoSuchBook for a class that is not there.
    """
    facts = class_facts(class_id)
    kept_rows(ALONE, [class_id])
    pupils = pupils_with_facts(facts, student_ids)
    primary = [one.student_id for one in pupils if _is_primary(one, facts)]
    if primary:
        refresh_primary_results(class_id=class_id, now=now, student_ids=primary)
    return store_results(facts, computed_results(facts, pupils))


def _is_primary(pupil: PupilFacts, facts: ClassFacts) -> bool:
    return regime_of_pupil(pupil.grade, facts.level, facts.year) is Regime.TT27


def store_results(
    facts: ClassFacts, made: Mapping[int, tuple[PupilFacts, Regime, PupilYear]]
) -> int:
    """Put computed results down, one statement for subjects and one for pupils."""
    if not made:
        return 0
    rows = list(made.values())
    return _store_subjects(facts, rows) + _store_pupils(facts, rows)


def _store_subjects(facts: ClassFacts, made: Sequence[tuple[PupilFacts, Regime, PupilYear]]) -> int:
    moved = [
        (book, pupil.student_id, mark)
        for pupil, _, year in made
        for book, mark in year.subjects.items()
        if mark != pupil.stored.get(book)
    ]
    if not moved:
        return 0
    columns = map(numbers_array, zip(*moved, strict=True))
    return kept_write(STORE_SUBJECTS, [facts.year, facts.school_id, facts.province_id, *columns])


def _store_pupils(facts: ClassFacts, made: Sequence[tuple[PupilFacts, Regime, PupilYear]]) -> int:
    pupils = numbers_array(pupil.student_id for pupil, _, _ in made)
    rows = [computed_row(*one) for one in made]
    columns = [_column(name, [row[name] for row in rows]) for name in COMPUTED]
    where = [facts.year, facts.id, facts.school_id, facts.province_id]
    return kept_write(STORE_PUPILS, [*where, pupils, *columns])


def _column(name: str, values: list[Any]) -> list[str] | str:
    return values if name in TEXTS else numbers_array(values)


def computed_row(pupil: PupilFacts, regime: Regime, made: PupilYear) -> dict[str, Any]:
    """The computed columns of StudentResult for one pupil."""
    stored = {column: getattr(made, column) for column in COMPUTED[2:]}
    levels = {name: None if stored[name] is None else int(stored[name]) for name in LEVELS}
    return {
        **stored,
        **levels,
        "grade": pupil.grade,
        "regime": regime.value,
        "outcome": str(made.outcome),
        "award": str(made.award),
    }
