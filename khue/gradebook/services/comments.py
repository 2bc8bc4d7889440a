"""Ghi nhận xét: the three parts of a comment, cell by cell, never over a newer text."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.db import connection, transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import BankPhrase
from khue.gradebook.queries.books import Book, find_book
from khue.gradebook.queries.comments import spoken_period, term_of, texts_of
from khue.gradebook.queries.grid import PupilRow, pupils_of
from khue.gradebook.queries.locks import find_school
from khue.gradebook.rules.phrases import LEVELS, LONGEST_COMMENT, PARTS
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.states import closed_sentence
from khue.ledger.api import Author, Change, Operation, append_changes, newest_changes
from kit.dates import vietnam_day

Status = Literal["saved", "same", "conflict", "refused"]
_WRITE = f"""
insert into gradebook_subjectcomment as kept
  (year, class_subject_id, period, student_id, school_id, province_id, {", ".join(PARTS)}, version)
select %s, %s, %s, given.student_id, %s, %s, {", ".join(f"given.{part}" for part in PARTS)}, 1
from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
  as given (student_id, {", ".join(PARTS)})
on conflict (year, class_subject_id, period, student_id) do update set
  {", ".join(f"{part} = excluded.{part}" for part in PARTS)}, version = kept.version + 1
"""  # noqa: S608  (put together from our own column names)
_TOO_LONG = f"Nhận xét dài quá {LONGEST_COMMENT} kí tự nên chưa được lưu. Thầy cô viết ngắn lại."
_NOT_HERE = "Học sinh này không có trong danh sách lớp. Hãy tải lại trang để xem danh sách mới."


class PhraseNotKept(ValueError):
    """A phrase of the bank is empty, too long, or of an unknown level."""

    key = "phrase_not_kept"

    def __str__(self) -> str:
        return "Câu nhận xét phải có nội dung, dài không quá 300 kí tự và chọn đúng mức."


@dataclass(frozen=True, slots=True)
class CommentChange:
    """A part of one comment that should change, from what the writer saw (`base`)."""

    student_id: int
    part: str
    base: str
    text: str


@dataclass(frozen=True, slots=True)
class CommentOutcome:
    """What became of it, the text that stands there now, and a sentence where there is one."""

    student_id: int
    part: str
    status: Status
    text: str
    sentence: str = ""
    author: str = ""


def subject_of_comment(book_id: int, period: int, student_id: int) -> str:
    """How the ledger calls the comment on a pupil."""
    return f"comment:{book_id}.{period}.{student_id}"


@transaction.atomic
def write_comments(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    period: int,
    changes: Sequence[CommentChange],
    operation_id: uuid.UUID | None = None,
    reason: str = "",
) -> list[CommentOutcome]:
    """Ghi nhận xét môn học; sent twice it is written once. `reason` is told in the ledger.

    Law: TT 22/2021/TT-BGDĐT, Điều 19
    """
    book = find_book(class_subject_id)
    permit(actor, "gradebook.enter_marks", book.place)
    term = term_of(book, period)
    hold_term(SHARED, book.school_id, book.year, term)
    _hold_comments(book, period)
    closed = closed_sentence(book, period, now)
    pupils = {one.student_id: one for one in pupils_of(book, term, vietnam_day(now))}
    texts = texts_of(book, period)
    outcomes = [_decide(one, pupils, texts, closed) for one in _last_of_each(changes)]
    operation = Operation(Author(actor.account_id, actor.name), now, operation_id or uuid.uuid4())
    _write(book, period, operation, texts, outcomes, reason)
    return _with_authors(book, period, outcomes)


def _hold_comments(book: Book, period: int) -> None:
    """One writer at a time in the comments of a book and period."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [-(book.id * 10 + period)])


def _last_of_each(changes: Iterable[CommentChange]) -> Iterable[CommentChange]:
    return {(one.student_id, one.part): one for one in changes}.values()


def _decide(
    change: CommentChange,
    pupils: dict[int, PupilRow],
    texts: dict[int, dict[str, str]],
    closed: str,
) -> CommentOutcome:
    where = (change.student_id, change.part)
    stands = texts.get(change.student_id, {}).get(change.part, "")
    wanted = " ".join(change.text.split())
    refusal = _refusal(change, wanted, pupils.get(change.student_id), closed)
    if refusal:
        return CommentOutcome(*where, "refused", stands, refusal)
    if stands == wanted:
        return CommentOutcome(*where, "same", stands)
    if stands != " ".join(change.base.split()):
        return CommentOutcome(*where, "conflict", stands)
    return CommentOutcome(*where, "saved", wanted)


def _refusal(change: CommentChange, wanted: str, pupil: PupilRow | None, closed: str) -> str:
    if pupil is None or change.part not in PARTS:
        return _NOT_HERE
    if pupil.left:
        return f"{pupil.name} đã rời lớp nên không ghi nhận xét được nữa."
    return closed or (_TOO_LONG if len(wanted) > LONGEST_COMMENT else "")


def _write(
    book: Book,
    period: int,
    operation: Operation,
    texts: dict[int, dict[str, str]],
    outcomes: Sequence[CommentOutcome],
    reason: str,
) -> None:
    saved = [one for one in outcomes if one.status == "saved"]
    if not saved:
        return
    rows: dict[int, dict[str, str]] = {}
    changes = []
    for one in saved:
        before = texts.get(one.student_id) or dict.fromkeys(PARTS, "")
        change = _change(book, period, one, before[one.part])
        changes.append(replace(change, reason=reason))
        rows.setdefault(one.student_id, dict(before))[one.part] = one.text
    _put(book, period, rows)
    append_changes(operation, changes)


def _put(book: Book, period: int, rows: dict[int, dict[str, str]]) -> None:
    parameters: list[Any] = [book.year, book.id, period, book.school_id, book.province_id]
    columns = [[row[part] for row in rows.values()] for part in PARTS]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*parameters, list(rows), *columns])


def _change(book: Book, period: int, outcome: CommentOutcome, old: str) -> Change:
    return Change(
        subject=subject_of_comment(book.id, period, outcome.student_id),
        action="comment",
        label=f"{PARTS[outcome.part]}, {book.title}, {spoken_period(book, period)}",
        old=old or None,
        new=outcome.text or None,
        school_id=book.school_id,
        province_id=book.province_id,
    )


def _with_authors(book: Book, period: int, outcomes: list[CommentOutcome]) -> list[CommentOutcome]:
    """Say who wrote the text where two people wrote."""
    clashes = {one.student_id for one in outcomes if one.status == "conflict"}
    if not clashes:
        return outcomes
    lines = newest_changes([subject_of_comment(book.id, period, one) for one in clashes])
    names = {(line.subject, line.label.split(",")[0]): line.actor_name for line in lines}
    return [_with_author(book, period, one, names) for one in outcomes]


def _with_author(
    book: Book, period: int, outcome: CommentOutcome, names: dict[tuple[str, str], str]
) -> CommentOutcome:
    if outcome.status != "conflict":
        return outcome
    subject = subject_of_comment(book.id, period, outcome.student_id)
    author = names.get((subject, PARTS[outcome.part]), "Người khác")
    sentence = f"{author} vừa ghi vào đây. Thầy cô chọn giữ câu nào."
    return CommentOutcome(
        outcome.student_id, outcome.part, "conflict", outcome.text, sentence, author
    )


@transaction.atomic
def add_phrase(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    part: str,
    level: str,
    text: str,
    subject_id: int | None = None,
) -> None:
    """Thêm câu vào ngân hàng nhận xét của trường; the same phrase twice is kept once."""
    school = find_school(school_id)
    permit(actor, "gradebook.edit_phrases", school.path)
    told = " ".join(text.split())
    if part not in PARTS or level not in LEVELS or not 0 < len(told) <= 300:
        raise PhraseNotKept
    fitting = BankPhrase.objects.filter(school_id=school_id, part=part, level=level, text=told)
    same = {"subject__isnull": True} if subject_id is None else {"subject_id": subject_id}
    if fitting.filter(**same).exists():
        return
    BankPhrase.objects.create(
        school_id=school_id, subject_id=subject_id, part=part, level=level, text=told
    )
    _note_phrase(actor, now, school_id, school.province_id, None, told)


@transaction.atomic
def remove_phrase(*, actor: Actor, now: datetime, school_id: int, phrase_id: int) -> None:
    """Bỏ câu khỏi ngân hàng nhận xét của trường; comments already written stay."""
    school = find_school(school_id)
    permit(actor, "gradebook.edit_phrases", school.path)
    phrase = BankPhrase.objects.filter(school_id=school_id, id=phrase_id).first()
    if phrase:
        phrase.delete()
        _note_phrase(actor, now, school_id, school.province_id, phrase.text, None)


def _note_phrase(
    actor: Actor, now: datetime, school_id: int, province_id: int, old: str | None, new: str | None
) -> None:
    change = Change(
        subject=f"phrases:{school_id}",
        action="change",
        label="Ngân hàng nhận xét",
        old=old,
        new=new,
        school_id=school_id,
        province_id=province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
