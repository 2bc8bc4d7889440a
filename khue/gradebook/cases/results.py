"""Các phần về mức và danh hiệu: learning, conduct, awards, continuing education."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from khue.gradebook.cases.reading import failed_comments, named_scores
from khue.gradebook.rules.awards import gdtx_award, year_award
from khue.gradebook.rules.conduct import conduct_year
from khue.gradebook.rules.gdtx import gdtx_learning_level
from khue.gradebook.rules.learning import (
    COMMENT_SUBJECT,
    LearningResult,
    Policy,
    learning_level,
)
from khue.gradebook.rules.levels import Level
from kit.rule_cases import Case, register_section


def _cause(result: LearningResult, names: Sequence[str]) -> str | None:
    if result.adjusted_by is None:
        return None
    return "COMMENT" if result.adjusted_by == COMMENT_SUBJECT else names[result.adjusted_by]


def _learning_level(case: Case) -> Mapping[str, Any]:
    scores, failed = named_scores(case, "s"), failed_comments(case)
    values = tuple(scores.values())
    policy: Policy = "drop" if case.values.get("policy") == "drop" else "replace"
    made = learning_level(values, failed, policy=policy)
    dropped = learning_level(values, failed, policy="drop")
    return {
        "raw": made.raw.name,
        "out": made.final.name,
        "out_drop_policy": dropped.final.name,
        "adjusted_by": _cause(made, tuple(scores)),
    }


def _conduct_year(case: Case) -> Mapping[str, Any]:
    year = conduct_year(case.member("hk1", Level), case.member("hk2", Level))
    return {"out": year.name if year is not None else None}


def _conduct_in_table(table: Mapping[Any, Any]) -> Iterator[Mapping[str, Any]]:
    for first, row in table.items():
        if not isinstance(row, list) or len(row) != len(Level):
            yield {"id": str(first)}
            continue
        for second, year in zip(Level, row, strict=True):
            case_id = f"{first}-{second.name}"
            yield {"id": case_id, "hk1": first, "hk2": second.name, "out": year}


def _award(case: Case) -> Mapping[str, Any]:
    conduct, learning = (case.member(key, Level) for key in ("conduct", "learning"))
    return {"out": year_award(conduct, learning, tuple(named_scores(case, "s").values())).name}


def _gdtx_level(case: Case) -> Mapping[str, Any]:
    scores = tuple(named_scores(case, "s").values())
    result = gdtx_learning_level(scores, failed_comments(case))
    return {"raw": result.raw.name, "out": result.final.name}


def _gdtx_award(case: Case) -> Mapping[str, Any]:
    conduct, learning = (case.member(key, Level) for key in ("conduct", "learning"))
    return {"out": gdtx_award(conduct, learning, tuple(named_scores(case, "s").values())).name}


def register() -> None:
    levels = {"s", "cd", "comments"}
    awards = {"conduct", "learning", "s"}
    register_section("learning_level", levels | {"policy"}, _learning_level)
    register_section("conduct_year", {"hk1", "hk2"}, _conduct_year, _conduct_in_table)
    register_section("award", awards, _award)
    register_section("gdtx_level", levels, _gdtx_level)
    register_section("gdtx_award", awards, _gdtx_award)
