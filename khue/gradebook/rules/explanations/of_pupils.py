"""Cách tính của một học sinh: by the regulation and the choices that hold for the pupil.

Names of subjects lead to their results, as the page shows both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from khue.gradebook.rules.explanations.base import Explanation, waiting
from khue.gradebook.rules.explanations.levels import explain_gdtx_learning, explain_learning
from khue.gradebook.rules.explanations.years import (
    CONTINUING,
    GENERAL,
    explain_award,
    explain_gdtx_award,
    explain_reassessment,
)
from khue.gradebook.rules.learning import LearningResult
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, Mark
from khue.gradebook.rules.policies import Settings
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.rules.pupil_years import level_of
from khue.gradebook.rules.reassessment import (
    Reassessed,
    YearResults,
    failing_subjects,
    results_for_promotion,
)
from khue.gradebook.rules.regimes import Regime


def explain_pupil_learning(
    scores: Mapping[str, Mark],
    comments: Mapping[str, Mark],
    regime: Regime,
    settings: Settings,
    *,
    period: str,
) -> Explanation:
    """Cách xếp mức kết quả học tập của một học sinh.

    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 43/2021/TT-BGDĐT, Điều 9
    """
    if regime is Regime.TT43:
        overrides = settings.gdtx_overrides
        return explain_gdtx_learning(
            scores, comments, period=period, policy=settings.clause, overrides=overrides
        )
    return explain_learning(scores, comments, period=period, policy=settings.clause)


def explain_pupil_reassessment(
    results: YearResults, again: Mapping[str, Mark], regime: Regime, settings: Settings
) -> Explanation:
    """Cách xét sau đánh giá lại của một học sinh: old and new results, and the level they make.

    Law: TT 22/2021/TT-BGDĐT, Điều 14; TT 43/2021/TT-BGDĐT, Điều 13
    """
    after = results_for_promotion(results, again)
    made = Reassessed(
        failing_subjects(results),
        _level(results, regime, settings),
        _level(after, regime, settings),
        Outcome.REASSESS,
    )
    level = explain_pupil_learning(
        after.scores, after.comments, regime, settings, period="sau đánh giá lại"
    )
    told = explain_reassessment(results, again, made)
    law = CONTINUING if regime is Regime.TT43 else GENERAL
    return replace(told, article=law.article(law.again), conditions=level.conditions)


def _level(results: YearResults, regime: Regime, settings: Settings) -> LearningResult:
    failed = sum(result == FAILED for result in results.comments.values())
    return level_of(list(results.scores.values()), failed, regime, settings)


def explain_pupil_award(
    conduct: Level, learning: Level, scores: Mapping[str, int], regime: Regime
) -> Explanation:
    """Cách xét danh hiệu của một học sinh.

    Law: TT 22/2021/TT-BGDĐT, Điều 15; TT 43/2021/TT-BGDĐT, Điều 14
    """
    rule = explain_gdtx_award if regime is Regime.TT43 else explain_award
    return rule(conduct, learning, scores)


def explain_waiting(name: str, lacking: Sequence[str], article: str) -> Explanation:
    """A value that cannot be told yet, and what it waits for."""
    return Explanation(
        name, name, "", (), "", "", None, "", article, waiting(lacking), weighted=False
    )
