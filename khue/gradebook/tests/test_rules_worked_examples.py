"""Worked examples W1 to W9, as a head teacher would check them by hand.

TX: điểm thường xuyên; GK: giữa kì; CK: cuối kì.
"""

from khue.gradebook.rules.marks import FAILED, PASSED, ZERO_BY_RULE, Mark, print_mark_cell
from khue.gradebook.rules.tt22 import (
    comment_semester,
    comment_year,
    regular_count,
    semester_average,
    year_average,
)
from kit.numbers import parse_mark

D, CD = PASSED, FAILED


def mark(text: str) -> int:
    """One mark as a teacher writes it."""
    tenths = parse_mark(text)
    assert isinstance(tenths, int)
    return tenths


def term(tx: str, gk: str, ck: str) -> Mark:
    """The average of a term from marks written as in a mark book."""
    return semester_average([mark(text) for text in tx.split()], mark(gk), mark(ck))


def printed(stored: Mark) -> str:
    """A result as the book shows it."""
    return print_mark_cell(stored)


def test_w1_civics_with_35_periods_has_two_regular_marks() -> None:
    assert regular_count(35) == 2
    assert printed(term(tx="8 9", gk="7", ck="7,5")) == "7,6"


def test_w2_exactly_6_55_rounds_up_to_6_6() -> None:
    assert regular_count(70) == 3
    assert printed(term(tx="6 7 7", gk="6", ck="6,8")) == "6,6"


def test_w3_exactly_6_45_reaches_the_floor_of_tot() -> None:
    assert printed(term(tx="6 7 7", gk="6,5", ck="6,2")) == "6,5"


def test_w4_exactly_8_95_is_9() -> None:
    assert printed(term(tx="9 9 9", gk="9,1", ck="8,8")) == "9,0"


def test_w5_literature_of_a_term_and_of_the_year() -> None:
    assert regular_count(140) == 4
    assert printed(term(tx="6,5 7 8 9", gk="6,5", ck="7,3")) == "7,3"
    assert printed(year_average(mark("7,8"), mark("8,1"))) == "8,0"


def test_w6_each_term_is_rounded_before_the_year() -> None:
    first = term(tx="8 8 8 8", gk="7,5", ck="7,5")
    second = term(tx="7,5 8 8 8", gk="8,2", ck="8,2")
    assert (printed(first), printed(second)) == ("7,7", "8,1")
    assert printed(year_average(first, second)) == "8,0"


def test_w7_the_topic_cluster_is_one_more_regular_mark() -> None:
    assert regular_count(105, with_cluster=True) == 5
    assert printed(term(tx="7 8 8 9 9", gk="7,5", ck="8")) == "8,0"
    assert printed(term(tx="7 8 8 9", gk="7,5", ck="8")) == "7,9"


def test_w8_a_final_test_missed_without_reason_counts_zero() -> None:
    tx = [mark(text) for text in ["7", "8", "6", "7"]]
    assert printed(semester_average(tx, mark("6,5"), ZERO_BY_RULE)) == "4,6"


def test_w9_one_chua_dat_fails_the_term_and_term_two_decides_the_year() -> None:
    first = comment_semester([D, D], CD, D)
    second = comment_semester([D, D], D, D)
    assert (printed(first), printed(second)) == ("CĐ", "Đ")
    assert printed(comment_year(second)) == "Đ"
