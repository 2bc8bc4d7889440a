"""Được lên lớp: conditions, summer training, re-assessment, retention.

There are two moments: the end of the year, and the end of the summer, when what had to be
done again has been done. One function answers both.
"""

from dataclasses import dataclass
from enum import StrEnum

from khue.gradebook.rules.dated import number
from khue.gradebook.rules.levels import Level

_LAST_GRADES = {5: "tiểu học", 9: "trung học cơ sở", 12: "trung học phổ thông"}


class Outcome(StrEnum):
    """Kết luận xét lên lớp."""

    PROMOTED = "PROMOTED"
    REASSESS = "REASSESS"
    SUMMER_TRAINING = "SUMMER_TRAINING"
    RETAINED = "RETAINED"
    PRINCIPAL_DECIDES = "PRINCIPAL_DECIDES"

    @property
    def name_vi(self) -> str:
        """As lists and books print it."""
        return _NAMES[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing more has to be done in the summer."""
        return self in (Outcome.PROMOTED, Outcome.RETAINED)


_NAMES = {
    Outcome.PROMOTED: "Được lên lớp",
    Outcome.REASSESS: "Đánh giá lại trong kì nghỉ hè",
    Outcome.SUMMER_TRAINING: "Rèn luyện trong kì nghỉ hè",
    Outcome.RETAINED: "Không được lên lớp",
    Outcome.PRINCIPAL_DECIDES: "Hiệu trưởng xét, quyết định",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides promotion: results of the year, sessions absent, what the summer brought.

    Sessions (buổi) are counted on the one-session-a-day plan, with or without permission.
    `learning_after` is the level after re-assessed subjects replaced the old ones; `conduct` is
    none of an adult learner who is not assessed for it.
    """

    conduct: Level | None
    learning: Level
    absent_sessions: int = 0
    disability: bool = False
    conduct_after: Level | None = None
    learning_after: Level | None = None

    @property
    def is_conduct_met(self) -> bool:
        """Whether the conduct of the year suffices before the summer, or is not asked for."""
        return self.conduct is None or self.conduct.is_met


def absence_limit(start_year: int = 9999) -> int:
    """Số buổi nghỉ học nhiều nhất để còn được lên lớp.

    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    return number("absence_limit", start_year)


def _after_summer(standing: Standing) -> Outcome:
    """One of the two results was Chưa đạt: what the summer made of it."""
    needs_conduct = not standing.is_conduct_met
    after = standing.conduct_after if needs_conduct else standing.learning_after
    if after is None:
        return Outcome.SUMMER_TRAINING if needs_conduct else Outcome.REASSESS
    return Outcome.PROMOTED if after.is_met else Outcome.RETAINED


def promotion_outcome(standing: Standing, *, limit: int | None = None) -> Outcome:
    """Xét lên lớp: at the end of the year, and again after the summer.

    Promoted with conduct and learning from Đạt up and at most 45 sessions absent. Conduct
    Chưa đạt alone leads to summer training, learning Chưa đạt alone to re-assessment; both,
    or more absence, mean the class again, and nothing done in the summer cures that. Of a
    student with a disability the principal decides.
    Law: TT 22/2021/TT-BGDĐT, Điều 12; TT 22/2021/TT-BGDĐT, Điều 13; TT 22/2021/TT-BGDĐT, Điều 14
    """
    if standing.disability:
        return Outcome.PRINCIPAL_DECIDES
    allowed = absence_limit() if limit is None else limit
    both_failed = not (standing.is_conduct_met or standing.learning.is_met)
    if standing.absent_sessions > allowed or both_failed:
        return Outcome.RETAINED
    if standing.is_conduct_met and standing.learning.is_met:
        return Outcome.PROMOTED
    return _after_summer(standing)


def outcome_name(outcome: Outcome, grade: int | None = None) -> str:
    """Kết luận bằng chữ: in the last grade of a level, its completion.

    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    level = _LAST_GRADES.get(grade or 0)
    if level is None or outcome not in (Outcome.PROMOTED, Outcome.RETAINED):
        return outcome.name_vi
    begins = "Hoàn thành" if outcome is Outcome.PROMOTED else "Chưa hoàn thành"
    return f"{begins} chương trình {level}"


def sessions_absent(*, program: int, second: int = 0, two_sessions: bool = True) -> int:
    """Số buổi nghỉ để xét lên lớp: counted on the plan of one session a day.

    `program` are missed sessions of the program, `second` those of the second session. In a
    two-session school a full day off counts one session, and the second one never counts.
    Law: TT 22/2021/TT-BGDĐT, Điều 12
    """
    return program if two_sessions else program + second
