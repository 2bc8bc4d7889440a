"""Lỗi dữ liệu: what is wrong with one field of one record, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Loại lỗi: the kinds by which faults are counted."""

    MISSING = "missing"
    CONDITION = "condition"
    TYPE = "type"
    CODE = "code"
    ENDED_CODE = "ended_code"
    CROSSING = "crossing"
    DOUBLE = "double"
    NO_SUBJECT_CODE = "no_subject_code"
    REFUSED = "refused"


PROBLEM_NAMES = {
    Problem.MISSING: "Thiếu dữ liệu bắt buộc",
    Problem.CONDITION: "Thiếu dữ liệu theo điều kiện",
    Problem.TYPE: "Sai kiểu dữ liệu",
    Problem.CODE: "Mã không có trong danh mục",
    Problem.ENDED_CODE: "Mã đã hết hiệu lực",
    Problem.CROSSING: "Dữ liệu mâu thuẫn",
    Problem.DOUBLE: "Trùng mã",
    Problem.NO_SUBJECT_CODE: "Môn học chưa có mã",
    Problem.REFUSED: "Cổng tiếp nhận trả lại",
}


@dataclass(frozen=True)
class Fault:
    """One fault. `blocks`: the record is held back until it is mended."""

    field: str
    title: str
    problem: Problem
    sentence: str
    remedy: str
    blocks: bool = True
