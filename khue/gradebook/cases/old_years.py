"""Các phần về năm học cũ: Thông tư 58/2011/TT-BGDĐT, alone and with Thông tư 26/2020."""

from collections.abc import Mapping, Sequence
from typing import Any

from khue.gradebook.cases.reading import named_scores
from khue.gradebook.rules.tt58 import (
    KEY_SUBJECTS_TT26,
    KEY_SUBJECTS_TT58,
    OldResults,
    old_level,
)
from kit.rule_cases import BadCase, Case, Tenths, register_section


def _failed(case: Case) -> int:
    """`cd` counts them; `comments_all_d: false` alone means one comment subject Chưa đạt."""
    if case.has("cd"):
        return case.whole("cd")
    return 0 if case.flag("comments_all_d", default=True) else 1


def _level(case: Case, keys: Sequence[str]) -> Mapping[str, Any]:
    special = case.text("specialised") if case.has("specialised") else ""
    results = OldResults(named_scores(case, "s"), _failed(case), special)
    made = old_level(results, keys=keys)
    if made is None:
        raise BadCase("“s” không có môn nào")
    return {"mean": Tenths(made.mean), "raw": made.raw.name, "out": made.final.name}


def _tt58_tt26_level(case: Case) -> Mapping[str, Any]:
    return _level(case, KEY_SUBJECTS_TT26)


def _tt58_level(case: Case) -> Mapping[str, Any]:
    return _level(case, KEY_SUBJECTS_TT58)


def register() -> None:
    inputs = {"s", "comments_all_d", "cd", "specialised"}
    register_section("tt58_tt26_level", inputs, _tt58_tt26_level)
    register_section("tt58_level", inputs, _tt58_level)
