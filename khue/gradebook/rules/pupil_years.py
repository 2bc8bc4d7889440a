"""Kết quả của một học sinh trong một năm học: from the results of terms to the decision.

One pure function, `pupil_year`, makes every computed value that is stored of a pupil; the
service stores it, the check compares with it, pages explain from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from khue.gradebook.rules.awards import Award, gdtx_award, year_award
from khue.gradebook.rules.circumstances import year_of_terms
from khue.gradebook.rules.conduct import conduct_year
from khue.gradebook.rules.gdtx import gdtx_learning_level, goes_without_conduct
from khue.gradebook.rules.learning import LearningResult, learning_level
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, Mark
from khue.gradebook.rules.policies import Settings
from khue.gradebook.rules.promotion import Standing, promotion_outcome
from khue.gradebook.rules.reassessment import YearResults, failing_subjects, results_for_promotion
from khue.gradebook.rules.regimes import Regime

# Kinds of circumstance that take a subject out of Điều 9, and those that name a disability.
NOT_TAKEN = "not_taken"
OUT_OF_COUNT = frozenset({"exempt", "plan", NOT_TAKEN})
OF_DISABILITY = frozenset({"exempt", "plan", "reduced"})
ONE_COMMENT_SUBJECT = 0
WHOLE_YEAR = 3


@cache
def _terms_of_year(taught: tuple[bool, bool], kinds: tuple[str, str]) -> tuple[int, ...]:
    """One of a few cases, asked for every subject of every pupil."""
    learned = [term for term in (1, 2) if taught[term - 1]]
    if learned and kinds[learned[-1] - 1] == NOT_TAKEN:
        return ()
    return tuple(term for term in learned if kinds[term - 1] not in OUT_OF_COUNT)


@dataclass(frozen=True, slots=True)
class SubjectYear:
    """A subject of one pupil: the results of its terms and what holds for the pupil in each.

    `taught` and `results` are of term I and term II; a result carried along from another school
    stands in the place of a term's own. `kinds` are the circumstances ("" none) of the terms.
    """

    id: int
    by_comment: bool
    results: tuple[Mark, Mark] = (None, None)
    taught: tuple[bool, bool] = (True, True)
    kinds: tuple[str, str] = ("", "")
    optional: bool = False
    reassessed: Mark = None

    def counts_in(self, term: int) -> bool:
        """Whether the subject counts for the level of a term (Điều 9, Điều 11)."""
        return self.taught[term - 1] and self.kinds[term - 1] not in OUT_OF_COUNT

    @property
    def terms(self) -> tuple[int, ...]:
        """The terms that make up the result of the year.

        A subject that a pupil gave up for another one is none of the year's subjects.
        """
        return _terms_of_year(self.taught, self.kinds)

    @property
    def year(self) -> Mark:
        """Kết quả môn học cả năm; of one term where only one counts."""
        terms = self.terms
        if not terms:
            return None
        return year_of_terms(*self.results, by_comment=self.by_comment, terms=terms)


@dataclass(frozen=True, slots=True)
class Given:
    """What people decided about a pupil: conduct of the terms, sessions absent, the summer.

    `stays`: whether the pupil finished the year in this class; who left gets no decision.
    """

    conduct1: Level | None = None
    conduct2: Level | None = None
    conduct_after: Level | None = None
    absent: int = 0
    stays: bool = True


@dataclass(frozen=True, slots=True)
class PupilYear:
    """Everything computed of a pupil's year, as StudentResult and SubjectResult store it."""

    subjects: Mapping[int, Mark] = field(default_factory=dict)
    conduct_year: Level | None = None
    learning1_raw: Level | None = None
    learning1: Level | None = None
    learning2_raw: Level | None = None
    learning2: Level | None = None
    learning_year_raw: Level | None = None
    learning_year: Level | None = None
    learning_after: Level | None = None
    adjusted_by: int | None = None
    outcome: str = ""
    award: str = ""


def level_of(
    scores: Sequence[int], failed: int, regime: Regime, settings: Settings
) -> LearningResult:
    """Mức kết quả học tập theo quy chế của học sinh; `failed` comment subjects are Chưa đạt.

    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 43/2021/TT-BGDĐT, Điều 9
    """
    if regime is Regime.TT43:
        overrides = settings.gdtx_overrides
        return gdtx_learning_level(scores, failed, policy=settings.clause, overrides=overrides)
    return learning_level(scores, failed, policy=settings.clause)


def _split(
    results: Iterable[tuple[SubjectYear, Mark]],
) -> tuple[list[tuple[int, Mark]], list[tuple[int, Mark]]]:
    """Scored subjects and comment subjects, each with its result."""
    scored: list[tuple[int, Mark]] = []
    commented: list[tuple[int, Mark]] = []
    for subject, result in results:
        (commented if subject.by_comment else scored).append((subject.id, result))
    return scored, commented


def _learning(
    results: Sequence[tuple[SubjectYear, Mark]], regime: Regime, settings: Settings
) -> tuple[LearningResult | None, int | None]:
    """The level of these results and the subject that alone spoiled it; none while one waits."""
    if not results or any(mark is None for _, mark in results):
        return None, None
    scored, commented = _split(results)
    failed = sum(mark == FAILED for _, mark in commented)
    found = level_of([mark for _, mark in scored if mark is not None], failed, regime, settings)
    if found.adjusted_by is None:
        return found, None
    comment = found.adjusted_by < 0
    return found, ONE_COMMENT_SUBJECT if comment else scored[found.adjusted_by][0]


def learning_of_term(
    subjects: Sequence[SubjectYear], term: int, regime: Regime, settings: Settings
) -> tuple[LearningResult | None, int | None]:
    """Mức kết quả học tập của học kì; none until every subject that counts has its result.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    return _learning(counted_results(subjects, term, settings), regime, settings)


def learning_of_year(
    subjects: Sequence[SubjectYear], regime: Regime, settings: Settings
) -> tuple[LearningResult | None, int | None]:
    """Mức kết quả học tập cả năm; none until every subject that counts has its result.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    return _learning(counted_results(subjects, WHOLE_YEAR, settings), regime, settings)


def counted_results(
    subjects: Iterable[SubjectYear], period: int, settings: Settings
) -> list[tuple[SubjectYear, Mark]]:
    """Kết quả các môn được tính: of a term (1, 2), or of the year (3).

    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 22/2021/TT-BGDĐT, Điều 11
    """
    wanted = [one for one in subjects if settings.counts_optional or not one.optional]
    if period == WHOLE_YEAR:
        return [(one, one.year) for one in wanted if one.terms]
    return [(one, one.results[period - 1]) for one in wanted if one.counts_in(period)]


def year_results(subjects: Iterable[SubjectYear], settings: Settings) -> YearResults:
    """Kết quả cả năm của các môn được tính, by the number of the class subject."""
    scored, commented = _split(counted_results(subjects, WHOLE_YEAR, settings))
    return YearResults(
        {str(one): mark for one, mark in scored if mark is not None},
        {str(one): mark for one, mark in commented if mark is not None},
    )


def subjects_to_reassess(subjects: Iterable[SubjectYear], settings: Settings) -> tuple[int, ...]:
    """Các môn chưa đạt của năm học, that re-assessment is about.

    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    return tuple(int(one) for one in failing_subjects(year_results(subjects, settings)))


def _after_reassessment(
    subjects: Sequence[SubjectYear], regime: Regime, settings: Settings
) -> Level | None:
    """The level with the new results in place of the old; none when there is no new result.

    As long as a subject still waits to be assessed again, only a level that already suffices is
    told; where pupils choose their subjects the first new result tells it.
    """
    before = year_results(subjects, settings)
    again = {str(one.id): one.reassessed for one in subjects if one.reassessed is not None}
    due = set(failing_subjects(before))
    if not again.keys() & due:
        return None
    after = results_for_promotion(before, again)
    failed = sum(result == FAILED for result in after.comments.values())
    level = level_of(list(after.scores.values()), failed, regime, settings).final
    waits = bool(due - again.keys()) and not settings.chooses_subjects
    return None if waits and not level.is_met else level


def pupil_year(
    subjects: Sequence[SubjectYear], given: Given, *, regime: Regime, settings: Settings
) -> PupilYear:
    """Kết quả của một học sinh: subjects, levels, decision and title.

    The title comes from the levels of the year itself, never from those after the summer.
    Law: TT 22/2021/TT-BGDĐT, Điều 8; TT 22/2021/TT-BGDĐT, Điều 9; TT 22/2021/TT-BGDĐT, Điều 12;
    TT 22/2021/TT-BGDĐT, Điều 15
    """
    made = _terms(subjects, given, regime, settings)
    found, cause = learning_of_year(subjects, regime, settings)
    if found is None or not given.stays:
        return made
    made = replace(
        made,
        learning_year_raw=found.raw,
        learning_year=found.final,
        adjusted_by=cause,
        learning_after=_after_reassessment(subjects, regime, settings),
    )
    if made.conduct_year is None and not is_without_conduct(given, regime, settings):
        return made
    standing = standing_of(made, found.final, subjects, given)
    outcome = promotion_outcome(standing, limit=settings.absence_limit)
    return replace(made, outcome=outcome, award=_award(made, subjects, regime, settings))


def is_without_conduct(given: Given, regime: Regime, settings: Settings) -> bool:
    """Học viên không đánh giá rèn luyện; a pupil of TT 22 always is.

    Law: TT 43/2021/TT-BGDĐT, Điều 8
    """
    optional = regime is Regime.TT43 and settings.conduct_optional
    return goes_without_conduct(given.conduct1, given.conduct2, optional=optional)


def _terms(
    subjects: Sequence[SubjectYear], given: Given, regime: Regime, settings: Settings
) -> PupilYear:
    first, _ = learning_of_term(subjects, 1, regime, settings)
    second, _ = learning_of_term(subjects, 2, regime, settings)
    return PupilYear(
        subjects={one.id: one.year for one in subjects},
        conduct_year=conduct_year(given.conduct1, given.conduct2) if given.stays else None,
        learning1_raw=first.raw if first else None,
        learning1=first.final if first else None,
        learning2_raw=second.raw if second else None,
        learning2=second.final if second else None,
    )


def standing_of(
    made: PupilYear, learning: Level, subjects: Iterable[SubjectYear], given: Given
) -> Standing:
    """What decides promotion, from the results of the year and what people decided."""
    return Standing(
        made.conduct_year,
        learning,
        given.absent,
        any(kind in OF_DISABILITY for one in subjects for kind in one.kinds),
        given.conduct_after,
        made.learning_after,
    )


def _award(
    made: PupilYear, subjects: Iterable[SubjectYear], regime: Regime, settings: Settings
) -> str:
    if made.conduct_year is None or made.learning_year is None:
        return ""
    scores = list(year_results(subjects, settings).scores.values())
    rule = gdtx_award if regime is Regime.TT43 else year_award
    title = rule(made.conduct_year, made.learning_year, scores)
    return "" if title is Award.NONE else title
