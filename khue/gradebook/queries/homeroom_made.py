"""Cách tính: how the level, the conduct, the decision and the title of a pupil arose.

Explained from the stored results of the subjects by the same rules that made the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from khue.access.api import Actor
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.class_results import PupilResults, SubjectColumn
from khue.gradebook.queries.homeroom import NOTHING, YEAR, Summary, open_summary, outcome_shown
from khue.gradebook.rules.explanations import (
    CONTINUING,
    GENERAL,
    Explanation,
    YearLaw,
    explain_conduct_year,
    explain_promotion,
    explain_pupil_award,
    explain_pupil_learning,
    explain_pupil_reassessment,
    explain_waiting,
)
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.promotion import Standing
from khue.gradebook.rules.pupil_years import SubjectYear, counted_results
from khue.gradebook.rules.reassessment import YearResults
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.year_reasons import missing
from khue.organisations.api import grade_number

_NO_CONDUCT = "Học viên không được đánh giá rèn luyện nên không xét danh hiệu."
NAMES = {1: "học kì I", 2: "học kì II", 3: "cả năm"}


@dataclass(frozen=True, slots=True)
class Made:
    """Everything computed of a pupil for a term or the year."""

    pupil: PupilResults
    summary: Summary
    steps: list[Explanation]


@dataclass(frozen=True, slots=True)
class _Case:
    """A pupil with the subjects of the class and the regulation of the year."""

    summary: Summary
    pupil: PupilResults

    @property
    def regime(self) -> Regime:
        return Regime(self.pupil.decisions.regime or Regime.TT22)

    @property
    def law(self) -> YearLaw:
        return CONTINUING if self.regime is Regime.TT43 else GENERAL

    @property
    def lacking(self) -> tuple[str, ...]:
        """What nobody has entered yet."""
        return missing(self.summary.facts(self.pupil))

    def level(self, column: str) -> Level | None:
        return self.pupil.decisions.level(column)

    def results(self, period: int) -> list[tuple[SubjectColumn, Mark]]:
        """The subjects that count in a term or the year, with their results."""
        columns = {one.id: one for one in self.summary.subjects}
        subjects = [_subject(one, self.pupil) for one in columns.values()]
        counted = counted_results(subjects, period, self.summary.settings)
        return [(columns[one.id], result) for one, result in counted]

    def again(self) -> dict[str, Mark]:
        """What was assessed again, by name of the subject."""
        lines = [
            (one.name, self.pupil.subjects.get(one.id, NOTHING)) for one in self.summary.subjects
        ]
        return {name: one.reassessed for name, one in lines if one.reassessed is not None}


def how_decided(actor: Actor, class_id: int, student_id: int, period: int) -> Made:
    """Cách tính of a pupil's term (1, 2) or year (3), for those who read the summary."""
    summary = open_summary(actor, class_id)
    pupil = summary.results.pupil(student_id)
    if pupil is None:
        raise NoSuchBook(student_id)
    case = _Case(summary, pupil)
    steps = [_learning(case, period)]
    if period == YEAR:
        steps += [_conduct(case), *_reassessment(case), _promotion(case), _award(case)]
    return Made(pupil, summary, steps)


def learning_levels(pupil: PupilResults, period: int) -> tuple[int | None, int | None]:
    """The level by the thresholds, and the one after the adjustment of khoản 3."""
    name = "learning_year" if period == YEAR else f"learning{period}"
    return getattr(pupil.decisions, f"{name}_raw"), getattr(pupil.decisions, name)


def _subject(column: SubjectColumn, pupil: PupilResults) -> SubjectYear:
    line = pupil.subjects.get(column.id, NOTHING)
    return SubjectYear(
        column.id,
        column.by_comment,
        (line.term1, line.term2),
        (column.is_taught_in(1), column.is_taught_in(2)),
        (line.kind1, line.kind2),
        column.status == "optional",
        line.reassessed,
    )


def _split(
    results: Sequence[tuple[SubjectColumn, Mark]],
) -> tuple[dict[str, Mark], dict[str, Mark]]:
    """Scored subjects and comment subjects, by name."""
    scores = {one.name: mark for one, mark in results if not one.by_comment}
    comments = {one.name: mark for one, mark in results if one.by_comment}
    return scores, comments


def _learning(case: _Case, period: int) -> Explanation:
    scores, comments = _split(case.results(period))
    return explain_pupil_learning(
        scores, comments, case.regime, case.summary.settings, period=NAMES[period]
    )


def _conduct(case: _Case) -> Explanation:
    return explain_conduct_year(case.level("conduct1"), case.level("conduct2"), law=case.law)


def _reassessment(case: _Case) -> list[Explanation]:
    """Where a subject was assessed again: what that made of the level."""
    if case.level("learning_after") is None:
        return []
    results = YearResults(*map(_known, _split(case.results(YEAR))))
    again = case.again()
    return [explain_pupil_reassessment(results, again, case.regime, case.summary.settings)]


def _known(results: Mapping[str, Mark]) -> dict[str, int]:
    return {name: mark for name, mark in results.items() if mark is not None}


def _promotion(case: _Case) -> Explanation:
    row, learning = case.pupil.decisions, case.level("learning_year")
    if learning is None or not row.outcome:
        article = case.law.article(case.law.promotion)
        return explain_waiting("Xét lên lớp", case.lacking, article)
    made = explain_promotion(
        _standing(case, learning),
        limit=case.summary.settings.absence_limit,
        grade=grade_number(case.pupil.grade),
        law=case.law,
    )
    if not row.decided:
        return made
    told = f"Hiệu trưởng quyết định. Lý do: {row.decided_reason}"
    return replace(made, printed=outcome_shown(case.pupil), notes=(*made.notes, told))


def _standing(case: _Case, learning: Level) -> Standing:
    row = case.pupil.decisions
    return Standing(
        case.level("conduct_year"),
        learning,
        row.absent,
        row.outcome == "PRINCIPAL_DECIDES",
        case.level("conduct_after"),
        case.level("learning_after"),
    )


def _award(case: _Case) -> Explanation:
    scores = _known(_split(case.results(YEAR))[0])
    conduct, learning = case.level("conduct_year"), case.level("learning_year")
    if conduct is None or learning is None:
        article = case.law.article(case.law.award)
        waits = explain_waiting("Khen thưởng", case.lacking, article)
        return waits if case.lacking else replace(waits, notes=(_NO_CONDUCT,))
    return explain_pupil_award(conduct, learning, scores, case.regime)
