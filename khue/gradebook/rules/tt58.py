"""Thông tư 58/2011/TT-BGDĐT, alone and as amended by Thông tư 26/2020/TT-BGDĐT: old years.

Such years are imported with their labels; these rules check them and print them the old way.
Marks and means are integers in tenths, rounded half up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from khue.gradebook.rules.dated import number
from khue.gradebook.rules.marks import FAILED, HIGHEST, PASSED, Mark
from khue.gradebook.rules.promotion import Outcome
from kit.numbers import round_half_up_ratio

KEY_SUBJECTS_TT58 = ("Toan", "NguVan")
KEY_SUBJECTS_TT26 = ("Toan", "NguVan", "NgoaiNgu")
COMMENTS = "comments"


class Grade(IntEnum):
    """Học lực, the best first."""

    G = 0
    K = 1
    TB = 2
    Y = 3
    KEM = 4

    @property
    def name_vi(self) -> str:
        """As the old book prints it."""
        return ("Giỏi", "Khá", "Trung bình", "Yếu", "Kém")[self]


class Conduct(IntEnum):
    """Hạnh kiểm, the best first."""

    TOT = 0
    KHA = 1
    TB = 2
    YEU = 3

    @property
    def name_vi(self) -> str:
        """As the old book prints it."""
        return ("Tốt", "Khá", "Trung bình", "Yếu")[self]


class OldTitle(StrEnum):
    """Danh hiệu học kì và cả năm."""

    GIOI = "Học sinh giỏi"
    TIENTIEN = "Học sinh tiên tiến"
    NONE = ""


@dataclass(frozen=True, slots=True)
class GradeNeed:
    """Điều kiện của một loại: mean, key subject, lowest subject, comment subjects."""

    grade: Grade
    mean: int
    key: int
    lowest: int
    comments_passed: bool


GRADE_NEEDS = (
    GradeNeed(Grade.G, 80, 80, 65, comments_passed=True),
    GradeNeed(Grade.K, 65, 65, 50, comments_passed=True),
    GradeNeed(Grade.TB, 50, 50, 35, comments_passed=True),
    GradeNeed(Grade.Y, 35, 0, 20, comments_passed=False),
)
# (grade without the one subject, grade by thresholds) -> grade after Điều 13 khoản 6. The text
# does not name Giỏi to Kém; a mean of Giỏi is one of Khá as well, so Khá to Kém holds for it.
ADJUSTED = {
    (Grade.G, Grade.TB): Grade.K,
    (Grade.G, Grade.Y): Grade.TB,
    (Grade.K, Grade.Y): Grade.TB,
    (Grade.K, Grade.KEM): Grade.Y,
    (Grade.G, Grade.KEM): Grade.Y,
}


@dataclass(frozen=True, slots=True)
class OldResults:
    """Điểm trung bình các môn tính điểm, and how many comment subjects are Chưa đạt.

    `specialised` names the subject of a specialised class (môn chuyên), where there is one.
    """

    scores: Mapping[str, int]
    failed_comments: int = 0
    specialised: str = ""


@dataclass(frozen=True, slots=True)
class OldLevel:
    """Mean of subjects, grade by thresholds, grade after the adjustment, and its subject."""

    mean: int
    raw: Grade
    final: Grade
    adjusted_by: str = ""


def old_semester_average(
    regular: Sequence[int], period_tests: Sequence[int], semester_exam: int
) -> int:
    """Điểm trung bình môn học kì trước TT 26/2020: one-period tests count twice, exam thrice.

    Law: TT 58/2011/TT-BGDĐT, Điều 10
    """
    total = sum(regular) + 2 * sum(period_tests) + 3 * semester_exam
    return round_half_up_ratio(total, len(regular) + 2 * len(period_tests) + 3)


def mean_of_subjects(scores: Sequence[int]) -> int | None:
    """Điểm trung bình các môn (ĐTBhk, ĐTBcn): the plain mean of the scored subjects.

    Law: TT 58/2011/TT-BGDĐT, Điều 11
    """
    return round_half_up_ratio(sum(scores), len(scores)) if scores else None


def old_comment_semester(tests: Sequence[Mark], semester_exam: Mark) -> Mark:
    """Xếp loại học kì môn đánh giá bằng nhận xét: two thirds Đạt, the exam among them.

    Law: TT 58/2011/TT-BGDĐT, Điều 10
    """
    every = (*tests, semester_exam)
    if None in every:
        return None
    enough = 3 * sum(mark == PASSED for mark in every) >= 2 * len(every)
    return PASSED if enough and semester_exam == PASSED else FAILED


def meets_grade(
    need: GradeNeed, results: OldResults, mean: int, keys: Sequence[str] = KEY_SUBJECTS_TT26
) -> bool:
    """Whether results satisfy every condition of one grade, with this mean of subjects."""
    if mean < need.mean or min(results.scores.values(), default=-1) < need.lowest:
        return False
    if need.comments_passed and results.failed_comments:
        return False
    return need.key == 0 or _meets_key(need, results, keys)


def _meets_key(need: GradeNeed, results: OldResults, keys: Sequence[str]) -> bool:
    best_key = max((results.scores.get(key, -1) for key in keys), default=-1)
    special = results.scores.get(results.specialised, HIGHEST)
    return best_key >= need.key and special >= need.key


def grade_by_thresholds(
    results: OldResults, mean: int, *, keys: Sequence[str] = KEY_SUBJECTS_TT26
) -> Grade:
    """Học lực theo ngưỡng của năm loại.

    Law: TT 58/2011/TT-BGDĐT, Điều 13
    """
    met = (need.grade for need in GRADE_NEEDS if meets_grade(need, results, mean, keys))
    return next(met, Grade.KEM)


def _without_one_cause(
    results: OldResults, mean: int, keys: Sequence[str]
) -> Iterator[tuple[Grade, str]]:
    """The grade if one single subject had met the need; the mean stays what it is."""
    for name in results.scores:
        scores = {**results.scores, name: HIGHEST}
        other = OldResults(scores, results.failed_comments, results.specialised)
        yield grade_by_thresholds(other, mean, keys=keys), name
    if results.failed_comments:
        other = OldResults(results.scores, results.failed_comments - 1, results.specialised)
        yield grade_by_thresholds(other, mean, keys=keys), COMMENTS


def old_level(results: OldResults, *, keys: Sequence[str] = KEY_SUBJECTS_TT26) -> OldLevel | None:
    """Học lực: by the mean, the key subjects, the lowest subject, then Điều 13 khoản 6.

    Where one single subject pulls a mean of Giỏi or Khá down, the grade is raised: Giỏi to
    Trung bình becomes Khá, Giỏi or Khá to Yếu becomes Trung bình, Khá to Kém becomes Yếu.
    `keys` are the key subjects: Toán and Ngữ văn, since TT 26/2020 also Ngoại ngữ.
    Law: TT 58/2011/TT-BGDĐT, Điều 13; TT 26/2020/TT-BGDĐT, Điều 2
    """
    mean = mean_of_subjects(tuple(results.scores.values()))
    if mean is None:
        return None
    raw = grade_by_thresholds(results, mean, keys=keys)
    best, cause = min(_without_one_cause(results, mean, keys), default=(raw, ""))
    final = ADJUSTED.get((best, raw), raw)
    return OldLevel(mean, raw, final, cause if final != raw else "")


def old_title(conduct: Conduct, grade: Grade) -> OldTitle:
    """Danh hiệu học sinh giỏi, học sinh tiên tiến, of a term or a year.

    Law: TT 58/2011/TT-BGDĐT, Điều 18
    """
    if conduct is Conduct.TOT and grade is Grade.G:
        return OldTitle.GIOI
    if conduct <= Conduct.KHA and grade <= Grade.K:
        return OldTitle.TIENTIEN
    return OldTitle.NONE


def old_promotion(conduct: Conduct, grade: Grade, absent_sessions: int) -> Outcome:
    """Xét lên lớp theo TT 58/2011: both from Trung bình up and at most 45 sessions absent.

    Yếu in studies alone is tested again in chosen subjects; Yếu in conduct alone trains in
    the summer; Kém, both, or more absence mean the class again.
    Law: TT 58/2011/TT-BGDĐT, Điều 15
    """
    conduct_fails, grade_fails = conduct is Conduct.YEU, grade >= Grade.Y
    if (
        absent_sessions > number("absence_limit")
        or grade is Grade.KEM
        or (conduct_fails and grade_fails)
    ):
        return Outcome.RETAINED
    if conduct_fails:
        return Outcome.SUMMER_TRAINING
    return Outcome.REASSESS if grade_fails else Outcome.PROMOTED
