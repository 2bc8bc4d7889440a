"""Hiệu trưởng quyết định: of a pupil with a disability, or a primary pupil after all help.

Law: TT 22/2021/TT-BGDĐT, Điều 12; TT 27/2020/TT-BGDĐT, Điều 11
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from khue.access.api import Actor
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.homeroom import open_class
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.rules.year_reasons import DECISIONS
from khue.gradebook.services.results import ALONE
from khue.gradebook.services.summaries import subject_of_summary
from khue.gradebook.services.year_moves import moved_on
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import ClassCard

DECIDE = "gradebook.decide_results"


class DecisionRefused(Exception):
    """A decision that cannot be taken now; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def decide_outcome(
    *, actor: Actor, now: datetime, class_id: int, student_id: int, decision: str, reason: str
) -> None:
    """Quyết định lên lớp hoặc không; an empty decision takes the former one back."""
    card = open_class(actor, class_id, DECIDE)
    if decision and decision not in DECISIONS:
        raise DecisionRefused("NO_DECISION", "Hãy chọn được lên lớp hoặc không được lên lớp.")
    if len(reason.strip()) < 3:
        raise DecisionRefused("NO_REASON", "Chưa ghi quyết định vì thiếu lý do. Hãy ghi lý do.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [card.id])
        row = _row(card, student_id, decision)
        old = row.decided
        row.decided, row.decided_reason = decision, reason.strip()[:300] if decision else ""
        row.version += 1
        row.save(update_fields=["decided", "decided_reason", "version"])
        operation = Operation(Author(actor.account_id, actor.name), now)
        append_changes(operation, [_told(card, row, old, reason)])


def _may_decide(outcome: str, decision: str) -> bool:
    """A pupil who did not come in summer stays in the grade; all else follows from results."""
    if outcome in (Outcome.REASSESS, Outcome.SUMMER_TRAINING):
        return decision in ("", Outcome.RETAINED)
    return outcome == Outcome.PRINCIPAL_DECIDES


def _row(card: ClassCard, student_id: int, decision: str) -> StudentResult:
    row = StudentResult.objects.filter(
        year=card.year, school_class_id=card.id, student_id=student_id
    ).first()
    if row is None or not _may_decide(row.outcome, decision):
        raise DecisionRefused(
            "NOT_HIS",
            "Hiệu trưởng chỉ quyết định với học sinh khuyết tật đã có đủ kết quả, hoặc học sinh"
            " tiểu học chưa hoàn thành sau khi được giúp đỡ. Em này được xét theo kết quả; em không"
            " dự đánh giá lại hoặc không rèn luyện trong hè thì được quyết định không lên lớp.",
        )
    if moved_on(card.year, [student_id]):
        raise DecisionRefused(
            "MOVED", "Em đã được kết chuyển sang năm học mới. Hãy hoàn tác kết chuyển trước."
        )
    return row


def _told(card: ClassCard, row: StudentResult, old: str, reason: str) -> Change:
    names = {str(one): one.name_vi for one in DECISIONS}
    return Change(
        subject=subject_of_summary(card.id, row.student_id),
        action="decide",
        label="Hiệu trưởng quyết định lên lớp",
        old=names.get(old),
        new=names.get(row.decided),
        reason=reason.strip()[:300],
        school_id=card.school_id,
        province_id=card.province_id,
    )
