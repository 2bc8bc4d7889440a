"""Khen thưởng cuối năm học: one title or none; never from a term, never recomputed in summer."""

from collections.abc import Sequence
from enum import StrEnum

from khue.gradebook.rules.dated import number
from khue.gradebook.rules.levels import Level


class Award(StrEnum):
    """Danh hiệu cuối năm học."""

    XUATSAC = "XUATSAC"
    GIOI = "GIOI"
    TIEUBIEU = "TIEUBIEU"
    NONE = "NONE"


TITLES = {
    Award.XUATSAC: "Học sinh Xuất sắc",
    Award.GIOI: "Học sinh Giỏi",
    Award.TIEUBIEU: "Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện",
    Award.NONE: "",
}
GDTX_TITLES = {Award.XUATSAC: "Học viên Xuất sắc", Award.GIOI: "Học viên Giỏi", Award.NONE: ""}


def excellent_subjects(scores: Sequence[int], *, floor: int | None = None) -> int:
    """Số môn có ĐTBmcn từ 9,0 trở lên."""
    least = number("award_floor") if floor is None else floor
    return sum(score >= least for score in scores)


def year_award(
    conduct: Level, learning: Level, scores: Sequence[int], *, enough: int | None = None
) -> Award:
    """Danh hiệu học sinh cuối năm học: Xuất sắc, Giỏi, or none.

    Both results of the year Tốt; Xuất sắc with at least six scored subjects of ĐTBmcn >= 9,0.
    Law: TT 22/2021/TT-BGDĐT, Điều 15
    """
    if conduct is not Level.TOT or learning is not Level.TOT:
        return Award.NONE
    needed = number("award_subjects") if enough is None else enough
    return Award.XUATSAC if excellent_subjects(scores) >= needed else Award.GIOI


def gdtx_award(conduct: Level, learning: Level, scores: Sequence[int]) -> Award:
    """Danh hiệu học viên cuối năm học: five subjects instead of six.

    Law: TT 43/2021/TT-BGDĐT, Điều 14
    """
    return year_award(conduct, learning, scores, enough=number("gdtx_award_subjects"))
