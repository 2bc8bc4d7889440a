"""Đủ dữ liệu hay chưa: what is still missing from a year of a transcript, in sentences.

A photo, a personal number and the health of the pupil are not asked for here.
"""

from __future__ import annotations

from collections.abc import Iterator

from khue.transcripts.rules.facts import CONTINUING, SubjectFacts, YearFacts

EXEMPT = "Miễn đánh giá"
FINAL = frozenset({"PROMOTED", "RETAINED", "COMPLETED"})
_IDENTITY = (
    ("name", "họ và tên"),
    ("born", "ngày sinh"),
    ("sex", "giới tính"),
    ("ethnic_code", "dân tộc"),
)
_WAITING = {
    "REASSESS": "Em còn đánh giá lại trong kì nghỉ hè; học bạ đủ khi có kết quả đánh giá lại.",
    "SUMMER_TRAINING": "Em còn rèn luyện trong kì nghỉ hè; học bạ đủ khi có kết quả rèn luyện.",
    "HELP": "Em còn được hướng dẫn, giúp đỡ để đánh giá bổ sung; học bạ đủ khi có kết quả.",
    "PRINCIPAL_DECIDES": "Hiệu trưởng chưa quyết định việc lên lớp của em.",
}


def missing(facts: YearFacts) -> tuple[str, ...]:
    """Những gì còn thiếu; nothing when every field of the year is there.

    Law: NĐ 88/2026/NĐ-CP, Điều 15
    """
    return tuple(_all(facts))


def _all(facts: YearFacts) -> Iterator[str]:
    yield from _identity(facts)
    if not facts.subjects:
        yield "Lớp chưa có môn học nào được ghi vào sổ."
    for subject in facts.subjects:
        yield from _subject(subject, primary=facts.is_primary)
    yield from _primary(facts) if facts.is_primary else _secondary(facts)
    yield from _outcome(facts)
    if not facts.homeroom:
        yield "Lớp chưa được phân công giáo viên chủ nhiệm."


def _identity(facts: YearFacts) -> Iterator[str]:
    lacks = [name for fact, name in _IDENTITY if not getattr(facts.pupil, fact)]
    if lacks:
        yield f"Hồ sơ học sinh chưa có {', '.join(lacks)}."


def _is_exempt(subject: SubjectFacts) -> bool:
    return EXEMPT in subject.note


def _subject(subject: SubjectFacts, *, primary: bool) -> Iterator[str]:
    if _is_exempt(subject):
        return
    assessed = _has_level(subject) if primary else bool(subject.year)
    if not assessed:
        what = "mức đạt được cuối năm" if primary else "kết quả cả năm"
        yield f"{subject.name}: chưa có {what}."
    if not subject.comment:
        yield f"{subject.name}: chưa có nhận xét của giáo viên."


def _has_level(subject: SubjectFacts) -> bool:
    held = [one.level for one in subject.strands] or [subject.level]
    return all(held)


def _secondary(facts: YearFacts) -> Iterator[str]:
    if facts.not_assessed:
        return
    if not facts.learning.year:
        yield "Chưa có kết quả học tập cả năm."
    if not facts.conduct.year and facts.head.level != CONTINUING:
        yield "Chưa có kết quả rèn luyện cả năm."
    if facts.absent_with is None and facts.absent_without is None:
        yield "Chưa ghi số buổi nghỉ học."
    if not facts.remark:
        yield "Chưa có nhận xét của giáo viên chủ nhiệm."


def _primary(facts: YearFacts) -> Iterator[str]:
    lacks = [one.name for one in facts.qualities if not one.level]
    if lacks:
        yield f"Chưa đánh giá phẩm chất, năng lực: {', '.join(lacks)}."
    if not facts.year_level and not facts.not_assessed:
        yield "Chưa có đánh giá kết quả giáo dục cuối năm học (còn ô chưa nhập)."
    if not facts.quality_remark:
        yield "Chưa có nhận xét về phẩm chất, năng lực của giáo viên chủ nhiệm."


def _outcome(facts: YearFacts) -> Iterator[str]:
    if facts.outcome in FINAL:
        return
    yield _WAITING.get(facts.outcome, "Chưa có kết luận lên lớp.")
