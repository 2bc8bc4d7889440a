"""Tổng hợp học kì, cả năm và quyết định cuối năm in the printed book, as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from khue.gradebook.queries.class_results import (
    ClassResults,
    PupilResults,
    SubjectColumn,
    SubjectLine,
)
from khue.gradebook.rules.apart import EXEMPT
from khue.gradebook.rules.awards import Award
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.paper_shapes import (
    ClassList,
    DecisionLine,
    DecisionPage,
    ListColumn,
    PaperHead,
    Summaries,
    SummaryLine,
    SummaryPage,
    Totals,
)
from khue.gradebook.rules.policies import GDTX_LEVEL
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.rules.year_reasons import award_text, outcome_text
from khue.organisations.api import grade_number
from kit.dates import print_born

YEAR = 3
TITLES = {1: "HỌC KÌ I", 2: "HỌC KÌ II", YEAR: "CẢ NĂM"}
COLUMNS = {
    1: ("learning1", "conduct1"),
    2: ("learning2", "conduct2"),
    YEAR: ("learning_year", "conduct_year"),
}
NOTHING = SubjectLine()


def summary_of_class(results: ClassResults) -> Summaries:
    """The summary pages of a class; blank cells where nothing has been decided."""
    return Summaries(
        terms=(summary_page(results, 1), summary_page(results, 2)),
        year=summary_page(results, YEAR),
        decision=decision_page(results),
    )


def summary_page(results: ClassResults, period: int) -> SummaryPage:
    counted = [one for one in results.subjects if one.regular_marks and _taught(one, period)]
    comments = [one for one in counted if one.by_comment]
    scored = [one for one in counted if not one.by_comment]
    order = [*comments, *scored]
    return SummaryPage(
        title=TITLES[period],
        comment_subjects=tuple(one.name for one in comments),
        scored_subjects=tuple(one.name for one in scored),
        lines=tuple(
            _line(number, pupil, order, period) for number, pupil in enumerate(results.pupils, 1)
        ),
    )


def _taught(subject: SubjectColumn, period: int) -> bool:
    return period == YEAR or subject.is_taught_in(period)


def _line(
    number: int, pupil: PupilResults, order: Sequence[SubjectColumn], period: int
) -> SummaryLine:
    learning, conduct = COLUMNS[period]
    found = [_printed(pupil.subjects.get(one.id, NOTHING), period) for one in order]
    return SummaryLine(
        number=number,
        name=pupil.name,
        values=tuple(found),
        learning=_level(pupil, learning),
        conduct=_level(pupil, conduct),
        left=pupil.left,
    )


def _printed(line: SubjectLine, period: int) -> str:
    """The result, or that the pupil is exempt and none is missing."""
    result: Mark = line.year if period == YEAR else line.term(period)
    kind = line.kind1 if period == 1 else line.kind2
    return "Miễn" if result is None and kind == EXEMPT else print_mark_cell(result)


def _level(pupil: PupilResults, column: str) -> str:
    level = pupil.decisions.level(column)
    return "" if level is None else level.name_vi


def decision_page(results: ClassResults) -> DecisionPage:
    """Trang quyết định cuối năm with the totals of the class."""
    lines = [_decision(number, pupil) for number, pupil in enumerate(results.pupils, 1)]
    return DecisionPage(lines=tuple(lines), totals=_totals(results.staying))


def _decision(number: int, pupil: PupilResults) -> DecisionLine:
    made = pupil.decisions
    absent = made.absent_with is not None or made.absent_without is not None
    return DecisionLine(
        number=number,
        name=pupil.name,
        conduct=_level(pupil, "conduct_year"),
        learning=_level(pupil, "learning_year"),
        conduct_after=_level(pupil, "conduct_after"),
        learning_after=_level(pupil, "learning_after"),
        absent=str(made.absent) if absent else "",
        promoted="x" if is_promoted(pupil) else "",
        retained="x" if made.final_outcome == Outcome.RETAINED else "",
        award=award_text(made.award, made.regime),
        left=pupil.left,
    )


def is_promoted(pupil: PupilResults) -> bool:
    return pupil.decisions.final_outcome == Outcome.PROMOTED


def after_summer(pupil: PupilResults) -> bool:
    """Whether something was done again in the summer."""
    made = pupil.decisions
    return made.conduct_after is not None or made.learning_after is not None


def _totals(pupils: Sequence[PupilResults]) -> Totals:
    def count(wanted: Callable[[PupilResults], bool]) -> str:
        return str(sum(map(wanted, pupils)))

    if not any(pupil.decisions.final_outcome for pupil in pupils):
        return Totals(pupils=str(len(pupils)))
    return Totals(
        pupils=str(len(pupils)),
        promoted=count(is_promoted),
        promoted_after_summer=count(lambda one: is_promoted(one) and after_summer(one)),
        retained=count(lambda one: one.decisions.final_outcome == Outcome.RETAINED),
        excellent=count(lambda one: one.decisions.award == Award.XUATSAC),
        good=count(lambda one: one.decisions.award == Award.GIOI),
    )


# Key in the address -> title, article of TT 22/2021, whom it names.
LISTS: dict[str, tuple[str, int, Callable[[PupilResults], bool]]] = {
    "len-lop": ("DANH SÁCH HỌC SINH ĐƯỢC LÊN LỚP", 12, is_promoted),
    "ren-luyen-he": (
        "DANH SÁCH HỌC SINH RÈN LUYỆN TRONG KÌ NGHỈ HÈ",
        13,
        lambda one: (
            one.decisions.outcome == Outcome.SUMMER_TRAINING
            or one.decisions.conduct_after is not None
        ),
    ),
    "danh-gia-lai": (
        "DANH SÁCH HỌC SINH ĐÁNH GIÁ LẠI TRONG KÌ NGHỈ HÈ",
        14,
        lambda one: (
            one.decisions.outcome == Outcome.REASSESS or one.decisions.learning_after is not None
        ),
    ),
    "khong-len-lop": (
        "DANH SÁCH HỌC SINH KHÔNG ĐƯỢC LÊN LỚP",
        12,
        lambda one: one.decisions.final_outcome == Outcome.RETAINED,
    ),
    "khen-thuong": (
        "DANH SÁCH HỌC SINH ĐƯỢC KHEN THƯỞNG CUỐI NĂM HỌC",
        15,
        lambda one: one.decisions.award not in ("", Award.NONE),
    ),
}
BASIS = "Theo Điều {article} Thông tư số 22/2021/TT-BGDĐT ngày 20 tháng 7 năm 2021"
# TT 43/2021 says the same one article earlier, and calls them học viên.
BASIS_OF_LEARNERS = "Theo Điều {article} Thông tư số 43/2021/TT-BGDĐT"


def year_list(results: ClassResults, head: PaperHead, key: str) -> ClassList:
    """One of the lists of Điều 12 to 15, from what is stored; KeyError for an unknown one."""
    _, _, wanted = LISTS[key]
    title, basis = _heading(key, learners=results.level == GDTX_LEVEL)
    chosen = [pupil for pupil in results.staying if wanted(pupil)]
    return ClassList(
        head=head,
        title=title,
        subtitle=f"Lớp {results.class_name} – Năm học {head.year}",
        basis=basis,
        columns=(
            ListColumn(head="Họ và tên", wide=2.9),
            ListColumn(head="Ngày sinh", wide=1.5, align="center"),
            ListColumn(head="Kết quả rèn luyện", wide=1.2, align="center"),
            ListColumn(head="Kết quả học tập", wide=1.2, align="center"),
            ListColumn(head="Danh hiệu" if key == "khen-thuong" else "Ghi chú", wide=2.2),
        ),
        lines=tuple(_list_line(results, pupil, key) for pupil in chosen),
    )


def _heading(key: str, *, learners: bool) -> tuple[str, str]:
    """The title of a list and the article that it rests on."""
    title, article, _ = LISTS[key]
    if not learners:
        return title, BASIS.format(article=article)
    return title.replace("HỌC SINH", "HỌC VIÊN"), BASIS_OF_LEARNERS.format(article=article - 1)


def _list_line(results: ClassResults, pupil: PupilResults, key: str) -> tuple[str, ...]:
    made = pupil.decisions
    told = {
        "khen-thuong": award_text(made.award, made.regime),
        "danh-gia-lai": ", ".join(_to_assess_again(results, pupil)),
        "len-lop": "Sau kì nghỉ hè" if after_summer(pupil) else "",
        "khong-len-lop": outcome_text(made.final_outcome, grade_number(pupil.grade)),
        "ren-luyen-he": made.summer_task,
    }
    levels = _level(pupil, "conduct_year"), _level(pupil, "learning_year")
    return (pupil.name, print_born(pupil.born), *levels, told[key])


def _to_assess_again(results: ClassResults, pupil: PupilResults) -> list[str]:
    """Môn đánh giá lại: under 5,0 or Chưa đạt in the year.

    Law: TT 22/2021/TT-BGDĐT, Điều 14
    """
    lines = ((one.short_name, pupil.subjects.get(one.id, NOTHING)) for one in results.subjects)
    return [
        name
        for name, line in lines
        if line.counts and line.year is not None and (line.year < 50 or line.year == 102)
    ]
