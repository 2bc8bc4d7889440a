"""Kết quả chung của một học sinh as the family reads it: the child alone, never a comparison.

Levels of a term are told once the leaders have approved the class's books, comments once the
teacher has finished hers; nothing here counts, ranks or averages other pupils.
Law: TT 22/2021/TT-BGDĐT, Điều 20; TT 15/2026/TT-BGDĐT, Điều 22
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from khue.gradebook.models import StudentResult, SubjectComment, SubjectResult
from khue.gradebook.queries.class_results import Decisions
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.phrases import PARTS
from khue.gradebook.rules.states import State, is_at_least, state_of_class, with_lock
from khue.gradebook.rules.year_reasons import award_text, outcome_text
from khue.organisations.api import grade_number
from kit.statements import kept_rows

STATES = """
select subject.id, term.number, coalesce(state.state, 'open'), lock.id is not null
from organisations_schoolclass class
join organisations_classsubject subject on subject.school_class_id = class.id
  and subject.regular_marks > 0
cross join (values (1), (2)) term (number)
left join gradebook_bookstate state on state.class_subject_id = subject.id
  and state.period = term.number
left join gradebook_termlock lock on lock.school_id = class.school_id
  and lock.year = class.year and lock.term = term.number
where class.id = %s
"""
_COLUMNS = tuple(Decisions.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FamilyYear:
    """What a family may know of the child's year beyond single marks.

    `terms`, `year`: (name, value) as printed. `comments`: by class subject and term the parts
    that were written. `results`: by class subject the year and, apart, the re-assessment.
    """

    terms: Mapping[int, list[tuple[str, str]]] = field(default_factory=dict)
    year: list[tuple[str, str]] = field(default_factory=list)
    comments: Mapping[tuple[int, int], list[tuple[str, str]]] = field(default_factory=dict)
    results: Mapping[int, tuple[str, str]] = field(default_factory=dict)


def family_year(student_id: int, class_id: int, year: int) -> FamilyYear:
    """Kết quả chung của năm học; the caller has passed the gate for this child."""
    states = _states(class_id)
    told = {term for term in (1, 2) if _is_approved(states, term)}
    kept, grade = _decisions(student_id, class_id, year) if told else (Decisions(), "")
    return FamilyYear(
        {term: _term(kept, term) for term in told},
        _year(kept, grade) if 2 in told else [],
        _comments(student_id, year, states),
        _results(student_id, year) if 2 in told else {},
    )


def _states(class_id: int) -> dict[tuple[int, int], State]:
    return {
        (book, term): with_lock(State(state), locked=locked)
        for book, term, state, locked in kept_rows(STATES, [class_id])
    }


def _is_approved(states: Mapping[tuple[int, int], State], term: int) -> bool:
    of_term = [state for (_, number), state in states.items() if number == term]
    return is_at_least(state_of_class(of_term), State.PRINCIPAL_APPROVED)


def _decisions(student_id: int, class_id: int, year: int) -> tuple[Decisions, str]:
    """The row of the class, and the grade in which the year was spent."""
    rows = StudentResult.objects.filter(
        year=year, school_class_id=class_id, student_id=student_id
    ).values_list("grade", *_COLUMNS)
    found = rows.first()
    return (Decisions(*found[1:]), found[0]) if found else (Decisions(), "")


def _level(stored: int | None) -> str:
    return "" if stored is None else Level(stored).name_vi


def _given(*items: tuple[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in items if value]


def _term(kept: Decisions, term: int) -> list[tuple[str, str]]:
    first = term == 1
    return _given(
        ("Kết quả học tập", _level(kept.learning1 if first else kept.learning2)),
        ("Kết quả rèn luyện", _level(kept.conduct1 if first else kept.conduct2)),
        ("Nhận xét của giáo viên chủ nhiệm", kept.remark1 if first else kept.remark2),
    )


def _year(kept: Decisions, grade: str) -> list[tuple[str, str]]:
    absent = "" if kept.absent_with is None and kept.absent_without is None else kept.absent
    outcome = kept.final_outcome
    return _given(
        ("Kết quả học tập cả năm", _level(kept.learning_year)),
        ("Kết quả rèn luyện cả năm", _level(kept.conduct_year)),
        ("Kết quả học tập sau đánh giá lại", _level(kept.learning_after)),
        ("Kết quả rèn luyện sau kì nghỉ hè", _level(kept.conduct_after)),
        ("Số buổi nghỉ học", str(absent)),
        ("Kết luận", outcome_text(outcome, grade_number(grade))),
        ("Khen thưởng", award_text(kept.award, kept.regime)),
        ("Nhiệm vụ rèn luyện trong hè", kept.summer_task),
    )


def _comments(
    student_id: int, year: int, states: Mapping[tuple[int, int], State]
) -> dict[tuple[int, int], list[tuple[str, str]]]:
    done = [where for where, state in states.items() if is_at_least(state, State.TEACHER_DONE)]
    if not done:
        return {}
    rows = SubjectComment.objects.filter(student_id=student_id, year=year)
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for book, term, *texts in rows.values_list("class_subject_id", "period", *PARTS):
        if (book, term) in done:
            found[book, term] = _given(*zip(PARTS.values(), texts, strict=True))
    return found


def _results(student_id: int, year: int) -> dict[int, tuple[str, str]]:
    rows = SubjectResult.objects.filter(student_id=student_id, year=year)
    return {
        book: (print_mark_cell(result), print_mark_cell(again))
        for book, result, again in rows.values_list("class_subject_id", "result", "reassessed")
    }
