"""Mã của một kết quả: a pupil and a school year as one number of ours, the same for life."""

from __future__ import annotations

_YEARS = 10_000


def result_key(student_id: int, year: int) -> int:
    """12 in 2026 is 122026; the term is told by the part."""
    return student_id * _YEARS + year


def student_of_result(key: int) -> int:
    return key // _YEARS
