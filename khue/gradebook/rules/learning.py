"""Kết quả học tập: the level of a term or a year from the results of the subjects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, HIGHEST, Mark

__all__ = [
    "THRESHOLDS_TT22",
    "LearningResult",
    "Level",
    "Policy",
    "Threshold",
    "learning_level",
    "learning_of_subjects",
    "level_by_thresholds",
]

_ADJUSTED_FROM = 2
COMMENT_SUBJECT = -1

Policy = Literal["replace", "drop"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Điều kiện của một mức; marks in tenths, `failed_comments` none where it does not matter."""

    level: Level
    floor: int
    enough_from: int
    enough: int
    failed_comments: int | None

    def is_met(self, scores: Sequence[int], failed_comments: int) -> bool:
        """Whether these results of subjects satisfy every condition of the level."""
        if self.failed_comments is not None and failed_comments > self.failed_comments:
            return False
        if min(scores, default=-1) < self.floor:
            return False
        return sum(score >= self.enough_from for score in scores) >= self.enough


THRESHOLDS_TT22 = (
    Threshold(Level.TOT, 65, 80, 6, 0),
    Threshold(Level.KHA, 50, 65, 6, 0),
    Threshold(Level.DAT, 35, 50, 6, 1),
)


@dataclass(frozen=True, slots=True)
class LearningResult:
    """The level by the thresholds, the level after Điều 9 khoản 3, and what caused the change.

    `adjusted_by` is the place of the one scored subject, -1 for the one comment subject.
    """

    raw: Level
    final: Level
    adjusted_by: int | None = None


def level_by_thresholds(
    scores: Sequence[int],
    failed_comments: int,
    thresholds: Sequence[Threshold] = THRESHOLDS_TT22,
) -> Level:
    """Mức kết quả học tập theo ngưỡng của khoản 2.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    for threshold in thresholds:
        if threshold.is_met(scores, failed_comments):
            return threshold.level
    return Level.CHUADAT


def _without_one_cause(
    scores: Sequence[int], failed: int, policy: Policy, thresholds: Sequence[Threshold]
) -> Iterator[tuple[Level, int]]:
    """The level if one single subject had met the need, for each that can be the cause.

    A mark under the floor of Khá can only be made good by its own subject.
    """
    floor = thresholds[1].floor
    low = [place for place, score in enumerate(scores) if score < floor]
    for place in low or range(len(scores)):
        satisfied = [HIGHEST] if policy == "replace" else []
        others = [*scores[:place], *satisfied, *scores[place + 1 :]]
        yield level_by_thresholds(others, failed, thresholds), place
    if failed > 0:
        yield level_by_thresholds(scores, failed - 1, thresholds), COMMENT_SUBJECT


def learning_level(
    scores: Sequence[int],
    failed_comments: int = 0,
    *,
    policy: Policy = "replace",
    thresholds: Sequence[Threshold] = THRESHOLDS_TT22,
) -> LearningResult:
    """Mức kết quả học tập sau điều chỉnh: raised where one single subject spoils it (khoản 3).

    A level that one single subject pulls down by two levels or more from Tốt or Khá goes up
    to the next one. The text leaves open whether that subject is thought satisfied
    ("replace", the default) or left out ("drop"): a province decides.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    raw = level_by_thresholds(scores, failed_comments, thresholds)
    if raw < _ADJUSTED_FROM:
        return LearningResult(raw, raw)
    candidates = _without_one_cause(scores, failed_comments, policy, thresholds)
    best, cause = min(candidates, default=(raw, None))
    if best in (Level.TOT, Level.KHA) and raw - best >= _ADJUSTED_FROM:
        return LearningResult(raw, Level(raw - 1), cause)
    return LearningResult(raw, raw)


def learning_of_subjects(
    scores: Sequence[Mark],
    comments: Sequence[Mark],
    *,
    policy: Policy = "replace",
    thresholds: Sequence[Threshold] = THRESHOLDS_TT22,
) -> LearningResult | None:
    """Mức kết quả học tập từ kết quả các môn; none while a subject has no result yet.

    `comments` hold Đạt (101) or Chưa đạt (102) of the comment subjects.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    known = [score for score in scores if score is not None]
    if len(known) < len(scores) or None in comments or not (scores or comments):
        return None
    failed = sum(result == FAILED for result in comments)
    return learning_level(known, failed, policy=policy, thresholds=thresholds)
