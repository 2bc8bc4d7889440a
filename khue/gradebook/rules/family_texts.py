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


@dataclass(frozen=True, slots=True)
class YoungTold:
    """What a family of a primary pupil is told at the end of a term: levels, never marks."""

    school: str
    name: str
    class_name: str
    when: str
    levels: Sequence[tuple[str, str]]
    """Subject or strand, and its level as the book prints it."""
    year: Sequence[str] = ()


_LETTERS = {"Hoàn thành tốt": "T", "Hoàn thành": "H", "Chưa hoàn thành": "C"}


def young_long_text(told: YoungTold) -> str:
    """Kết quả đánh giá định kì as the family reads it.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    levels = "; ".join(f"{name}: {level}" for name, level in told.levels)
    who = f"em {told.name}, lớp {told.class_name}"
    return _with_year(f"{told.school}: đánh giá {told.when} của {who}. {levels}.", told.year)


def young_short_text(told: YoungTold) -> str:
    """The same for a telephone message: letters, with what they mean where they stand."""
    levels = ", ".join(f"{name} {_LETTERS[level]}" for name, level in told.levels)
    used = {level for _, level in told.levels}
    meaning = ", ".join(f"{sign} {word.lower()}" for word, sign in _LETTERS.items() if word in used)
    head = f"{told.school}: đánh giá {told.when} của {told.name} {told.class_name}: {levels}"
    return _with_year(f"{head} ({meaning}).", told.year)


def _with_year(text: str, year: Sequence[str]) -> str:
    return f"{text} Cả năm: {'; '.join(year)}." if year else text


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
