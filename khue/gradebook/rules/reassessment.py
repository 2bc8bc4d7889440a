"""Đánh giá lại trong kì nghỉ hè: which subjects, and what their new results change.

A new result replaces the year result of its subject for promotion only. The average of the
year stays in the book; the new value stands in the column “Đánh giá lại”; awards stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from khue.gradebook.rules.dated import number
from khue.gradebook.rules.learning import LearningResult, Policy, learning_of_subjects
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, Mark
from khue.gradebook.rules.promotion import Outcome, Standing, promotion_outcome


@dataclass(frozen=True, slots=True)
class YearResults:
    """Kết quả cả năm của các môn: ĐTBmcn in tenths, and Đạt or Chưa đạt, by subject."""

    scores: Mapping[str, int]
    comments: Mapping[str, int]

    def level(self, *, policy: Policy = "replace") -> LearningResult | None:
        """Mức kết quả học tập của các kết quả này."""
        return learning_of_subjects(
            tuple(self.scores.values()), tuple(self.comments.values()), policy=policy
        )


@dataclass(frozen=True, slots=True)
class Reassessed:
    """What re-assessment makes of a year: subjects offered, both levels, the outcome."""

    eligible: tuple[str, ...]
    before: LearningResult
    after: LearningResult
    outcome: Outcome


def failing_subjects(results: YearResults, *, below: int | None = None) -> tuple[str, ...]:
    """Môn chưa đạt: scored ones with ĐTBmcn under 5,0 and comment ones at Chưa đạt.

    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    floor = number("reassess_below") if below is None else below
    scored = [name for name, score in results.scores.items() if score < floor]
    commented = [name for name, result in results.comments.items() if result == FAILED]
    return (*scored, *commented)


def eligible_subjects(results: YearResults, outcome: Outcome) -> tuple[str, ...]:
    """Các môn được đánh giá lại: all failing ones, where re-assessment is offered at all.

    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    return failing_subjects(results) if outcome is Outcome.REASSESS else ()


def results_for_promotion(results: YearResults, again: Mapping[str, Mark]) -> YearResults:
    """Kết quả dùng để xét lên lớp: new ones in place of old; a subject not sat keeps the old.

    The given results are left as they are.
    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    allowed = failing_subjects(results)
    new = {name: mark for name, mark in again.items() if name in allowed and mark is not None}
    return YearResults(
        {name: new.get(name, score) for name, score in results.scores.items()},
        {name: new.get(name, result) for name, result in results.comments.items()},
    )


def _standing(conduct: Level, absent: int, before: Level, after: Level | None = None) -> Standing:
    return Standing(conduct, before, absent, learning_after=after)


def reassess(
    results: YearResults,
    again: Mapping[str, Mark],
    *,
    conduct: Level,
    absent_sessions: int = 0,
    policy: Policy = "replace",
) -> Reassessed | None:
    """Xét lên lớp sau đánh giá lại; none while a subject has no year result.

    With no new result at all, the outcome is that of the end of the year.
    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    before = results.level(policy=policy)
    if before is None:
        return None
    first = promotion_outcome(_standing(conduct, absent_sessions, before.final))
    eligible = eligible_subjects(results, first)
    new = {name: mark for name, mark in again.items() if name in eligible and mark is not None}
    if not new:
        return Reassessed(eligible, before, before, first)
    after = results_for_promotion(results, new).level(policy=policy) or before
    last = _standing(conduct, absent_sessions, before.final, after.final)
    return Reassessed(eligible, before, after, promotion_outcome(last))
