"""Khen thưởng đột xuất, thành tích đặc biệt, thư khen: written down by hand, with their decision.

Law: TT 22/2021/TT-BGDĐT, Điều 15; TT 27/2020/TT-BGDĐT, Điều 13
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor
from khue.gradebook.models import SpecialAward
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.homeroom import find_pupil, open_class
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import ClassCard
from kit.dates import print_date, vietnam_day

AWARD = "gradebook.give_awards"


class AwardRefused(Exception):
    """An award that cannot be written; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def give_award(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    student_id: int,
    kind: str,
    content: str,
    day: date,
    decision: str = "",
) -> int:
    """Ghi một khen thưởng of a pupil outside the titles of the year's end."""
    card = open_class(actor, class_id, AWARD)
    find_pupil(card, student_id, vietnam_day(now))
    if kind not in SpecialAward.Kind.values:
        raise AwardRefused("NO_KIND", "Hãy chọn hình thức khen thưởng trong danh sách.")
    if day < date(card.year, 7, 1) or day > date(card.year + 1, 9, 30):
        raise AwardRefused("DAY", f"Ngày {print_date(day)} không thuộc năm học này. Hãy xem lại.")
    with transaction.atomic():
        made = SpecialAward.objects.create(
            year=card.year,
            student_id=student_id,
            school_id=card.school_id,
            province_id=card.province_id,
            school_class_id=card.id,
            kind=kind,
            content=content.strip()[:300],
            decision=decision.strip()[:60],
            day=day,
        )
        _tell(actor, now, card, made, "give_award")
    return made.pk


def remove_award(*, actor: Actor, now: datetime, class_id: int, award_id: int) -> None:
    """Bỏ một khen thưởng ghi nhầm; the ledger keeps what it said."""
    card = open_class(actor, class_id, AWARD)
    with transaction.atomic():
        row = SpecialAward.objects.filter(pk=award_id, school_class_id=card.id).first()
        if row is None:
            raise NoSuchBook(award_id)
        _tell(actor, now, card, row, "remove_award")
        row.delete()


def _tell(actor: Actor, now: datetime, card: ClassCard, row: SpecialAward, action: str) -> None:
    kept = f"{row.content} ({row.decision})" if row.decision else row.content
    given = action == "give_award"
    change = Change(
        subject=f"result:{card.id}.{row.student_id}",
        action=action,
        label=f"{SpecialAward.Kind(row.kind).label}, {print_date(row.day)}",
        old=None if given else kept,
        new=kept if given else None,
        school_id=card.school_id,
        province_id=card.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
