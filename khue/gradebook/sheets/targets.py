"""Trang này là của sổ nào: the subject, class and term that the titles of a sheet speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from khue.gradebook.queries import ImportBook, ImportTarget
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.sheets.layouts import MarkTable
from kit.vietnamese import search_key

_TERM = re.compile(r"\b(?:hoc k[iy]|hk) ?(ii|i|2|1)\b")
_CLASS = re.compile(r"\blop ?:? ?(\d{1,2} ?[./]?[a-z]?[0-9a-z]*)\b")
_SUBJECT = re.compile(r"\bmon(?: hoc)? ?[:\-]? ?(.+)")
_SIGNS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class SheetTarget:
    """The book that a sheet is for, or why it cannot be said; `certain` when it names itself."""

    book: ImportBook | None
    refusal: str = ""
    notes: tuple[str, ...] = ()
    certain: bool = False


def target_of_sheet(table: MarkTable, target: ImportTarget) -> SheetTarget:
    """Which book of the target a sheet is for."""
    texts = [_plain(text) for text in (table.sheet, *table.above)]
    wrong_term = _wrong_term(texts, target.term)
    named = _named_book(texts, target.books)
    book = named or (None if target.whole_class else target.books[0])
    if book is None:
        return SheetTarget(None, _unknown(table.sheet))
    if not target.whole_class and book is not target.books[0]:
        own = target.books[0].book.title
        return SheetTarget(
            book, f"Trang này ghi là môn {book.book.subject_name}, không phải {own}."
        )
    notes = tuple(_other_class(texts, book))
    return SheetTarget(book, book.refusal or wrong_term, notes, certain=named is not None)


def _unknown(sheet: str) -> str:
    return (
        f"Không rõ trang “{sheet}” là môn nào. "
        "Hãy đặt tên trang bằng tên môn, hoặc nhập từ sổ điểm của môn."
    )


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", search_key(text)).strip()


def _wrong_term(texts: Sequence[str], term: int) -> str:
    found = {2 if one in ("ii", "2") else 1 for text in texts for one in _TERM.findall(text)}
    if len(found) != 1 or term in found:
        return ""
    spoken = SPOKEN_TERMS[found.pop()]
    return (
        f"Trang này ghi là {spoken}, thầy cô đang nhập vào {SPOKEN_TERMS[term]}. "
        f"Hãy mở sổ {spoken} rồi nhập lại."
    )


def _other_class(texts: Sequence[str], book: ImportBook) -> Iterator[str]:
    own = _plain(book.book.class_name).replace(" ", "")
    found = {one.replace(" ", "") for text in texts for one in _CLASS.findall(text)}
    others = [one for one in found if one != own]
    if found and own not in found and others:
        yield (
            f"Tiêu đề của trang ghi lớp {others[0].upper()}, "
            f"thầy cô đang nhập vào lớp {book.book.class_name}."
        )


def _named_book(texts: Sequence[str], books: Sequence[ImportBook]) -> ImportBook | None:
    """By a title "Môn: …" first, then by the name of the sheet."""
    said = [found[1] for text in texts[1:] if (found := _SUBJECT.search(text))]
    named = (_best_name(text, books) for text in (*said, texts[0]))
    return next((book for book in named if book), None)


def _best_name(text: str, books: Sequence[ImportBook]) -> ImportBook | None:
    """The book whose subject's name begins the text; the longest name wins."""
    scored = [
        (len(name), book)
        for book in books
        for name in map(_plain, book.names)
        if name and re.match(rf"{re.escape(name)}(?: |\d|$)", text)
    ]
    return max(scored, key=lambda one: one[0], default=(0, None))[1]
