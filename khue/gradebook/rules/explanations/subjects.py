"""Cách tính kết quả của một môn học: of a term and of the year, whatever holds for the pupil."""

from collections.abc import Sequence

from khue.gradebook.rules.explanations.averages import (
    explain_comment_semester,
    explain_comment_year,
    explain_semester_average,
    explain_year_average,
)
from khue.gradebook.rules.explanations.base import TT22, TT43, Explanation, Part
from khue.gradebook.rules.marks import Assessments, Mark, print_mark_cell
from khue.gradebook.rules.pupil_years import SubjectYear
from khue.gradebook.rules.slots import SPOKEN_TERMS, TERM_NAMES

_OF_YEAR = ("KQ cả năm", "Kết quả cả năm")


def _article(*, continuing: bool) -> str:
    return f"{TT43 if continuing else TT22}, Điều 9"


def explain_subject_term(
    given: Assessments,
    *,
    by_comment: bool,
    titles: Sequence[str] = (),
    continuing: bool = False,
) -> Explanation:
    """Cách tính kết quả học kì của một môn, in the form of assessment of the subject.

    `titles` head the regular marks, study topics among them.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    explained = explain_comment_semester if by_comment else explain_semester_average
    return explained(
        given.regular,
        given.midterm,
        given.final,
        titles=titles,
        article=_article(continuing=continuing),
    )


def explain_brought_term(result: Mark, term: int, from_school: str) -> Explanation:
    """Kết quả học kì chuyển đến: read-only here, from the transcript of the other school."""
    name, shown = f"Kết quả {SPOKEN_TERMS[term]}", print_mark_cell(result)
    return Explanation(
        symbol=name,
        name=name,
        formula="Lấy kết quả học kì đã hoàn thành ở trường chuyển đi",
        parts=(Part(f"{TERM_NAMES[term]}, {from_school}", shown, shown),),
        substitution="",
        exact="",
        result=result,
        printed=shown,
        article="Học bạ do trường chuyển đi xác nhận",
        notes=("Kết quả này chuyển theo học sinh, chỉ xem, không tính lại ở đây.",),
        parts_title="Học kì",
        weighted=False,
    )


def explain_subject_year(subject: SubjectYear, *, continuing: bool = False) -> Explanation:
    """Cách tính kết quả cả năm của một môn: of both terms, of one alone, or not counted at all.

    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 58/2011/TT-BGDĐT, Điều 10
    """
    article = _article(continuing=continuing)
    if subject.terms == (1, 2):
        explained = explain_comment_year if subject.by_comment else explain_year_average
        return explained(*subject.results, article=article)
    if not subject.terms:
        notes = ("Học sinh không có kết quả cả năm ở môn này nên môn không được tính.",)
        return _plain(subject, "Môn không tính kết quả cả năm", article, notes)
    spoken = SPOKEN_TERMS[subject.terms[0]]
    notes = (f"Môn học chỉ được đánh giá ở {spoken}.",)
    return _plain(subject, f"Kết quả cả năm là kết quả của {spoken}", article, notes)


def _plain(subject: SubjectYear, formula: str, article: str, notes: tuple[str, ...]) -> Explanation:
    shown = print_mark_cell(subject.year)
    values = [(term, print_mark_cell(subject.results[term - 1])) for term in subject.terms]
    return Explanation(
        *_OF_YEAR,
        formula,
        tuple(Part(TERM_NAMES[term], value, value) for term, value in values),
        "",
        "",
        subject.year,
        shown,
        article,
        notes,
        parts_title="Học kì",
        weighted=False,
    )
