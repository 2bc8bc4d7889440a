"""Thông tư 22/2021/TT-BGDĐT: results of a subject, lower and upper secondary.

Marks are integers in tenths. Both averages are rounded half up to one decimal, exactly.
"""

from collections.abc import Sequence

from khue.gradebook.rules.dated import number
from khue.gradebook.rules.marks import (
    FAILED,
    PASSED,
    Mark,
    counted_comment,
    counted_score,
    is_settled,
)
from kit.numbers import round_half_up_ratio

MIDTERM_WEIGHT = 2
FINAL_WEIGHT = 3
TEST_WEIGHT = MIDTERM_WEIGHT + FINAL_WEIGHT
SECOND_TERM_WEIGHT = 2


def regular_count(
    periods_per_year: int, *, by_comment: bool = False, with_cluster: bool = False
) -> int:
    """Số điểm đánh giá thường xuyên (ĐĐGtx) của một học kì.

    Up to 35 periods a year: 2; over 35 to 70: 3; over 70: 4. A comment subject has 2.
    The chosen result of a cluster of study topics is one more regular mark.
    Law: TT 22/2021/TT-BGDĐT, Điều 6
    """
    if by_comment:
        return 2
    band = 2 if periods_per_year <= 35 else 3 if periods_per_year <= 70 else 4
    return band + (number("cluster_marks") if with_cluster else 0)


def minutes_of_test(periods_per_year: int, *, specialised: bool = False) -> tuple[int, int]:
    """Thời gian làm bài kiểm tra định kì: the shortest and the longest, in minutes.

    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    if specialised:
        return 45, 120
    return (45, 45) if periods_per_year <= 70 else (60, 90)


def weighted_sum(regular: Sequence[int], midterm: int, final: int) -> tuple[int, int]:
    """Tử số và mẫu số của ĐTBmhk: the sum of weighted marks and the sum of weights."""
    total = sum(regular) + MIDTERM_WEIGHT * midterm + FINAL_WEIGHT * final
    return total, len(regular) + TEST_WEIGHT


def semester_average(regular: Sequence[Mark], midterm: Mark, final: Mark) -> Mark:
    """Điểm trung bình môn học kì (ĐTBmhk); none until every required mark is there.

    ĐTBmhk = (tổng ĐĐGtx + 2 x ĐĐGgk + 3 x ĐĐGck) / (số ĐĐGtx + 5)
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    counted = [counted_score(mark) for mark in (*regular, midterm, final)]
    known = [mark for mark in counted if mark is not None]
    if not regular or len(known) < len(counted):
        return None
    return round_half_up_ratio(*weighted_sum(known[:-2], known[-2], known[-1]))


def provisional_average(regular: Sequence[Mark], midterm: Mark, final: Mark) -> Mark:
    """Điểm trung bình tạm tính: of the marks so far; for teachers only, always named so."""
    weights = [1] * len(regular) + [MIDTERM_WEIGHT, FINAL_WEIGHT]
    counted = [counted_score(mark) for mark in (*regular, midterm, final)]
    known = [(mark, by) for mark, by in zip(counted, weights, strict=True) if mark is not None]
    if not known:
        return None
    return round_half_up_ratio(sum(mark * by for mark, by in known), sum(by for _, by in known))


def year_average(first_term: Mark, second_term: Mark) -> Mark:
    """Điểm trung bình môn cả năm (ĐTBmcn), from the two rounded averages of the terms.

    ĐTBmcn = (ĐTBmhkI + 2 x ĐTBmhkII) / 3
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    if first_term is None or second_term is None:
        return None
    return round_half_up_ratio(
        first_term + SECOND_TERM_WEIGHT * second_term, 1 + SECOND_TERM_WEIGHT
    )


def comment_semester(regular: Sequence[Mark], midterm: Mark, final: Mark) -> Mark:
    """Kết quả học kì của môn đánh giá bằng nhận xét: Đạt when every assessment is Đạt.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    required = (*regular, midterm, final)
    if not regular or not all(map(is_settled, required)):
        return None
    return PASSED if all(counted_comment(mark) == PASSED for mark in required) else FAILED


def comment_year(second_term: Mark) -> Mark:
    """Kết quả cả năm của môn đánh giá bằng nhận xét: that of term II.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    return second_term


def subject_semester(
    regular: Sequence[Mark], midterm: Mark, final: Mark, *, by_comment: bool
) -> Mark:
    """Kết quả môn học trong học kì, in the form of assessment of the subject."""
    rule = comment_semester if by_comment else semester_average
    return rule(regular, midterm, final)


def subject_year(first_term: Mark, second_term: Mark, *, by_comment: bool) -> Mark:
    """Kết quả môn học cả năm, in the form of assessment of the subject."""
    return comment_year(second_term) if by_comment else year_average(first_term, second_term)
