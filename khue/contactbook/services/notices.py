"""Soạn và gửi thông báo: a draft, what it would reach, one sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.background.api import Work, WorkRefused, start_task
from khue.contactbook.models import Notice, NoticeFile
from khue.contactbook.queries.audience import Place, count_readers, open_audience
from khue.contactbook.queries.previews import Preview, preview_of
from khue.contactbook.queries.sight import may_open, with_sight
from khue.contactbook.rules.audience import Audience, audience_of, audience_value, check_audience
from khue.contactbook.rules.notices import Words, check_words
from khue.contactbook.services.delivering import SLICE, order_slice, write_receipts
from khue.contactbook.services.notice_work import NoticeRefused, change_of, operation_of
from khue.ledger.api import Operation, append_changes
from khue.messaging.api import OrderRefused
from kit.dates import print_moment, vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key

SENDING = "contactbook.send"
AT_ONCE = 3000
CHANGED = "Bản nháp vừa được sửa ở nơi khác nên chưa gửi. Hãy xem lại bản mới bên dưới rồi bấm gửi."
SENT_ALREADY = "Thông báo này đã được {who} gửi lúc {when}, không gửi lần nữa."
NOBODY = "Không có ai trong danh sách nhận. Hãy chọn lớp khác hoặc xem lại phụ huynh của học sinh."
NO_CORRECTED = "Thông báo được đính chính không còn. Hãy mở lại từ danh sách thông báo."


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    now: datetime,
    words: Words,
    intent: UUID | None = None,
    notice_id: int | None = None,
) -> int:
    """Lưu bản nháp; the same `intent` from a page is the same draft. Returns the id.

    Raises NoticeRefused with the field, OutsidePlace for an audience elsewhere.
    """
    _check(words, now)
    place = open_audience(actor, words.audience)
    with scoped(EVERYTHING):
        _check_corrected(actor, words)
        notice = _draft(actor, now, notice_id, intent)
        _fill(notice, words, place)
        notice.save()
        append_changes(
            operation_of(actor, now),
            [change_of(notice, "draft", f"Soạn thông báo: {words.title}", new=place.name)],
        )
    return notice.pk


def _check(words: Words, now: datetime) -> None:
    wrong = check_words(words, now)
    if wrong:
        raise NoticeRefused(wrong[1].sentence, wrong[0])
    nobody = check_audience(words.audience)
    if nobody:
        raise NoticeRefused(nobody.sentence, "kind")


def _check_corrected(actor: Actor, words: Words) -> None:
    if words.corrects_id is None:
        return
    found = Notice.objects.filter(pk=words.corrects_id).first()
    if found is None or found.state == Notice.State.DRAFT or not may_open(actor, found):
        raise NoticeRefused(NO_CORRECTED)


def _draft(actor: Actor, now: datetime, notice_id: int | None, intent: UUID | None) -> Notice:
    """The draft to write into: an opened one, the one this page made before, or a new one."""
    if notice_id is not None:
        return held_draft(actor, notice_id)
    known = _same_page(actor, intent) if intent else None
    return known or Notice(
        intent=intent,
        written_by=actor.name,
        written_by_id=actor.account_id,
        written_at=now,
        version=0,
    )


def _same_page(actor: Actor, intent: UUID) -> Notice | None:
    """The draft that this very page made before."""
    notice = Notice.objects.select_for_update().filter(intent=intent).first()
    if notice is None:
        return None
    if notice.written_by_id != actor.account_id:
        raise OutsidePlace(notice.pk)
    _must_be_draft(notice)
    return notice


def held_draft(actor: Actor, notice_id: int) -> Notice:
    """A draft, locked; raises OutsidePlace, or NoticeRefused when it was sent meanwhile."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None or not may_open(actor, notice):
        raise OutsidePlace(notice_id)
    _must_be_draft(notice)
    return notice


def _must_be_draft(notice: Notice) -> None:
    if notice.state != Notice.State.DRAFT:
        when = print_moment(notice.sent_at) if notice.sent_at else ""
        raise NoticeRefused(SENT_ALREADY.format(who=notice.sent_by, when=when))


def _fill(notice: Notice, words: Words, place: Place) -> None:
    notice.place, notice.school_id, notice.province_id = (
        place.path,
        place.school_id,
        place.province_id,
    )
    notice.title, notice.text, notice.short_text = words.title, words.text, words.short_text
    notice.audience = {**audience_value(words.audience), "name": place.name}
    notice.urgent, notice.asks_receipt = words.urgent, words.asks_receipt
    notice.choices, notice.answer_until = list(words.choices), words.answer_until
    notice.channels, notice.with_diacritics = list(words.channels), words.with_diacritics
    notice.corrects_id = words.corrects_id
    notice.search = search_key(f"{words.title} {place.name}")[:400]
    notice.version += 1


@transaction.atomic
def send_draft(*, actor: Actor, now: datetime, notice_id: int, version: int | None = None) -> int:
    """Gửi thông báo once; a second press, or a second person, sends nothing more.

    Small audiences are reached in this transaction, large ones by background work in slices.
    Raises NoticeRefused, OutsidePlace, Refused.
    """
    with scoped(EVERYTHING):
        notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if notice is None or not may_open(actor, notice):
            raise OutsidePlace(notice_id)
        if notice.state != Notice.State.DRAFT and notice.sent_by == actor.name:
            return notice.pk
        _must_be_draft(notice)
        _require_as_seen(notice, version, now)
        return _send(actor, now, notice)


def _require_as_seen(notice: Notice, version: int | None, now: datetime) -> None:
    if version is not None and version != notice.version:
        raise NoticeRefused(CHANGED)
    _check(words_of(notice), now)


def words_of(notice: Notice) -> Words:
    """A kept draft as its writer filled it in."""
    return Words(
        title=notice.title,
        text=notice.text,
        audience=_audience(notice),
        short_text=notice.short_text,
        urgent=notice.urgent,
        asks_receipt=notice.asks_receipt,
        choices=tuple(notice.choices),
        answer_until=notice.answer_until,
        channels=tuple(notice.channels),
        with_diacritics=notice.with_diacritics,
        corrects_id=notice.corrects_id,
    )


def _audience(notice: Notice) -> Audience:
    audience = audience_of(notice.audience)
    if audience is None:
        raise OutsidePlace(notice.pk)
    return audience


def _send(actor: Actor, now: datetime, notice: Notice) -> int:
    audience = _audience(notice)
    place = open_audience(actor, audience)
    counted = count_readers(audience, place, vietnam_day(now), personal=False)
    if not counted.readers:
        raise NoticeRefused(NOBODY, "kind")
    _refuse_beyond_budget(preview_of(notice, now))
    notice.state, notice.sent_at, notice.sent_by = Notice.State.SENT, now, actor.name
    notice.readers = counted.readers
    notice.save()
    operation = operation_of(actor, now)
    said = {"readers": counted.readers, "channels": list(notice.channels)}
    append_changes(
        operation, [change_of(notice, "send", f"Gửi thông báo: {notice.title}", new=said)]
    )
    _deliver(actor, now, notice, operation, at_once=counted.readers <= AT_ONCE)
    return notice.pk


def _refuse_beyond_budget(preview: Preview) -> None:
    if preview.refusal:
        raise NoticeRefused(preview.refusal, "channels")


def _deliver(
    actor: Actor, now: datetime, notice: Notice, operation: Operation, *, at_once: bool
) -> None:
    if at_once:
        try:
            while deliver_next(actor, now, notice, operation):
                continue
        except OrderRefused as refused:
            raise NoticeRefused(str(refused), "channels") from refused
    else:
        _start(actor, now, notice)


def _start(actor: Actor, now: datetime, notice: Notice) -> None:
    part = notice.ordered // SLICE + 1
    start_task(
        actor=actor,
        now=now,
        kind=SENDING,
        title=f"Gửi thông báo: {notice.title[:120]} – phần {part}",
        arguments={"notice": notice.pk, "route": "contactbook.notice", "key": notice.pk},
        school_id=notice.school_id,
        total=notice.readers,
    )


def deliver_next(actor: Actor, now: datetime, notice: Notice, operation: Operation) -> bool:
    """The next step of a sending: the receipts first, then one slice; whether more is to do."""
    if notice.ordered_at is not None or notice.state != Notice.State.SENT:
        return False
    if not notice.ordered_to and not notice.ordered:
        audience = _audience(notice)
        on = vietnam_day(notice.sent_at or now)
        notice.readers = write_receipts(notice, audience, open_audience(actor, audience), on)
        Notice.objects.filter(pk=notice.pk).update(readers=notice.readers)
    more = order_slice(notice, operation, now)
    notice.refresh_from_db(fields=["ordered", "ordered_to", "ordered_at"])
    return more


def send_in_background(work: Work) -> dict[str, Any]:
    """One slice of a large sending, and the order for the next one, in one transaction."""
    with scoped(EVERYTHING):
        notice = Notice.objects.select_for_update().get(pk=work.arguments["notice"])
        work.progress.begin(notice.readers, "Đang gửi")
        try:
            more = deliver_next(work.actor, work.now, notice, operation_of(work.actor, work.now))
        except OrderRefused as refused:
            raise WorkRefused(str(refused)) from refused
        work.progress.step(notice.ordered)
        if more:
            _start(work.actor, work.now, notice)
    return {"text": f"Đã gửi đến {notice.ordered} trong {notice.readers} người nhận."}


def send_notice(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    text: str,
    audience: Audience,
    intent: UUID | None = None,
    **more: Any,
) -> int:
    """Gửi ngay một thông báo; `more` as in Words. The same `intent` is sent once."""
    known = with_sight(Notice.objects.filter(intent=intent).first) if intent else None
    if known is not None and known.state != Notice.State.DRAFT:
        return known.pk
    words = Words(title=title, text=text, audience=audience, **more)
    notice_id = save_draft(actor=actor, now=now, words=words, intent=intent)
    return send_draft(actor=actor, now=now, notice_id=notice_id)


@transaction.atomic
def drop_draft(*, actor: Actor, now: datetime, notice_id: int) -> None:
    """Bỏ bản nháp: with its files; only a line in the history stays."""
    with scoped(EVERYTHING):
        notice = held_draft(actor, notice_id)
        change = change_of(notice, "drop", f"Bỏ bản nháp thông báo: {notice.title}")
        append_changes(operation_of(actor, now), [change])
        NoticeFile.objects.filter(notice=notice).delete()
        notice.delete()
