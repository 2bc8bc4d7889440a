"""Môn tích hợp: one subject in the book, several strands that are taught and assessed."""

from collections.abc import Iterable, Mapping, Sequence

from khue.gradebook.rules.marks import FAILED, PASSED, Mark, counted_comment, is_settled
from khue.gradebook.rules.tt27 import SubjectLevel
from kit.numbers import round_half_up_ratio


def arts_assessment(strands: Sequence[Mark]) -> Mark:
    """Mức một lần đánh giá môn Nghệ thuật: Đạt only when every strand is Đạt.

    None while a strand (Âm nhạc, Mĩ thuật) waits, unless another one already fails.
    Law: TT 22/2021/TT-BGDĐT, Điều 5
    """
    if any(counted_comment(mark) == FAILED for mark in strands):
        return FAILED
    if not strands or not all(map(is_settled, strands)):
        return None
    return PASSED


def mixed_mark(marks: Mapping[str, int], periods: Mapping[str, int]) -> int | None:
    """Điểm chung của các mạch kiến thức, by the periods taught; exact, half up, in tenths.

    A help for the teacher: the cell of the book is one mark, and only it is legal.
    None without a strand that has been taught.
    """
    taught = {name: periods.get(name, 0) for name in marks}
    total = sum(taught.values())
    if total <= 0:
        return None
    return round_half_up_ratio(sum(marks[name] * taught[name] for name in marks), total)


def lower_level(strands: Iterable[SubjectLevel]) -> SubjectLevel | None:
    """Mức của môn Tin học và Công nghệ: the lower of its strands; none without any.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    return max(strands, default=None)


def year_end_tests(
    strands: Mapping[str, int], *, name: str, merged: bool = False
) -> dict[str, int]:
    """Điểm kiểm tra cuối năm của Tin học và Công nghệ, as the year rule reads them.

    One mark for each strand, so that the lower one decides; a province may merge them into
    one mark, their mean rounded half up to a whole one. Marks are in tenths.
    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    if not merged or not strands:
        return {f"{name}: {strand}": mark for strand, mark in strands.items()}
    whole = round_half_up_ratio(sum(strands.values()), 10 * len(strands))
    return {name: 10 * whole}
