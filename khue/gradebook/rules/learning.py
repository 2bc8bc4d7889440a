"""Kết quả học tập theo Thông tư 22/2021/TT-BGDĐT: the level of a term or a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from khue.gradebook.rules.marks import HIGHEST

_SIX_SUBJECTS = 6
_ADJUSTED_FROM = 2

Policy = Literal["replace", "drop"]


class Level(IntEnum):
    """Mức đánh giá kết quả học tập, the best first."""

    TOT = 0
    KHA = 1
    DAT = 2
    CHUADAT = 3

    @property
    def name_vi(self) -> str:
        """As the book prints it."""
        return ("Tốt", "Khá", "Đạt", "Chưa đạt")[self]


@dataclass(frozen=True, slots=True)
class LearningResult:
    """The level by the thresholds, the level after Điều 9 khoản 3, and what caused the change.

    `adjusted_by` is the place of the one scored subject, -1 for the one comment subject.
    """

    raw: Level
    final: Level
    adjusted_by: int | None = None


def _at_least(scores: Sequence[int], floor: int) -> int:
    return sum(score >= floor for score in scores)


def _reaches(scores: Sequence[int], floor: int, six_from: int) -> bool:
    return min(scores, default=-1) >= floor and _at_least(scores, six_from) >= _SIX_SUBJECTS


def level_by_thresholds(scores: Sequence[int], failed_comments: int) -> Level:
    """Mức kết quả học tập theo ngưỡng của khoản 2.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    if failed_comments == 0 and _reaches(scores, 65, 80):
        return Level.TOT
    if failed_comments == 0 and _reaches(scores, 50, 65):
        return Level.KHA
    if failed_comments <= 1 and _reaches(scores, 35, 50):
        return Level.DAT
    return Level.CHUADAT


def _without_one_cause(
    scores: Sequence[int], failed_comments: int, policy: Policy
) -> Iterator[tuple[Level, int]]:
    """The level if one single subject had met the need, for each subject in turn."""
    for place in range(len(scores)):
        satisfied = [HIGHEST] if policy == "replace" else []
        others = [*scores[:place], *satisfied, *scores[place + 1 :]]
        yield level_by_thresholds(others, failed_comments), place
    if failed_comments > 0:
        yield level_by_thresholds(scores, failed_comments - 1), -1


def learning_level(
    scores: Sequence[int], failed_comments: int = 0, *, policy: Policy = "replace"
) -> LearningResult:
    """Mức kết quả học tập sau điều chỉnh: raised where one single subject spoils it (khoản 3).

    A level that one single subject pulls down by two levels or more from Tốt or Khá goes up
    to the next one. The text leaves open whether that subject is thought satisfied
    ("replace", the default) or left out ("drop"): a province decides.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    raw = level_by_thresholds(scores, failed_comments)
    candidates = list(_without_one_cause(scores, failed_comments, policy))
    best, cause = min(candidates, default=(raw, None))
    if best in (Level.TOT, Level.KHA) and raw - best >= _ADJUSTED_FROM:
        return LearningResult(raw, Level(raw - 1), cause)
    return LearningResult(raw, raw)
