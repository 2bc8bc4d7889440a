"""Các phần về kết quả một môn học: counts, averages, comment subjects, marks as typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from khue.gradebook.cases.reading import comment_code, comment_of, mark_of, marks_of
from khue.gradebook.rules.circumstances import closed
from khue.gradebook.rules.marks import FAILED, counted_score
from khue.gradebook.rules.tt22 import (
    comment_semester,
    comment_year,
    regular_count,
    semester_average,
    weighted_sum,
    year_average,
)
from kit.numbers import parse_mark, print_mark, round_half_up_ratio
from kit.refusal import Refusal
from kit.rule_cases import BadCase, Case, Named, Tenths, register_section

MARKS = ("tx", "gk", "ck")
_FEWEST_COMMENTS = regular_count(0, by_comment=True)


def _regular_count(case: Case) -> Mapping[str, Any]:
    by_comment, cluster = case.flag("by_comment"), case.flag("cluster")
    count = regular_count(case.whole("periods"), by_comment=by_comment, with_cluster=cluster)
    return {"out": count}


def _counts_in_table(table: Mapping[Any, Any]) -> Iterator[Mapping[str, Any]]:
    for periods, count in table.items():
        yield {"id": str(periods), "periods": periods, "out": count}


def _average(case: Case) -> int | None:
    regular = marks_of(case, "tx")
    midterm, final = mark_of(case.need("gk"), "gk"), mark_of(case.need("ck"), "ck")
    return semester_average(regular, midterm, final)


def _semester_average(case: Case) -> Mapping[str, Any]:
    return {"out": Tenths(_average(case))}


def _year_average(case: Case) -> Mapping[str, Any]:
    first, second = (mark_of(case.need(key), key) for key in ("hk1", "hk2"))
    return {"out": Tenths(year_average(first, second))}


def _exact_average(case: Case) -> tuple[int, int] | None:
    marks = [*marks_of(case, "tx"), *(mark_of(case.need(key), key) for key in ("gk", "ck"))]
    counted = [score for mark in marks if (score := counted_score(mark)) is not None]
    return weighted_sum(counted[:-2], *counted[-2:]) if len(counted) == len(marks) else None


def _rounded_once(first: Case, second: Case) -> int | None:
    """What a program gets that rounds only at the end: shown to be wrong, never used."""
    one, two = _exact_average(first), _exact_average(second)
    if one is None or two is None:
        return None
    return round_half_up_ratio(one[0] * two[1] + 2 * two[0] * one[1], 3 * one[1] * two[1])


def _term_agrees(part: Case, average: int | None) -> bool:
    return not part.has("out") or Tenths(average).agrees(part.need("out"))


def _year_from_marks(case: Case) -> Mapping[str, Any]:
    parts = [case.part("hk1"), case.part("hk2")]
    first, second = (_average(part) for part in parts)
    for name, part, average in zip(("hk1", "hk2"), parts, (first, second), strict=True):
        if not _term_agrees(part, average):
            raise BadCase(f"{name}.out cần {part.need('out')}, tính được {Tenths(average)}")
    return {
        "out": Tenths(year_average(first, second)),
        "wrong_if_rounded_once": Tenths(_rounded_once(*parts)),
    }


def _comment_semester(case: Case) -> Mapping[str, Any]:
    """At the end of the term: an assessment that is not there fails it (Điều 7, Điều 9)."""
    regular = [closed(comment_of(value, "tx")) for value in case.items("tx")]
    midterm, final = (closed(comment_of(case.need(key), key)) for key in ("gk", "ck"))
    complete = len(regular) >= _FEWEST_COMMENTS
    return {"out": comment_code(comment_semester(regular, midterm, final) if complete else FAILED)}


def _comment_year(case: Case) -> Mapping[str, Any]:
    comment_of(case.values.get("hk1"), "hk1")
    return {"out": comment_code(comment_year(comment_of(case.need("hk2"), "hk2")))}


def _mark_input(case: Case) -> Mapping[str, Any]:
    typed = case.values.get("in")
    mark = parse_mark("" if typed is None else case.text("in"))
    if isinstance(mark, Refusal):
        return {"out": "REJECT", "print": None}
    return {"out": Tenths(mark), "print": _printed(mark)}


def _printed(mark: int) -> Named:
    """A whole mark prints as "7,0", and as "7" where a book wants it short."""
    forms = {print_mark(mark), print_mark(mark, whole_with_decimal=False)}
    return Named(print_mark(mark), lambda text: text.strip() in forms)


def register() -> None:
    register_section(
        "regular_count", {"periods", "by_comment", "cluster"}, _regular_count, _counts_in_table
    )
    register_section("semester_average", MARKS, _semester_average)
    register_section("year_average", {"hk1", "hk2"}, _year_average)
    register_section("year_from_marks", {"hk1", "hk2"}, _year_from_marks)
    register_section("comment_semester", MARKS, _comment_semester)
    register_section("comment_year", {"hk1", "hk2"}, _comment_year)
    register_section("mark_input", {"in"}, _mark_input)
