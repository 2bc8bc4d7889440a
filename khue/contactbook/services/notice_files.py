"""Tệp đính kèm: sealed at rest, put to a draft, opened by who sent it or whom it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Notice, NoticeFile
from khue.contactbook.queries.inbox import own_receipts
from khue.contactbook.queries.sight import may_open
from khue.contactbook.rules.attachments import MOST_FILES, TOO_MANY, check_file, safe_name
from khue.contactbook.services.notice_work import NoticeRefused, change_of, operation_of
from khue.contactbook.services.notices import held_draft
from khue.ledger.api import append_changes
from kit.cipher import seal_bytes, unseal_bytes
from kit.fences import EVERYTHING, scoped
from kit.refusal import Refusal

LABEL = "notice.file"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An attachment, opened."""

    name: str
    media_type: str
    content: bytes


@transaction.atomic
def add_file(*, actor: Actor, now: datetime, notice_id: int, name: str, content: bytes) -> int:
    """Đính kèm a file to a draft. Raises NoticeRefused: too large, a kind that is not taken."""
    kept = safe_name(name)
    media_type = check_file(kept, content)
    if isinstance(media_type, Refusal):
        raise NoticeRefused(media_type.sentence, "file")
    with scoped(EVERYTHING):
        notice = held_draft(actor, notice_id)
        if NoticeFile.objects.filter(notice=notice).count() >= MOST_FILES:
            raise NoticeRefused(TOO_MANY, "file")
        made = NoticeFile.objects.create(
            notice=notice,
            school_id=notice.school_id,
            province_id=notice.province_id,
            name=kept,
            media_type=media_type,
            size=len(content),
            content=seal_bytes(content, label=LABEL, key_hex=settings.FIELD_KEY),
        )
        _changed(notice)
        change = change_of(notice, "attach", f"Đính kèm tệp: {notice.title}", new=kept)
        append_changes(operation_of(actor, now), [change])
    return made.pk


def _changed(notice: Notice) -> None:
    """What was previewed before is not what would be sent now."""
    notice.version += 1
    notice.save(update_fields=["version"])


@transaction.atomic
def remove_file(*, actor: Actor, now: datetime, file_id: int) -> int:
    """Bỏ tệp of a draft; returns the id of the notice."""
    with scoped(EVERYTHING):
        row = NoticeFile.objects.filter(pk=file_id).defer("content").first()
        if row is None:
            raise OutsidePlace(file_id)
        notice = held_draft(actor, row.notice_id)
        change = change_of(notice, "detach", f"Bỏ tệp: {notice.title}", new=row.name)
        append_changes(operation_of(actor, now), [change])
        _changed(notice)
        row.delete()
    return notice.pk


def open_file(*, actor: Actor, file_id: int) -> OpenFile:
    """Mở tệp: only for its senders and its readers; nobody reads the file of a recalled notice."""
    with scoped(EVERYTHING):
        row = NoticeFile.objects.select_related("notice").filter(pk=file_id).first()
    if row is None or not (may_open(actor, row.notice) or _came_to(actor, row)):
        raise OutsidePlace(file_id)
    content = unseal_bytes(bytes(row.content), label=LABEL, key_hex=settings.FIELD_KEY)
    return OpenFile(row.name, row.media_type, content)


def _came_to(actor: Actor, row: NoticeFile) -> bool:
    sent = row.notice.state == Notice.State.SENT
    return sent and bool(own_receipts(actor, row.notice_id))
