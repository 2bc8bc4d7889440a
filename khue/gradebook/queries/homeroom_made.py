"""Cách tính: how the level, the conduct, the decision and the title of a pupil arose."""

from __future__ import annotations

from dataclasses import dataclass, field

from khue.access.api import Actor
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.class_results import PupilResults
from khue.gradebook.queries.homeroom import (
    NOTHING,
    YEAR,
    Summary,
    award_shown,
    open_summary,
    outcome_shown,
    result_in,
)
from khue.gradebook.rules.marks import FAILED, Mark, print_mark_cell
from khue.gradebook.rules.pupil_years import OUT_OF_COUNT
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.summaries import level_name
from khue.gradebook.rules.year_reasons import missing, reasons

CIRCULARS = {Regime.TT43: "TT 43/2021/TT-BGDĐT"}
TT22 = "TT 22/2021/TT-BGDĐT"
BANDS = ((80, "8,0"), (65, "6,5"), (50, "5,0"))
EXCELLENT = 90
NAMES = {1: "học kì I", 2: "học kì II", 3: "cả năm"}


@dataclass(frozen=True, slots=True)
class Step:
    """One computed value: what it is, what it was made of, what came out, and the article."""

    title: str
    parts: list[tuple[str, str]]
    result: str
    article: str
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """Everything computed of a pupil for a term or the year."""

    pupil: PupilResults
    summary: Summary
    steps: list[Step]


def how_decided(actor: Actor, class_id: int, student_id: int, period: int) -> Made:
    """Cách tính of a pupil's term (1, 2) or year (3), for those who read the summary."""
    summary = open_summary(actor, class_id)
    pupil = summary.results.pupil(student_id)
    if pupil is None:
        raise NoSuchBook(student_id)
    steps = [_learning(summary, pupil, period)]
    if period == YEAR:
        steps += [_conduct(pupil), _promotion(summary, pupil), _award(summary, pupil)]
    return Made(pupil, summary, steps)


def _article(pupil: PupilResults, number: int) -> str:
    """The circular that holds for the pupil, at the article of TT 22 that TT 43 repeats."""
    return f"{CIRCULARS.get(Regime(pupil.decisions.regime or Regime.TT22), TT22)}, Điều {number}"


def _counted(summary: Summary, pupil: PupilResults, period: int) -> list[tuple[str, bool, Mark]]:
    """(subject, assessed by comment, result) of every subject that counts."""
    found = []
    for subject in summary.subjects:
        line = pupil.subjects.get(subject.id, NOTHING)
        kind = line.kind1 if period == 1 else line.kind2
        taught = period == YEAR or subject.is_taught_in(period)
        if taught and kind not in OUT_OF_COUNT:
            found.append((subject.short_name, subject.by_comment, result_in(line, period)))
    return found


def _learning(summary: Summary, pupil: PupilResults, period: int) -> Step:
    counted = _counted(summary, pupil, period)
    scores = [mark for _, by_comment, mark in counted if not by_comment and mark is not None]
    failed = sum(mark == FAILED for _, by_comment, mark in counted if by_comment)
    parts = [
        (f"Số môn tính điểm từ {shown} trở lên", str(sum(mark >= floor for mark in scores)))
        for floor, shown in BANDS
    ]
    parts.append(("Kết quả thấp nhất", print_mark_cell(min(scores)) if scores else "–"))
    parts.append(("Số môn nhận xét ở mức Chưa đạt", str(failed)))
    notes = [*_raised(summary, pupil, period), *_waiting(counted)]
    result = level_name(learning_levels(pupil, period)[1]) or "Chưa có"
    title = f"Kết quả học tập {NAMES[period]}"
    return Step(title, parts, result, f"{_article(pupil, 9)}, khoản 2", notes)


def _waiting(counted: list[tuple[str, bool, Mark]]) -> list[str]:
    waiting = [name for name, _, mark in counted if mark is None]
    return [f"Chưa xếp mức vì còn thiếu kết quả: {', '.join(waiting)}."] if waiting else []


def learning_levels(pupil: PupilResults, period: int) -> tuple[int | None, int | None]:
    """The level by the thresholds, and the one after the adjustment of khoản 3."""
    name = "learning_year" if period == YEAR else f"learning{period}"
    return getattr(pupil.decisions, f"{name}_raw"), getattr(pupil.decisions, name)


def _raised(summary: Summary, pupil: PupilResults, period: int) -> list[str]:
    raw, final = learning_levels(pupil, period)
    if raw is None or raw == final:
        return []
    return [
        f"Theo ngưỡng là mức {level_name(raw)}. Chỉ do kết quả của {_cause(summary, pupil, period)}"
        f" mà mức bị giảm từ hai mức trở lên, nên được điều chỉnh lên mức liền kề:"
        f" {level_name(final)} ({_article(pupil, 9)}, khoản 3)."
    ]


def _cause(summary: Summary, pupil: PupilResults, period: int) -> str:
    named = [one.name for one in summary.subjects if one.id == pupil.decisions.adjusted_by]
    return f"môn {named[0]}" if named and period == YEAR else "duy nhất một môn học"


def _conduct(pupil: PupilResults) -> Step:
    row = pupil.decisions
    parts = [
        ("Học kì I", level_name(row.conduct1) or "chưa có"),
        ("Học kì II", level_name(row.conduct2) or "chưa có"),
    ]
    if row.conduct_after is not None:
        parts.append(("Sau rèn luyện trong kì nghỉ hè", level_name(row.conduct_after)))
    result = level_name(row.conduct_year) or "Chưa có"
    return Step("Kết quả rèn luyện cả năm", parts, result, f"{_article(pupil, 8)}, khoản 2")


def _promotion(summary: Summary, pupil: PupilResults) -> Step:
    row, facts = pupil.decisions, summary.facts(pupil)
    parts = [
        ("Rèn luyện cả năm", level_name(row.conduct_year) or "chưa có"),
        ("Học tập cả năm", level_name(row.learning_year) or "chưa có"),
        ("Số buổi nghỉ học", f"{row.absent} (nhiều nhất {summary.limit})"),
        *[(f"Đánh giá lại {name}", mark) for name, mark in _again(summary, pupil)],
    ]
    if row.learning_after is not None:
        parts.append(("Học tập sau đánh giá lại", level_name(row.learning_after)))
    notes = [f"{one}." for one in reasons(facts)]
    if lacking := missing(facts):
        notes.append(f"Còn thiếu: {', '.join(lacking)}.")
    if row.decided:
        notes.append(f"Hiệu trưởng quyết định. Lý do: {row.decided_reason}")
    shown = outcome_shown(pupil) or "Chưa đủ dữ liệu"
    return Step("Xét lên lớp", parts, shown, _article(pupil, 12), notes)


def _again(summary: Summary, pupil: PupilResults) -> list[tuple[str, str]]:
    cells = [(one.short_name, pupil.subjects.get(one.id, NOTHING)) for one in summary.subjects]
    return [
        (name, print_mark_cell(line.reassessed))
        for name, line in cells
        if line.reassessed is not None
    ]


def _award(summary: Summary, pupil: PupilResults) -> Step:
    counted = _counted(summary, pupil, YEAR)
    scores = [mark for _, by_comment, mark in counted if not by_comment and mark is not None]
    parts = [
        ("Rèn luyện cả năm", level_name(pupil.decisions.conduct_year) or "chưa có"),
        ("Học tập cả năm", level_name(pupil.decisions.learning_year) or "chưa có"),
        ("Số môn tính điểm từ 9,0 trở lên", str(sum(mark >= EXCELLENT for mark in scores))),
    ]
    number = 14 if pupil.decisions.regime == Regime.TT43 else 15
    shown = award_shown(pupil) or "Không có danh hiệu"
    return Step("Khen thưởng cuối năm học", parts, shown, _article(pupil, number))
