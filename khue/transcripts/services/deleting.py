"""Yêu cầu xóa học bạ: never done to what is published; the answer tells the law, and is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.records.api import student_places, student_summary
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.published import years_out
from kit.fences import EVERYTHING, scoped

KEPT_FOR_EVER = (
    "Học bạ đã phát hành là thành phần của hồ sơ học tập suốt đời, được lưu trữ vĩnh viễn (khoản 3 "
    "Điều 8 Nghị định 88/2026/NĐ-CP), nên không xóa được theo yêu cầu. Nếu có chỗ sai, hãy đề nghị "
    "nhà trường chỉnh sửa: bản đúng sẽ thay bản cũ."
)
NOTHING_OUT = "Chưa có năm học nào được phát hành nên không có học bạ nào để xóa."


@transaction.atomic
def ask_for_deletion(*, actor: Actor, now: datetime, student_id: int) -> str:
    """The answer to a family that asks to delete a transcript; the request is written down.

    Law: NĐ 88/2026/NĐ-CP, Điều 8 khoản 3; Luật 91/2025/QH15, Điều 4
    """
    permit(actor, VIEW_OWN, *student_places(student_id))
    with scoped(EVERYTHING):
        if not years_out(student_id, all_versions=True):
            return NOTHING_OUT
        summary = student_summary(student_id)
        change = Change(
            subject=f"student:{student_id}",
            action="refuse_deletion",
            label="Yêu cầu xóa học bạ số",
            reason=KEPT_FOR_EVER[:300],
            school_id=summary.home_school_id if summary else None,
            province_id=summary.province_id if summary else None,
        )
        append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
    return KEPT_FOR_EVER
