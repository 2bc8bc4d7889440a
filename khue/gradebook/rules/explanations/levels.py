"""Cách xếp mức kết quả học tập: thresholds, which subjects miss them, and the adjustment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from khue.gradebook.rules.dated import NO_OVERRIDES, provision
from khue.gradebook.rules.explanations.base import (
    TT22,
    TT43,
    Condition,
    Explanation,
    parts_of,
    waiting,
    with_marks,
)
from khue.gradebook.rules.gdtx import gdtx_learning_level, gdtx_thresholds
from khue.gradebook.rules.learning import (
    COMMENT_SUBJECT,
    THRESHOLDS_TT22,
    LearningResult,
    Policy,
    Threshold,
    learning_level,
    level_by_thresholds,
)
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, HIGHEST, Mark
from kit.numbers import print_mark

_FORMULA = "Xét lần lượt điều kiện của các mức Tốt, Khá, Đạt; không đủ thì xếp Chưa đạt"
_REPLACED = "nếu môn này đáp ứng yêu cầu"
_DROPPED = "nếu để môn này ra ngoài"


@dataclass(frozen=True, slots=True)
class _Year:
    """The results that a level is made of, by name of the subject."""

    scores: Mapping[str, int]
    comments: Mapping[str, int]

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(name for name, result in self.comments.items() if result == FAILED)


def _floor(threshold: Threshold, year: _Year) -> Condition:
    below = {name: score for name, score in year.scores.items() if score < threshold.floor}
    text = f"{threshold.level.name_vi}: mọi môn từ {print_mark(threshold.floor)}"
    return Condition(text, not below and bool(year.scores), with_marks(below))


def _enough(threshold: Threshold, year: _Year) -> Condition:
    reached = sum(score >= threshold.enough_from for score in year.scores.values())
    least = f"ít nhất {threshold.enough} môn từ {print_mark(threshold.enough_from)}"
    text = f"{threshold.level.name_vi}: {least}"
    return Condition(text, reached >= threshold.enough, f"có {reached} môn")


def _comments(threshold: Threshold, year: _Year) -> Iterator[Condition]:
    allowed = threshold.failed_comments
    if allowed is None:
        return
    wanted = "đều Đạt" if allowed == 0 else f"có nhiều nhất {allowed} môn Chưa đạt"
    text = f"{threshold.level.name_vi}: các môn đánh giá bằng nhận xét {wanted}"
    yield Condition(text, len(year.failed) <= allowed, ", ".join(year.failed))


def _conditions(thresholds: Sequence[Threshold], raw: Level, year: _Year) -> Iterator[Condition]:
    """The conditions of every level down to the one that is met."""
    for threshold in thresholds:
        if threshold.level <= raw:
            yield from _comments(threshold, year)
            yield _floor(threshold, year)
            yield _enough(threshold, year)


def _cause(result: LearningResult, year: _Year) -> str:
    if result.adjusted_by == COMMENT_SUBJECT:
        return f"{year.failed[0]} (Chưa đạt)"
    name = list(year.scores)[result.adjusted_by or 0]
    return f"{name} ({print_mark(year.scores[name])})"


def _without(
    result: LearningResult, year: _Year, policy: Policy, thresholds: Sequence[Threshold]
) -> Level:
    scores, failed = list(year.scores.values()), len(year.failed)
    if result.adjusted_by == COMMENT_SUBJECT:
        return level_by_thresholds(scores, failed - 1, thresholds)
    place = result.adjusted_by or 0
    scores[place : place + 1] = [HIGHEST] if policy == "replace" else []
    return level_by_thresholds(scores, failed, thresholds)


def _adjustment(
    result: LearningResult, year: _Year, policy: Policy, thresholds: Sequence[Threshold]
) -> tuple[str, ...]:
    if result.adjusted_by is None:
        return (f"Mức theo ngưỡng là {result.raw.name_vi}; không có điều chỉnh do một môn.",)
    would_be = _without(result, year, policy, thresholds)
    supposed = _REPLACED if policy == "replace" else _DROPPED
    return (
        f"Mức theo ngưỡng là {result.raw.name_vi}, thấp xuống từ 2 mức trở lên chỉ do kết quả của "
        f"một môn: {_cause(result, year)}; {supposed} thì mức là {would_be.name_vi}.",
        f"Được điều chỉnh lên mức liền kề: {result.final.name_vi} (khoản 3).",
    )


def _missing(results: Mapping[str, Mark]) -> list[str]:
    return [name for name, result in results.items() if result is None]


def _explained(
    year: _Year,
    result: LearningResult,
    *,
    name: str,
    article: str,
    policy: Policy,
    thresholds: Sequence[Threshold],
) -> Explanation:
    return Explanation(
        symbol="KQHT",
        name=name,
        formula=_FORMULA,
        parts=parts_of({**year.scores, **year.comments}),
        substitution="",
        exact=result.raw.name_vi,
        result=result.final,
        printed=result.final.name_vi,
        article=article,
        notes=_adjustment(result, year, policy, thresholds),
        conditions=tuple(_conditions(thresholds, result.raw, year)),
        parts_title="Môn học",
        weighted=False,
    )


def _unfinished(results: Mapping[str, Mark], name: str, article: str) -> Explanation:
    notes = waiting(_missing(results)) or ("Chưa xếp được vì chưa có môn học nào.",)
    parts = parts_of(results)
    return Explanation(
        "KQHT", name, _FORMULA, parts, "", "", None, "", article, notes,
        parts_title="Môn học", weighted=False,
    )  # fmt: skip


def _name_of(period: str) -> str:
    return f"Kết quả học tập {period}"


def _known(results: Mapping[str, Mark]) -> dict[str, int]:
    return {name: result for name, result in results.items() if result is not None}


def explain_learning(
    scores: Mapping[str, Mark],
    comments: Mapping[str, Mark],
    *,
    period: str = "cả năm",
    policy: Policy = "replace",
) -> Explanation:
    """Cách xếp mức kết quả học tập của học kì hoặc cả năm.

    Results by the name of the subject, as the page shows it; `period` is "học kì I" and so on.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    name, article = _name_of(period), f"{TT22}, Điều 9"
    every = {**scores, **comments}
    if not every or _missing(every):
        return _unfinished(every, name, article)
    year = _Year(_known(scores), _known(comments))
    result = learning_level(tuple(year.scores.values()), len(year.failed), policy=policy)
    return _explained(
        year, result, name=name, article=article, policy=policy, thresholds=THRESHOLDS_TT22
    )


def explain_gdtx_learning(
    scores: Mapping[str, Mark],
    comments: Mapping[str, Mark],
    *,
    period: str = "cả năm",
    policy: Policy = "replace",
    overrides: Mapping[str, str] = NO_OVERRIDES,
) -> Explanation:
    """Cách xếp mức kết quả học tập của học viên giáo dục thường xuyên.

    Law: TT 43/2021/TT-BGDĐT, Điều 9
    """
    name, article = _name_of(period), f"{TT43}, Điều 9"
    every = {**scores, **comments}
    if not every or _missing(every):
        return _unfinished(every, name, article)
    year = _Year(_known(scores), _known(comments))
    result = gdtx_learning_level(
        tuple(year.scores.values()), len(year.failed), policy=policy, overrides=overrides
    )
    thresholds = gdtx_thresholds(overrides)
    made = _explained(
        year, result, name=name, article=article, policy=policy, thresholds=thresholds
    )
    return made if provision("gdtx_adjusts", overrides=overrides) == "yes" else _plain(made)


def _plain(made: Explanation) -> Explanation:
    """Where there is no adjustment clause, nothing is said of it."""
    return replace(made, notes=("Mức được xếp theo ngưỡng, cần 5 môn thay cho 6 môn.",))
