"""Trường hợp riêng của học sinh ở một môn: recorded with a document, withdrawn with a reason.

What concerns health or disability is sealed; the ledger tells that something was decided, by
which document, and never why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from khue.access.api import Actor, permit
from khue.gradebook.models import SubjectCircumstance
from khue.gradebook.queries.books import Book, NoSuchBook, find_book
from khue.gradebook.queries.circumstances import MANAGE, status_of_subject, subject_of_circumstance
from khue.gradebook.queries.grid import pupils_of
from khue.gradebook.rules.apart import BADGES, check_kind
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.counting import count_book
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.states import class_closed_sentence
from khue.gradebook.services.writing import hold_book
from khue.ledger.api import Author, Change, Operation, append_changes, log_sensitive_read
from kit.cipher import seal, unseal
from kit.dates import vietnam_day

SEALED_AS = "subjectcircumstance.reason"
SHORTEST = 3


class CircumstanceRefused(Exception):
    """What was asked cannot be recorded; the text is the sentence for the person."""

    def __init__(self, key: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.key, self.field = key, field


@dataclass(frozen=True, slots=True)
class CircumstanceFacts:
    """What the office decides: which kind, in which terms, by which document, and why."""

    kind: str
    first_term: int
    last_term: int
    document: str
    reason: str

    @property
    def terms(self) -> tuple[int, ...]:
        return tuple(range(self.first_term, self.last_term + 1))


def record_circumstance(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    student_id: int,
    facts: CircumstanceFacts,
) -> int:
    """Ghi trường hợp riêng of a pupil in a subject; results follow at once.

    Raises CircumstanceRefused, Refused, OutsidePlace.
    Law: TT 22/2021/TT-BGDĐT, Điều 10; TT 22/2021/TT-BGDĐT, Điều 11
    """
    book = find_book(class_subject_id)
    permit(actor, MANAGE, book.place)
    _check(book, facts)
    with transaction.atomic():
        _hold(book, facts.terms, now)
        _check_pupil(book, student_id, facts, now)
        row = SubjectCircumstance.objects.create(
            year=book.year,
            student_id=student_id,
            school_id=book.school_id,
            province_id=book.province_id,
            class_subject_id=book.id,
            kind=facts.kind,
            first_term=facts.first_term,
            last_term=facts.last_term,
            reason_sealed=_seal(facts.reason),
            document=facts.document.strip(),
        )
        _after(actor, now, book, row, action="record")
    return int(row.pk)


def withdraw_circumstance(
    *, actor: Actor, now: datetime, circumstance_id: int, reason: str
) -> SubjectCircumstance:
    """Bỏ trường hợp riêng that was recorded by mistake or holds no longer."""
    row, book = _found(circumstance_id)
    permit(actor, MANAGE, book.place)
    if len(reason.strip()) < SHORTEST:
        raise CircumstanceRefused("NO_REASON", "Hãy ghi lý do bỏ để lưu vào lịch sử.", "reason")
    with transaction.atomic():
        _hold(book, range(row.first_term, row.last_term + 1), now)
        SubjectCircumstance.objects.filter(pk=row.pk).delete()
        _after(actor, now, book, row, action="withdraw", reason=reason.strip()[:300])
    return row


def read_reason(*, actor: Actor, now: datetime, circumstance_id: int) -> str:
    """The sealed reason, for one look; the look itself is written down."""
    row, book = _found(circumstance_id)
    permit(actor, MANAGE, book.place)
    log_sensitive_read(
        Author(actor.account_id, actor.name),
        now,
        subject=f"student:{row.student_id}",
        fields="lý do miễn, giảm, kế hoạch cá nhân",
        school_id=row.school_id,
        province_id=row.province_id,
    )
    sealed = row.reason_sealed
    return unseal(sealed, label=SEALED_AS, key_hex=settings.FIELD_KEY) if sealed else ""


def _seal(reason: str) -> str:
    return seal(reason.strip()[:300], label=SEALED_AS, key_hex=settings.FIELD_KEY)


def _found(circumstance_id: int) -> tuple[SubjectCircumstance, Book]:
    row = SubjectCircumstance.objects.filter(pk=circumstance_id).first()
    if row is None:
        raise NoSuchBook(circumstance_id)
    return row, find_book(row.class_subject_id)


def _check(book: Book, facts: CircumstanceFacts) -> None:
    if facts.kind not in BADGES:
        raise CircumstanceRefused("NO_KIND", "Hãy chọn một trường hợp.", "kind")
    if not 1 <= facts.first_term <= facts.last_term <= 2:
        raise CircumstanceRefused("NO_TERMS", "Hãy chọn học kì áp dụng.", "terms")
    if len(facts.document.strip()) < SHORTEST:
        raise CircumstanceRefused(
            "NO_DOCUMENT", "Hãy ghi số văn bản hoặc quyết định làm căn cứ.", "document"
        )
    if len(facts.reason.strip()) < SHORTEST:
        raise CircumstanceRefused("NO_REASON", "Hãy ghi lý do.", "reason")
    refusal = check_kind(facts.kind, book.subject_name, status_of_subject(book.id))
    if refusal is not None:
        raise CircumstanceRefused(refusal.key, str(refusal), "kind")


def _hold(book: Book, terms: range | tuple[int, ...], now: datetime) -> None:
    """The locks of those who write marks, in their order; refused where the class is closed."""
    for term in terms:
        hold_term(SHARED, book.school_id, book.year, term)
    for term in terms:
        hold_book(book, term, now)
    for term in terms:
        closed = class_closed_sentence(book.class_id, term, now)
        if closed:
            raise CircumstanceRefused("CLOSED", closed)


def _check_pupil(book: Book, student_id: int, facts: CircumstanceFacts, now: datetime) -> None:
    pupils = pupils_of(book, 1, vietnam_day(now), only=[student_id])
    if not pupils:
        sentence = "Học sinh này không có trong danh sách lớp. Hãy tải lại trang."
        raise CircumstanceRefused("NOT_HERE", sentence, "student")
    standing = SubjectCircumstance.objects.filter(
        Q(first_term__lte=facts.last_term) & Q(last_term__gte=facts.first_term),
        class_subject_id=book.id,
        student_id=student_id,
    ).first()
    if standing is not None:
        raise CircumstanceRefused(
            "TWICE",
            f"{pupils[0].name} đã có “{BADGES[standing.kind]}” ở môn này trong học kì đó."
            " Hãy bỏ trường hợp cũ trước khi ghi trường hợp mới.",
            "terms",
        )


def _after(
    actor: Actor,
    now: datetime,
    book: Book,
    row: SubjectCircumstance,
    *,
    action: str,
    reason: str = "",
) -> None:
    for term in range(row.first_term, row.last_term + 1):
        count_book(book.id, book.year, term, now)
    refresh_results(class_id=book.class_id, now=now, student_ids=[row.student_id])
    told = _told(row)
    change = Change(
        subject=subject_of_circumstance(book.id, row.student_id),
        action=action,
        label=f"Trường hợp riêng, {book.title}",
        old=told if action == "withdraw" else None,
        new=told if action == "record" else None,
        reason=reason,
        school_id=book.school_id,
        province_id=book.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def _told(row: SubjectCircumstance) -> str:
    both = row.first_term != row.last_term
    when = "cả năm" if both else SPOKEN_TERMS[row.first_term]
    return f"{BADGES[row.kind]}, {when}, {row.document}"
