"""Các cột điểm của một học kì: their names, their order, and what a row of them amounts to."""

from collections.abc import Mapping

from khue.gradebook.rules.marks import Assessments, Mark, count_settled
from khue.gradebook.rules.tt22 import provisional_average, subject_semester

REGULAR_SLOTS = ("tx1", "tx2", "tx3", "tx4", "tx5", "tx6")
MIDTERM_SLOT, FINAL_SLOT = "gk", "ck"
EVERY_SLOT = (*REGULAR_SLOTS, MIDTERM_SLOT, FINAL_SLOT)
TERM_NAMES = {1: "Học kì I", 2: "Học kì II"}
SPOKEN_TERMS = {1: "học kì I", 2: "học kì II"}


def slots_of(regular_marks: int) -> tuple[str, ...]:
    """Các cột phải có trong học kì: the regular marks that the subject requires, gk and ck."""
    if regular_marks == 0:
        return ()
    return (*REGULAR_SLOTS[:regular_marks], MIDTERM_SLOT, FINAL_SLOT)


def slot_title(slot: str, *, plain: int = len(REGULAR_SLOTS), topics: int = 0) -> str:
    """As the head of the column says it: "Thường xuyên 2", "Chuyên đề", "Giữa kì".

    The first `plain` regular columns are those of the subject; after them come those of study
    topics, which count as regular marks.
    """
    if slot not in REGULAR_SLOTS:
        return "Giữa kì" if slot == MIDTERM_SLOT else "Cuối kì"
    number = int(slot[2:])
    if number <= plain:
        return f"Thường xuyên {number}"
    return f"Chuyên đề {number - plain}" if topics > 1 else "Chuyên đề"


def slot_label(
    slot: str, *, by_comment: bool = False, plain: int = len(REGULAR_SLOTS), topics: int = 0
) -> str:
    """As a sentence says it: "Điểm thường xuyên 2", "Đánh giá giữa kì"."""
    title = slot_title(slot, plain=plain, topics=topics)
    return f"{'Đánh giá' if by_comment else 'Điểm'} {title[:1].lower()}{title[1:]}"


def assessments_of(marks: Mapping[str, Mark], regular_marks: int) -> Assessments:
    """The required assessments of a row, filled or not."""
    regular = tuple(marks.get(slot) for slot in REGULAR_SLOTS[:regular_marks])
    return Assessments(regular, marks.get(MIDTERM_SLOT), marks.get(FINAL_SLOT))


def term_result(marks: Mapping[str, Mark], regular_marks: int, *, by_comment: bool) -> Mark:
    """Kết quả học kì (ĐTBmhk, hoặc Đ/CĐ); none until every required assessment is there."""
    given = assessments_of(marks, regular_marks)
    return subject_semester(given.regular, given.midterm, given.final, by_comment=by_comment)


def provisional_result(marks: Mapping[str, Mark], regular_marks: int, *, by_comment: bool) -> Mark:
    """Điểm trung bình tạm tính; a comment subject has none."""
    if by_comment:
        return None
    given = assessments_of(marks, regular_marks)
    return provisional_average(given.regular, given.midterm, given.final)


def settled_in(marks: Mapping[str, Mark], regular_marks: int) -> int:
    """How many required assessments of a row no longer wait."""
    return count_settled(assessments_of(marks, regular_marks).all)
