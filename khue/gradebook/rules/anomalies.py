"""Điều bất thường trong sổ điểm: plain signs for the principal to ask about, never a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khue.gradebook.rules.marks import Mark, counted_score, is_settled
from kit.numbers import print_mark

FAR_FROM_OTHERS = 40
ENOUGH_OTHERS = 3
SAME_FROM = 10
EMPTY_SHARE_PERCENT = 50


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One sign: its kind, the column or cell, and a sentence that says what was seen."""

    kind: str
    where: str
    sentence: str


def _median_twice(marks: Sequence[int]) -> int:
    """Twice the median, so that it stays a whole number of tenths."""
    ordered = sorted(marks)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return 2 * ordered[middle]
    return ordered[middle - 1] + ordered[middle]


def marks_out_of_line(
    cells: Mapping[str, Mark], *, far: int = FAR_FROM_OTHERS
) -> tuple[Anomaly, ...]:
    """Điểm lệch hẳn các điểm khác của cùng học sinh trong môn: four points from their median.

    `cells` are the marks of one student in one subject and term, by the title of the column;
    at least three other marks are needed before a mark can be out of line.
    """
    scores = {
        name: score for name, mark in cells.items() if (score := counted_score(mark)) is not None
    }
    found = []
    for name, score in scores.items():
        others = [other for column, other in scores.items() if column != name]
        if len(others) >= ENOUGH_OTHERS and abs(2 * score - _median_twice(others)) >= 2 * far:
            found.append(_out_of_line(name, score, others))
    return tuple(found)


def _out_of_line(name: str, score: int, others: Sequence[int]) -> Anomaly:
    between = f"từ {print_mark(min(others))} đến {print_mark(max(others))}"
    sentence = f"{name}: {print_mark(score)}, trong khi các điểm khác {between}."
    return Anomaly("OUT_OF_LINE", name, sentence)


def same_marks_in_column(
    title: str, column: Sequence[Mark], *, least: int = SAME_FROM
) -> Anomaly | None:
    """Cả cột cùng một điểm: ten students or more, every one with the same mark."""
    marks = [score for mark in column if (score := counted_score(mark)) is not None]
    if len(marks) < least or len(set(marks)) > 1:
        return None
    sentence = f"{title}: cả {len(marks)} học sinh cùng một điểm {print_mark(marks[0])}."
    return Anomaly("ALL_SAME", title, sentence)


def missing_column(
    title: str, column: Sequence[Mark], *, share_percent: int = EMPTY_SHARE_PERCENT
) -> Anomaly | None:
    """Cột còn trống: half of the class or more has nothing settled in a required column."""
    empty = sum(not is_settled(mark) for mark in column)
    if not empty or 100 * empty < share_percent * len(column):
        return None
    if empty == len(column):
        return Anomaly("MISSING", title, f"{title}: chưa có học sinh nào được nhập.")
    return Anomaly("MISSING", title, f"{title}: còn {empty} trên {len(column)} học sinh chưa có.")
