"""Lý do xét lên lớp: which condition of Điều 12 holds, which fails, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khue.gradebook.rules.awards import GDTX_TITLES, TITLES, Award
from khue.gradebook.rules.gdtx import goes_without_conduct
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.promotion import Outcome, outcome_name
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.tt27 import PrimaryOutcome

DECISIONS = (Outcome.PROMOTED, Outcome.RETAINED)
LAST_OF_PRIMARY = 5


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What decides about a pupil, as it is stored; levels 0 Tốt to 3 Chưa đạt, none while unknown.

    `failing` names the subjects that have to be assessed again; `limit` is the most sessions;
    `conduct_optional`: adult learners may go without conduct (TT 43).
    """

    conduct1: int | None
    conduct2: int | None
    conduct: int | None
    learning: int | None
    absent: int
    limit: int
    failing: Sequence[str] = ()
    conduct_after: int | None = None
    learning_after: int | None = None
    disability: bool = False
    conduct_optional: bool = False


def _failed(level: int | None) -> bool:
    return level == Level.CHUADAT


def reasons(facts: YearFacts) -> tuple[str, ...]:
    """Các điều kiện lên lớp chưa đạt, in the words of the circular.

    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    found = []
    if facts.absent > facts.limit:
        found.append(f"Nghỉ học {facts.absent} buổi, quá {facts.limit} buổi trong năm học")
    if _failed(facts.conduct):
        found.append("Kết quả rèn luyện cả năm mức Chưa đạt" + _after(facts.conduct_after))
    if _failed(facts.learning):
        named = f" ({', '.join(facts.failing)})" if facts.failing else ""
        found.append(f"Kết quả học tập cả năm mức Chưa đạt{named}" + _after(facts.learning_after))
    if facts.disability:
        found.append("Học sinh khuyết tật: hiệu trưởng xét theo kết quả ở Điều 11")
    return tuple(found)


def _after(level: int | None) -> str:
    return "" if level is None else f"; sau kì nghỉ hè: {Level(level).name_vi}"


def _level(stored: int | None) -> Level | None:
    return None if stored is None else Level(stored)


def missing(facts: YearFacts) -> tuple[str, ...]:
    """Những gì còn thiếu để xét: what nobody has entered yet."""
    without = goes_without_conduct(
        _level(facts.conduct1), _level(facts.conduct2), optional=facts.conduct_optional
    )
    told = (
        (facts.conduct1 is None and not without, "kết quả rèn luyện học kì I"),
        (facts.conduct2 is None and not without, "kết quả rèn luyện học kì II"),
        (facts.learning is None, "kết quả học tập cả năm (còn môn chưa có kết quả)"),
    )
    return tuple(text for lacks, text in told if lacks)


def outcome_text(outcome: str, grade: int | None) -> str:
    """Kết luận bằng chữ; nothing while there is none."""
    if not outcome or outcome in Outcome.__members__:
        return outcome_name(Outcome(outcome), grade) if outcome else ""
    primary = PrimaryOutcome[outcome]
    completes_level = primary is PrimaryOutcome.COMPLETED and grade == LAST_OF_PRIMARY
    return outcome_name(Outcome.PROMOTED, grade) if completes_level else primary.value


def award_text(award: str, regime: str) -> str:
    """Danh hiệu bằng chữ; nothing where there is none."""
    if not award:
        return ""
    titles = GDTX_TITLES if regime == Regime.TT43 else TITLES
    return titles.get(Award(award), "")
