"""Thông tư 43/2021/TT-BGDĐT: continuing education, five subjects instead of six.

Averages, conduct, promotion, summer training and re-assessment are those of TT 22/2021.
"""

from collections.abc import Mapping, Sequence

from khue.gradebook.rules.dated import NO_OVERRIDES, provision
from khue.gradebook.rules.learning import (
    LearningResult,
    Policy,
    Threshold,
    learning_level,
    level_by_thresholds,
)
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark

FIVE_SUBJECTS = 5


def gdtx_thresholds(overrides: Mapping[str, str] = NO_OVERRIDES) -> tuple[Threshold, ...]:
    """Ngưỡng các mức kết quả học tập của học viên; what is not confirmed comes as data.

    Law: TT 43/2021/TT-BGDĐT, Điều 9
    """
    allowed = provision("gdtx_failed_comments", overrides=overrides)
    good = None if allowed == "any" else int(allowed)
    enough = None if good is None else good + 1
    return (
        Threshold(Level.TOT, 65, 80, FIVE_SUBJECTS, good),
        Threshold(Level.KHA, 50, 65, FIVE_SUBJECTS, good),
        Threshold(Level.DAT, 35, 50, FIVE_SUBJECTS, enough),
    )


def gdtx_learning_level(
    scores: Sequence[int],
    failed_comments: int = 0,
    *,
    policy: Policy = "replace",
    overrides: Mapping[str, str] = NO_OVERRIDES,
) -> LearningResult:
    """Mức kết quả học tập của học viên, by thresholds; adjusted only where a setting says so.

    Law: TT 43/2021/TT-BGDĐT, Điều 9
    """
    thresholds = gdtx_thresholds(overrides)
    if provision("gdtx_adjusts", overrides=overrides) == "yes":
        return learning_level(scores, failed_comments, policy=policy, thresholds=thresholds)
    raw = level_by_thresholds(scores, failed_comments, thresholds)
    return LearningResult(raw, raw)


def regular_with_topics(regular: Sequence[Mark], topics: Sequence[Mark]) -> tuple[Mark, ...]:
    """Điểm thường xuyên kể cả chuyên đề: every chosen topic counts, not one per cluster.

    Law: TT 43/2021/TT-BGDĐT, Điều 9
    """
    return (*regular, *topics)


def goes_without_conduct(*conduct_of_terms: Level | None, optional: bool) -> bool:
    """Học viên không đánh giá rèn luyện: adults in work-study or guided self-study.

    Where a center leaves them out (`optional`), they are those of whom no term has a level; who
    has one of one term still waits for the other.
    Law: TT 43/2021/TT-BGDĐT, Điều 8
    """
    return optional and all(level is None for level in conduct_of_terms)
