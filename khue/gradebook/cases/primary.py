"""Phần tiểu học: the year level and the title of a pupil by Thông tư 27/2020/TT-BGDĐT."""

from collections.abc import Mapping, Sequence
from typing import Any

from khue.gradebook.rules.tt27 import (
    QualityLevel,
    SubjectLevel,
    YearEnd,
    parse_test_mark,
    primary_award,
    primary_year_level,
)
from kit.rule_cases import Case, accepted, member_of, register_section
from kit.vietnamese import fold

_PROOFS = {
    "outstanding_subject": ("outstanding_subject", "outstanding"),
    "clear_progress": ("clear_progress", "progress"),
    "recognised_by_class": ("recognised_by_class", "recognised", "recognized_by_class"),
}


def _qualities(case: Case) -> Sequence[Any]:
    """One by one, or by name."""
    key = "qualities_competences"
    if isinstance(case.need(key), list):
        return case.items(key)
    return list(case.mapping(key).values())


def _year_end(case: Case) -> YearEnd:
    subjects = {
        name: member_of(fold(str(level)), SubjectLevel, f"subjects.{name}")
        for name, level in case.mapping("subjects").items()
    }
    qualities = [
        member_of(fold(str(level)), QualityLevel, "qualities_competences")
        for level in _qualities(case)
    ]
    tests = {
        name: accepted(parse_test_mark(str(mark)))
        for name, mark in case.mapping("year_end_tests").items()
    }
    return YearEnd(subjects, qualities, tests)


def _primary_year(case: Case) -> Mapping[str, Any]:
    case.need("subjects")
    level = primary_year_level(_year_end(case))
    proofs = {
        proof: any(case.flag(key) for key in keys if case.has(key))
        for proof, keys in _PROOFS.items()
    }
    return {"out": level.name, "title": primary_award(level, **proofs).name}


def register() -> None:
    proofs = {key for keys in _PROOFS.values() for key in keys}
    inputs = {"grade", "subjects", "qualities_competences", "year_end_tests"}
    register_section("primary_year", inputs | proofs, _primary_year)
