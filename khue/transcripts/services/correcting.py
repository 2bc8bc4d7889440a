"""Chỉnh sửa, hủy, bỏ bản đang ký: nothing that was signed is changed, only followed or ended.

Law: NĐ 88/2026/NĐ-CP, Điều 8 (a correction is a new signed version)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, permit
from khue.ledger.api import append_changes
from khue.organisations.api import class_summary
from khue.transcripts.models import Version
from khue.transcripts.permissions import CONFIRM, CORRECT, PUBLISH
from khue.transcripts.rules.states import SIGNING, Act, State, target_of, why_not
from khue.transcripts.services.composing import Composed, begin_versions, open_work
from khue.transcripts.services.envelopes import note_cancelled
from khue.transcripts.services.giving_up import give_up_versions
from khue.transcripts.services.holding import (
    Held,
    TranscriptRefused,
    change_of,
    hold_class,
    in_work,
    open_body,
    operation_of,
    rows_of,
)
from khue.transcripts.services.steps import Refusal, Stepped

REASON_LENGTH = 500
NO_REASON = "Chưa ghi lý do. Hãy ghi lý do để người đọc lịch sử học bạ hiểu vì sao."
LACKING = "Chưa ghi {names}. Bản chỉnh sửa chỉ được lập khi có đủ các thông tin này."
ELSEWHERE = "Năm học này do trường khác phát hành; đề nghị trường đó lập bản chỉnh sửa."
IN_WORK = "Năm học này đã có một phiên bản đang làm; hãy hoàn tất hoặc bỏ phiên bản đó trước."
GONE = "Hồ sơ lớp không còn em này nên không lập lại được từ sổ."


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """Căn cứ chỉnh sửa: why, who asked, who agreed, by which document."""

    reason: str
    requester: str
    approver: str
    document_number: str

    @property
    def lacking(self) -> list[str]:
        """What has not been written, as a sentence lists it."""
        told = (
            (self.reason, "lý do"),
            (self.requester, "người đề nghị"),
            (self.approver, "người duyệt"),
            (self.document_number, "số văn bản"),
        )
        return [name for value, name in told if not value.strip()]


def _version(version_id: int) -> Version:
    rows = Version.objects.select_related("part_of__transcript")
    found = rows.defer("file", "pdf").filter(pk=version_id).first()
    if found is None:
        raise OutsidePlace(version_id)
    return found


def _class_of(row: Version) -> int:
    """The class of ours that a version is of; OutsidePlace hides nothing here: it is said."""
    if row.part_of.school_class_id is None:
        raise TranscriptRefused("ELSEWHERE", ELSEWHERE)
    return row.part_of.school_class_id


@transaction.atomic
def begin_correction(
    *, actor: Actor, now: datetime, version_id: int, facts: CorrectionFacts
) -> int:
    """Lập bản chỉnh sửa of a published year from the book as it stands now; return its id.

    The published version holds until the new one has passed every step and is published.
    """
    row = _version(version_id)
    class_id = _class_of(row)
    work = open_work(actor, now, class_id, CORRECT, [row.student_id])
    if facts.lacking:
        raise TranscriptRefused("LACKING", LACKING.format(names=", ".join(facts.lacking)))
    rows = rows_of(work.year, [row.student_id])
    _require_correctable(row, rows)
    if row.student_id not in work.fresh.facts:
        raise TranscriptRefused("GONE", GONE)
    number = {row.student_id: max(one.number for one in rows) + 1}
    begun = begin_versions(
        work,
        [row.student_id],
        number,
        Composed(),
        supersedes=row,
        reason=facts.reason.strip()[:REASON_LENGTH],
        requester=facts.requester.strip()[:150],
        approver=facts.approver.strip()[:150],
        document_number=facts.document_number.strip()[:60],
    )
    return begun[0].row.pk


def _require_correctable(row: Version, rows: Sequence[Version]) -> None:
    refused = why_not(State(row.state), Act.SUPERSEDE)
    if refused:
        raise TranscriptRefused("NOT_PUBLISHED", refused)
    if in_work(rows):
        raise TranscriptRefused("IN_WORK", IN_WORK)


@transaction.atomic
def cancel_version(*, actor: Actor, now: datetime, version_id: int, reason: str) -> None:
    """Hủy học bạ đã phát hành: with a reason; the file stays, and a check says so."""
    row = _version(version_id)
    card = class_summary(_class_of(row))
    permit(actor, PUBLISH, card.place)
    hold_class(card.id)
    row.refresh_from_db(fields=["state", "findings"])
    told = _needed(reason)
    refused = why_not(State(row.state), Act.CANCEL)
    if refused:
        raise TranscriptRefused("NOT_PUBLISHED", refused)
    held, old = Held(row, open_body(row)), row.state
    held.move(target_of(Act.CANCEL), actor, now)
    row.ended_at, row.findings = now, [*row.findings, f"Lý do hủy: {told}"]
    row.save(update_fields=["state", "ended_at", "findings", "changed_at", "changed_by"])
    note_cancelled(row, now=now)
    entry = change_of(held, Act.CANCEL.value, old=old, reason=told)
    append_changes(operation_of(actor, now), [entry])


def _needed(reason: str) -> str:
    told = " ".join(reason.split())[:REASON_LENGTH]
    if not told:
        raise TranscriptRefused("NO_REASON", NO_REASON)
    return told


@transaction.atomic
def give_up(
    *, actor: Actor, now: datetime, class_id: int, student_ids: Sequence[int], reason: str
) -> Stepped:
    """Bỏ bản đang ký: the signatures made so far are kept with it, and a new draft may begin."""
    card = class_summary(class_id)
    permit(actor, CONFIRM, card.place)
    hold_class(class_id)
    told = _needed(reason)
    stepped = Stepped(Act.GIVE_UP)
    ready = []
    for held in in_work(rows_of(card.year, student_ids)).values():
        if held.state in SIGNING:
            ready.append(held)
            continue
        why = why_not(held.state, Act.GIVE_UP)
        stepped.refused.append(Refusal(held.row.student_id, held.name, (why,)))
    give_up_versions(actor, now, ready, told)
    stepped.done.extend(one.row.student_id for one in ready)
    return stepped
