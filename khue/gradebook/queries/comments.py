"""Nhận xét của một môn: what stands in words beside each pupil, and the phrases that fit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from khue.access.api import Actor, explain, permit
from khue.gradebook.models import BankPhrase, PrimaryRow, SubjectComment
from khue.gradebook.queries.books import Book, open_book
from khue.gradebook.queries.grid import PupilRow, pupils_of
from khue.gradebook.queries.locks import find_school
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.phrases import (
    PARTS,
    PRIMARY_LEVELS,
    Phrase,
    Wanting,
    level_of_mark,
    phrases_for,
    suggest,
)
from khue.gradebook.rules.slots import SPOKEN_TERMS, provisional_result

_POINTS = ("giữa học kì I", "cuối học kì I", "giữa học kì II", "cuối năm")
_FILE = Path(__file__).resolve().parents[1] / "data" / "phrases.csv"


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A pupil with the result of the period and the three parts of the comment."""

    pupil: PupilRow
    level: str
    result: Mark
    provisional: Mark
    texts: Mapping[str, str]

    @property
    def shown_result(self) -> str:
        """The result of the term as the page prints it."""
        return print_mark_cell(self.result)

    @property
    def shown_provisional(self) -> str:
        """Điểm tạm tính, where the result of the term is not there yet."""
        return "" if self.result is not None else print_mark_cell(self.provisional)

    @property
    def is_blank(self) -> bool:
        return not any(self.texts.values())


@dataclass(frozen=True, slots=True)
class CommentSheet:
    """The comments of a book in one period, and why they may not be written if so."""

    book: Book
    period: int
    lines: list[CommentLine]
    bank: list[Phrase]
    refusal: str | None

    @property
    def written(self) -> int:
        return sum(1 for line in self.lines if not line.pupil.left and not line.is_blank)

    @property
    def staying(self) -> int:
        return sum(1 for line in self.lines if not line.pupil.left)

    def phrases(self, part: str, level: str) -> list[str]:
        return phrases_for(self.bank, part, level, self.book.subject_name)


def term_of(book: Book, period: int) -> int:
    """The term of a period: the period itself, or that of a point of the primary year."""
    return period if book.slots else (period + 1) // 2


def spoken_period(book: Book, period: int) -> str:
    """As a sentence says it: "học kì I"; in primary "giữa học kì I", "cuối năm"."""
    return SPOKEN_TERMS[period] if book.slots else _POINTS[period - 1]


@cache
def product_phrases() -> tuple[Phrase, ...]:
    """Ngân hàng nhận xét that comes with the product."""
    with _FILE.open(encoding="utf-8") as file:
        return tuple(
            Phrase(row["part"], row["level"], row["text"], row["subject"])
            for row in csv.DictReader(file)
        )


def school_phrases(school_id: int) -> list[BankPhrase]:
    """Câu nhận xét riêng của trường, in the order in which they were added."""
    rows = BankPhrase.objects.filter(school_id=school_id).select_related("subject")
    return list(rows.order_by("part", "level", "id"))


def bank_of(school_id: int) -> list[Phrase]:
    """The school's own phrases, then those of the product."""
    own = [
        Phrase(one.part, one.level, one.text, one.subject.name if one.subject else "", own=True)
        for one in school_phrases(school_id)
    ]
    return [*own, *product_phrases()]


def _primary_levels(book: Book, period: int) -> dict[int, str]:
    rows = PrimaryRow.objects.filter(year=book.year, class_subject_id=book.id, point=period)
    found = rows.values_list("student_id", "level", "level2")
    return {
        student: PRIMARY_LEVELS.get(max(level or 0, second or 0), "")
        for student, level, second in found
    }


def _so_far(book: Book, pupil: PupilRow) -> Mark:
    return provisional_result(pupil.marks, book.regular_marks, by_comment=book.by_comment)


def _term_level(book: Book, pupil: PupilRow) -> str:
    result = pupil.average if pupil.average is not None else _so_far(book, pupil)
    return level_of_mark(result)


def texts_of(book: Book, period: int) -> dict[int, dict[str, str]]:
    """The three parts of every comment of a book in a period, by pupil."""
    rows = SubjectComment.objects.filter(year=book.year, class_subject_id=book.id, period=period)
    return {
        student: dict(zip(PARTS, texts, strict=True))
        for student, *texts in rows.values_list("student_id", *PARTS)
    }


def comment_sheet(
    actor: Actor,
    class_subject_id: int,
    period: int,
    today: date,
    permission: str = "gradebook.view_marks",
) -> CommentSheet:
    """The comments of a book, for someone who holds the permission at it."""
    book = open_book(actor, class_subject_id, permission)
    book = book.in_term(term_of(book, period))
    pupils = pupils_of(book, term_of(book, period), today)
    texts = texts_of(book, period)
    primary = {} if book.slots else _primary_levels(book, period)
    lines = [
        CommentLine(
            one,
            primary.get(one.student_id, "") if not book.slots else _term_level(book, one),
            one.average,
            _so_far(book, one),
            texts.get(one.student_id, dict.fromkeys(PARTS, "")),
        )
        for one in pupils
    ]
    refusal = explain(actor, "gradebook.enter_marks", book.place)
    return CommentSheet(book, period, lines, bank_of(book.school_id), refusal)


def suggestions(sheet: CommentSheet, part: str) -> dict[int, str]:
    """Gợi ý for the pupils who have nothing in a part yet; those who left are passed over."""
    staying = [line for line in sheet.lines if not line.pupil.left]
    wanting = [Wanting(one.pupil.student_id, one.level, one.texts[part]) for one in staying]
    phrases = {level: sheet.phrases(part, level) for level in {one.level for one in staying}}
    return suggest(wanting, phrases, key=f"{sheet.book.id}.{sheet.period}.{part}")


def phrase_bank(actor: Actor, school_id: int) -> Sequence[BankPhrase]:
    """The school's own phrases, for those who may write comments there."""
    permit(actor, "gradebook.edit_phrases", find_school(school_id).path)
    return school_phrases(school_id)
