"""Ghi nhận về học sinh: praise, breaches and needs, weighed by the homeroom teacher, never counted.

Law: TT 22/2021/TT-BGDĐT, Điều 8
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor
from khue.gradebook.models import ConductEvidence
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.homeroom import WRITE, find_pupil, open_class
from khue.gradebook.services.summaries import subject_of_summary
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import ClassCard
from kit.dates import print_date, vietnam_day


class EvidenceRefused(Exception):
    """A note that cannot be kept; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def note_evidence(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    student_id: int,
    day: date,
    kind: str,
    text: str,
) -> int:
    """Ghi nhận việc tốt, vi phạm hoặc cần hỗ trợ of a pupil on a day."""
    card = open_class(actor, class_id, WRITE)
    today = vietnam_day(now)
    find_pupil(card, student_id, today)
    _check(card, day, today, kind, text.strip())
    with transaction.atomic():
        made = ConductEvidence.objects.create(
            year=card.year,
            student_id=student_id,
            school_id=card.school_id,
            province_id=card.province_id,
            school_class_id=card.id,
            day=day,
            kind=kind,
            text=text.strip(),
            written_by=actor.name,
            written_at=now,
        )
        _tell(actor, now, card, made, "note")
    return made.pk


def _check(card: ClassCard, day: date, today: date, kind: str, text: str) -> None:
    if kind not in ConductEvidence.Kind.values:
        raise EvidenceRefused(
            "NO_KIND", "Chưa rõ loại ghi nhận. Hãy chọn một loại trong danh sách."
        )
    if not 3 <= len(text) <= 500:
        raise EvidenceRefused(
            "TEXT", "Nội dung ghi nhận dài từ 3 đến 500 ký tự. Hãy viết lại cho vừa."
        )
    if day > today or day < date(card.year, 7, 1):
        raise EvidenceRefused(
            "DAY",
            f"Ngày {print_date(day)} không thuộc năm học này hoặc chưa tới. Hãy xem lại ngày.",
        )


def withdraw_evidence(*, actor: Actor, now: datetime, class_id: int, evidence_id: int) -> int:
    """Rút một ghi nhận: it stays in the book, struck out, and is weighed no more."""
    card = open_class(actor, class_id, WRITE)
    with transaction.atomic():
        row = (
            ConductEvidence.objects.select_for_update()
            .filter(pk=evidence_id, school_class_id=card.id)
            .first()
        )
        if row is None:
            raise NoSuchBook(evidence_id)
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            _tell(actor, now, card, row, "withdraw")
    return row.student_id


def _tell(actor: Actor, now: datetime, card: ClassCard, row: ConductEvidence, action: str) -> None:
    kind = ConductEvidence.Kind(row.kind).label
    change = Change(
        subject=subject_of_summary(card.id, row.student_id),
        action=f"{action}_evidence",
        label=f"{kind}, {print_date(row.day)}",
        old=row.text if action == "withdraw" else None,
        new=None if action == "withdraw" else row.text,
        school_id=card.school_id,
        province_id=card.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
