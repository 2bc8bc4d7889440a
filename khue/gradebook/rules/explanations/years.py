"""Cách xét cuối năm học: conduct of the year, promotion, re-assessment, awards."""

from collections.abc import Mapping
from dataclasses import dataclass

from khue.gradebook.rules.awards import GDTX_TITLES, TITLES, Award, gdtx_award, year_award
from khue.gradebook.rules.conduct import YEAR_BY_TERMS, conduct_year
from khue.gradebook.rules.dated import number
from khue.gradebook.rules.explanations.base import (
    TT22,
    TT43,
    Condition,
    Explanation,
    Part,
    parts_of,
    waiting,
    with_marks,
)
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.promotion import (
    Outcome,
    Standing,
    absence_limit,
    outcome_name,
    promotion_outcome,
)
from khue.gradebook.rules.reassessment import Reassessed, YearResults
from kit.numbers import print_mark


@dataclass(frozen=True, slots=True)
class YearLaw:
    """The articles of a circular about the end of the year, by their numbers."""

    circular: str
    promotion: int
    training: int
    again: int
    award: int
    conduct: int = 8

    def article(self, number: int) -> str:
        """As an explanation cites it."""
        return f"{self.circular}, Điều {number}"


GENERAL = YearLaw(TT22, promotion=12, training=13, again=14, award=15)
CONTINUING = YearLaw(TT43, promotion=11, training=12, again=13, award=14)


def _level_part(label: str, level: Level | None) -> Part:
    shown = level.name_vi if level is not None else ""
    return Part(label, shown, shown)


def explain_conduct_year(
    first_term: Level | None, second_term: Level | None, *, law: YearLaw = GENERAL
) -> Explanation:
    """Cách xếp kết quả rèn luyện cả năm: the row of the table that applies.

    Law: TT 22/2021/TT-BGDĐT, Điều 8
    """
    parts = (_level_part("Học kì I", first_term), _level_part("Học kì II", second_term))
    result = conduct_year(first_term, second_term)
    notes = waiting([part.label for part in parts if not part.shown])
    return Explanation(
        symbol="KQRL",
        name="Kết quả rèn luyện cả năm",
        formula="Tra bảng theo kết quả của hai học kì",
        parts=parts,
        substitution=_pair(first_term, second_term),
        exact="",
        result=result,
        printed=result.name_vi if result is not None else "",
        article=law.article(law.conduct),
        notes=notes,
        conditions=_row_of_table(first_term, second_term),
        parts_title="Học kì",
        weighted=False,
    )


def _pair(first: Level | None, second: Level | None) -> str:
    if first is None or second is None:
        return ""
    return f"Học kì I {first.name_vi}, học kì II {second.name_vi}"


def _row_of_table(first: Level | None, second: Level | None) -> tuple[Condition, ...]:
    """The row for the first term; the cell of the second term is the one that is met."""
    if first is None:
        return ()
    return tuple(
        Condition(
            f"Học kì I {first.name_vi}, học kì II {level.name_vi}", level is second, year.name_vi
        )
        for level, year in zip(Level, YEAR_BY_TERMS[first], strict=True)
    )


def _result(label: str, level: Level | None, after: Level | None) -> Condition:
    if level is None:
        return Condition(f"{label}: không đánh giá, không xét điều kiện này", met=True)
    detail = level.name_vi
    if not level.is_met and after is not None:
        detail = f"{detail}; sau kì nghỉ hè: {after.name_vi}"
    reached = level.is_met or (after is not None and after.is_met)
    return Condition(f"{label} cả năm từ mức Đạt trở lên", reached, detail)


def _absence(standing: Standing, limit: int) -> Condition:
    detail = f"nghỉ {standing.absent_sessions} buổi"
    text = f"Nghỉ học không quá {limit} buổi, tính theo kế hoạch một buổi một ngày"
    return Condition(text, standing.absent_sessions <= limit, detail)


def _promotion_note(standing: Standing, outcome: Outcome, limit: int, law: YearLaw) -> str:
    if outcome is Outcome.RETAINED and standing.absent_sessions > limit:
        return f"Nghỉ quá {limit} buổi: rèn luyện hay đánh giá lại trong hè không thay thế được."
    both_failed = not (standing.is_conduct_met or standing.learning.is_met)
    note = _BOTH_FAILED if outcome is Outcome.RETAINED and both_failed else _OUTCOME_NOTES[outcome]
    return note.format(law=law)


_BOTH_FAILED = (
    "Cả rèn luyện và học tập đều Chưa đạt nên không thuộc diện đánh giá lại (Điều {law.again})."
)
_OUTCOME_NOTES = {
    Outcome.PROMOTED: "Đủ các điều kiện.",
    Outcome.RETAINED: "Kết quả sau kì nghỉ hè vẫn Chưa đạt.",
    Outcome.REASSESS: (
        "Đánh giá lại các môn chưa đạt trong kì nghỉ hè rồi xét lại (Điều {law.again})."
    ),
    Outcome.SUMMER_TRAINING: (
        "Rèn luyện trong kì nghỉ hè rồi đánh giá lại rèn luyện (Điều {law.training})."
    ),
    Outcome.PRINCIPAL_DECIDES: (
        "Học sinh khuyết tật: hiệu trưởng căn cứ kết quả đánh giá theo Điều 11 để quyết định."
    ),
}


def explain_promotion(
    standing: Standing,
    *,
    limit: int | None = None,
    grade: int | None = None,
    law: YearLaw = GENERAL,
) -> Explanation:
    """Cách xét lên lớp: the three conditions, and what a missing one leads to.

    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    allowed = absence_limit() if limit is None else limit
    outcome = promotion_outcome(standing, limit=allowed)
    conditions = (
        _result("Kết quả rèn luyện", standing.conduct, standing.conduct_after),
        _result("Kết quả học tập", standing.learning, standing.learning_after),
        _absence(standing, allowed),
    )
    return Explanation(
        symbol="Lên lớp",
        name="Xét lên lớp",
        formula="Đủ ba điều kiện: rèn luyện từ Đạt, học tập từ Đạt, số buổi nghỉ trong giới hạn",
        parts=(),
        substitution="",
        exact="",
        result=outcome.value,
        printed=outcome_name(outcome, grade),
        article=law.article(law.promotion),
        notes=(_promotion_note(standing, outcome, allowed, law),),
        conditions=conditions,
        weighted=False,
    )


def _replaced(results: YearResults, again: Mapping[str, Mark], name: str) -> Part:
    old = results.scores.get(name, results.comments.get(name))
    new = again.get(name)
    return Part(name, print_mark_cell(old), print_mark_cell(old if new is None else new))


def explain_reassessment(
    results: YearResults, again: Mapping[str, Mark], made: Reassessed
) -> Explanation:
    """Cách xét sau đánh giá lại: old and new results of the subjects, both levels.

    `made` is what `reassess` returned for the same results.
    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    not_sat = [name for name in made.eligible if again.get(name) is None]
    kept = (f"Không đánh giá lại, giữ kết quả cũ: {', '.join(not_sat)}.",) if not_sat else ()
    return Explanation(
        symbol="KQHT",
        name="Kết quả học tập sau đánh giá lại",
        formula="Kết quả đánh giá lại thay kết quả cả năm của môn, chỉ để xét lên lớp",
        parts=tuple(_replaced(results, again, name) for name in made.eligible),
        substitution=f"Trước: {made.before.final.name_vi}; sau: {made.after.final.name_vi}",
        exact="",
        result=made.after.final,
        printed=made.after.final.name_vi,
        article=f"{TT22}, Điều 14",
        notes=("Điểm trung bình cả năm và danh hiệu không thay đổi.", *kept),
        parts_title="Môn đánh giá lại",
        weighted=False,
    )


def _tot(label: str, level: Level) -> Condition:
    return Condition(f"{label} cả năm mức Tốt", level is Level.TOT, level.name_vi)


def _excellent(scores: Mapping[str, int], enough: int) -> Condition:
    floor = number("award_floor")
    reached = {name: score for name, score in scores.items() if score >= floor}
    text = f"Xuất sắc: ít nhất {enough} môn có ĐTBmcn từ {print_mark(floor)}"
    return Condition(text, len(reached) >= enough, with_marks(reached) or "không có môn nào")


def _award_explained(
    award: Award,
    titles: Mapping[Award, str],
    conditions: tuple[Condition, ...],
    scores: Mapping[str, int],
    article: str,
) -> Explanation:
    return Explanation(
        symbol="Khen thưởng",
        name="Danh hiệu cuối năm học",
        formula="Rèn luyện Tốt và học tập Tốt; Xuất sắc khi có thêm đủ số môn từ 9,0",
        parts=parts_of(scores),
        substitution="",
        exact="",
        result=award.value,
        printed=titles[award] or "Không có danh hiệu",
        article=article,
        notes=("Danh hiệu xét một lần cuối năm học, không xét lại sau kì nghỉ hè.",),
        conditions=conditions,
        parts_title="Môn học",
        weighted=False,
    )


def explain_award(conduct: Level, learning: Level, scores: Mapping[str, int]) -> Explanation:
    """Cách xét danh hiệu Học sinh Xuất sắc, Học sinh Giỏi; scores are ĐTBmcn by subject.

    Law: TT 22/2021/TT-BGDĐT, Điều 15
    """
    conditions = (
        _tot("Kết quả rèn luyện", conduct),
        _tot("Kết quả học tập", learning),
        _excellent(scores, number("award_subjects")),
    )
    award = year_award(conduct, learning, tuple(scores.values()))
    return _award_explained(award, TITLES, conditions, scores, GENERAL.article(GENERAL.award))


def explain_gdtx_award(conduct: Level, learning: Level, scores: Mapping[str, int]) -> Explanation:
    """Cách xét danh hiệu Học viên Xuất sắc, Học viên Giỏi.

    Law: TT 43/2021/TT-BGDĐT, Điều 14
    """
    conditions = (
        _tot("Kết quả rèn luyện", conduct),
        _tot("Kết quả học tập", learning),
        _excellent(scores, number("gdtx_award_subjects")),
    )
    award = gdtx_award(conduct, learning, tuple(scores.values()))
    return _award_explained(
        award, GDTX_TITLES, conditions, scores, CONTINUING.article(CONTINUING.award)
    )
