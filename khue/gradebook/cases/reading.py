"""How cases write marks, levels of comment subjects and lists of results."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from khue.gradebook.rules.marks import (
    EXCUSED_PENDING,
    FAILED,
    HIGHEST,
    NOT_YET,
    PASSED,
    ZERO_BY_RULE,
    Mark,
)
from kit.refusal import Refusal
from kit.rule_cases import BadCase, Case, decimal_of
from kit.vietnamese import search_key

_STATES: Mapping[str, Mark] = {
    "not_yet": NOT_YET,
    "excused_pending": EXCUSED_PENDING,
    "zero_by_rule": ZERO_BY_RULE,
    "p": EXCUSED_PENDING,
    "kp": ZERO_BY_RULE,
    "": NOT_YET,
}
_COMMENTS = {"d": PASSED, "dat": PASSED, "cd": FAILED, "chuadat": FAILED, "chua dat": FAILED}


def mark_of(value: Any, key: str) -> Mark:
    """A mark of a scored subject as a decimal, or one of the four states of a cell."""
    word = "" if value is None else search_key(str(value))
    if word in _STATES:
        return _STATES[word]
    tenths = _tenths(value)
    if tenths is None:
        raise BadCase(f"“{key}” có “{value}”, không phải điểm từ 0 đến 10 với một chữ số thập phân")
    return tenths


def _tenths(value: Any) -> int | None:
    number = decimal_of(value)
    if number is None:
        return None
    tenths = number * 10
    lawful = tenths == tenths.to_integral_value() and Decimal(0) <= tenths <= HIGHEST
    return int(tenths) if lawful else None


def marks_of(case: Case, key: str) -> list[Mark]:
    """A list of marks."""
    return [mark_of(value, key) for value in case.items(key)]


def score_of(value: Any, key: str) -> int:
    """A result of a scored subject, which must be there."""
    mark = mark_of(value, key)
    if mark is None or mark < 0:
        raise BadCase(f"“{key}” phải có điểm, không phải “{value}”")
    return mark


def named_scores(case: Case, key: str) -> dict[str, int]:
    """Results by subject; a list is named by places."""
    values = case.need(key)
    pairs = _named(values) if isinstance(values, list) else case.mapping(key)
    return {name: score_of(value, f"{key}.{name}") for name, value in pairs.items()}


def _named(values: Sequence[Any]) -> dict[str, Any]:
    return {str(place): value for place, value in enumerate(values)}


def comment_of(value: Any, key: str) -> Mark:
    """A level of a comment subject: D or CD, with or without diacritics, or a state."""
    word = "" if value is None else search_key(str(value))
    found = _COMMENTS.get(word, _STATES.get(word, Refusal("", "")))
    if isinstance(found, Refusal):
        raise BadCase(f"“{key}” có “{value}”, nhưng chỉ nhận D hoặc CD")
    return found


def comment_code(mark: Mark) -> str | None:
    """D or CD, as cases write the level of a comment subject."""
    return {PASSED: "D", FAILED: "CD"}.get(mark or 0)


def failed_comments(case: Case) -> int:
    """How many comment subjects are Chưa đạt: `cd` as a number, or `comments` one by one."""
    if not case.has("comments"):
        return case.whole("cd", 0)
    values = case.need("comments")
    listed = values if isinstance(values, list) else list(case.mapping("comments").values())
    return sum(comment_of(value, "comments") == FAILED for value in listed)
