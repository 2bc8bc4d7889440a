"""Lời báo kết quả học kì: one pupil's own results in words, long and for a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS


@dataclass(frozen=True, slots=True)
class ResultTold:
    """What a family is told of a term: subjects in the order of the book, levels, the year."""

    school: str
    name: str
    class_name: str
    term: int
    marks: Sequence[tuple[str, str, Mark]]
    """Name, short name, result of the term."""
    learning: Level | None
    conduct: Level | None
    year_learning: Level | None = None
    year_conduct: Level | None = None
    outcome: str = ""
    award: str = ""


def long_text(told: ResultTold) -> str:
    """Kết quả học kì as the family reads it in the application or by e-mail."""
    marks = "; ".join(f"{name} {print_mark_cell(mark)}" for name, _, mark in _given(told))
    return _joined(told, f"em {told.name}, lớp {told.class_name}", marks, "học tập", "rèn luyện")


def short_text(told: ResultTold) -> str:
    """The same for a telephone message: short names of the subjects."""
    marks = ", ".join(f"{short} {print_mark_cell(mark)}" for _, short, mark in _given(told))
    return _joined(told, f"{told.name} {told.class_name}", marks, "HT", "RL")


def _given(told: ResultTold) -> list[tuple[str, str, Mark]]:
    return [one for one in told.marks if one[2] is not None]


def _joined(told: ResultTold, who: str, marks: str, learning: str, conduct: str) -> str:
    head = f"{told.school}: kết quả {SPOKEN_TERMS[told.term]} của {who}: {marks}."
    term = _levels(told.learning, told.conduct, learning, conduct)
    year = _levels(told.year_learning, told.year_conduct, learning, conduct)
    told_year = ", ".join(one for one in (year, told.outcome.lower(), told.award) if one)
    parts = [
        head,
        f"{_capital(term)}." if term else "",
        f"Cả năm: {told_year}." if told_year else "",
    ]
    return " ".join(one for one in parts if one)


def _levels(learning: Level | None, conduct: Level | None, first: str, second: str) -> str:
    named = ((first, learning), (second, conduct))
    return ", ".join(f"{word} {level.name_vi}" for word, level in named if level is not None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
