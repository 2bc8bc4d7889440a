"""Các phần về cuối năm học: promotion, re-assessment, and which regulation holds."""

from collections.abc import Mapping
from typing import Any

from khue.gradebook.cases.reading import comment_of, mark_of, named_scores, score_of
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.promotion import Standing, promotion_outcome
from khue.gradebook.rules.reassessment import YearResults, reassess
from khue.gradebook.rules.regimes import Regime, is_named, regime_of
from kit.rule_cases import BadCase, Case, Named, register_section

_LEVELS = {
    "primary": "primary",
    "secondary": "secondary",
    "thcs": "secondary",
    "thpt": "secondary",
    "gdtx": "gdtx",
    "preschool": "preschool",
}
_GRADES = {"primary": (1, 5), "secondary": (6, 12), "gdtx": (6, 12), "preschool": (0, 0)}


def _promotion(case: Case) -> Mapping[str, Any]:
    standing = Standing(
        conduct=case.member("conduct", Level),
        learning=case.member("learning", Level),
        absent_sessions=case.whole("absent_sessions", 0),
        disability=case.flag("disability"),
        conduct_after=case.member_if_given("conduct_after", Level),
        learning_after=case.member_if_given("learning_after", Level),
    )
    return {"out": promotion_outcome(standing).name}


def _comment_result(value: Any, key: str) -> int:
    result = comment_of(value, key)
    if result is None or result < 0:
        raise BadCase(f"“{key}” phải là D hoặc CD")
    return result


def _year_results(case: Case) -> YearResults:
    comments = {
        name: _comment_result(value, f"comments.{name}")
        for name, value in case.mapping("comments").items()
    }
    return YearResults(named_scores(case, "scores"), comments)


def _sat_again(case: Case, results: YearResults) -> dict[str, Mark]:
    again: dict[str, Mark] = {}
    for name, value in case.mapping("results").items():
        key = f"results.{name}"
        if name in results.comments:
            again[name] = comment_of(value, key)
        elif name in results.scores:
            again[name] = score_of(value, key) if mark_of(value, key) is not None else None
        else:
            raise BadCase(f"“results” có môn “{name}” không có trong kết quả cả năm")
    return again


def _reassessment(case: Case) -> Mapping[str, Any]:
    results = _year_results(case)
    kept = dict(results.scores)
    made = reassess(
        results,
        _sat_again(case, results),
        conduct=case.member("conduct", Level),
        absent_sessions=case.whole("absent_sessions", 0),
    )
    if made is None:
        raise BadCase("“scores” và “comments” không có môn nào")
    return {
        "level_before": made.before.final.name,
        "eligible": frozenset(made.eligible),
        "level_after": made.after.final.name,
        "year_scores_kept": results.scores == kept,
        "out": made.outcome.name,
    }


def _regime(case: Case) -> Mapping[str, Any]:
    level = _LEVELS.get(case.text("level").strip().lower())
    if level is None:
        raise BadCase(f"“level” có “{case.text('level')}”, nhưng chỉ nhận {', '.join(_LEVELS)}")
    grade, (lowest, highest) = case.whole("grade", 0), _GRADES[level]
    if not lowest <= grade <= highest:
        raise BadCase(f"“grade” của {level} phải từ {lowest} đến {highest}, không phải {grade}")
    regime = regime_of(level, grade, case.whole("start_year"))
    return {"out": None if regime is None else _named(regime)}


def _named(regime: Regime) -> Named:
    return Named(regime.value, lambda label: is_named(regime, label))


def register() -> None:
    standing = {"conduct", "learning", "absent_sessions", "disability"}
    register_section("promotion", standing | {"conduct_after", "learning_after"}, _promotion)
    register_section(
        "reassessment",
        {"scores", "comments", "conduct", "absent_sessions", "results"},
        _reassessment,
    )
    register_section("regime", {"level", "grade", "start_year"}, _regime)
