"""The lines of the summary as its template shows them, and what changes with a saved cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khue.gradebook.queries.class_results import PupilResults, SubjectColumn
from khue.gradebook.queries.homeroom import (
    NOTHING,
    YEAR,
    Summary,
    award_shown,
    is_failing,
    outcome_shown,
    result_in,
)
from khue.gradebook.queries.homeroom_made import learning_levels
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.summaries import level_symbol
from khue.gradebook.rules.year_reasons import missing, reasons

KINDS = {
    "exempt": ("Miễn", "Miễn đánh giá"),
    "plan": ("KHCN", "Theo kế hoạch giáo dục cá nhân"),
    "not_taken": ("–", "Không học môn này"),
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A result as it stands in the table; `again` is the result of re-assessment beside it.

    `made`: there is a result whose computation can be opened.
    """

    text: str
    title: str = ""
    low: bool = False
    again: str = ""
    made: bool = False


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A pupil's row of the table."""

    pupil: PupilResults
    cells: list[ShownCell]
    raw: str
    level: str
    conduct: str
    outcome: str
    award: str
    why: str
    notes: dict[str, int]

    @property
    def raised(self) -> bool:
        return bool(self.raw) and self.raw != self.level


def shown_lines(summary: Summary, period: int) -> list[ShownLine]:
    return [_line(summary, pupil, period) for pupil in summary.pupils]


def _line(summary: Summary, pupil: PupilResults, period: int) -> ShownLine:
    raw, final = learning_levels(pupil, period)
    facts = summary.facts(pupil)
    told = reasons(facts) or missing(facts)
    return ShownLine(
        pupil,
        [_cell(pupil, subject, period) for subject in summary.subjects],
        level_symbol(raw),
        level_symbol(final),
        level_symbol(pupil.decisions.conduct_year),
        outcome_shown(pupil),
        award_shown(pupil),
        "; ".join(told),
        dict(summary.notes.get(pupil.student_id, {})),
    )


def _cell(pupil: PupilResults, subject: SubjectColumn, period: int) -> ShownCell:
    line = pupil.subjects.get(subject.id, NOTHING)
    kind = line.kind1 if period == 1 else line.kind2
    result = result_in(line, period)
    if result is None and kind in KINDS:
        return ShownCell(*KINDS[kind])
    again = print_mark_cell(line.reassessed) if period == YEAR else ""
    brought = f"Kết quả chuyển đến từ {line.from_school}" if period in line.carried else ""
    return ShownCell(
        print_mark_cell(result), brought, is_failing(result), again, result is not None
    )


def followed(summary: Summary, pupils: Iterable[int]) -> dict[str, str]:
    """What is computed anew for the pupils of a save, by the place where the page shows it."""
    found: dict[str, str] = {}
    for student_id in pupils:
        pupil = summary.results.pupil(student_id)
        if pupil is not None:
            found |= {
                f"{student_id}:conduct_year": level_symbol(pupil.decisions.conduct_year) or "–",
                f"{student_id}:outcome": outcome_shown(pupil) or "Chưa đủ dữ liệu",
                f"{student_id}:award": award_shown(pupil) or "–",
            }
    return found
