"""Hộp gửi: batches and their messages, for whoever keeps the outbox of a school or a province."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from khue.access.api import Actor, OutsidePlace, permit, reach
from khue.messaging.models import Batch, Channel, Message
from khue.messaging.permissions import VIEW
from khue.messaging.rules.states import AGAIN
from khue.organisations.api import organisation, school_summary, schools_below

BATCHES, LINES = 30, 50
MOST_EXPORTED = 50_000
STATES: list[tuple[str, str]] = [(one.value, str(one.label)) for one in Message.State]
STATE_NAMES = dict(STATES)
CHANNEL_NAMES = {one.value: str(one.label) for one in Channel}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One sending with how far it has come."""

    id: int
    title: str
    ordered_by: str
    ordered_at: datetime
    not_before: datetime | None
    cancelled_at: datetime | None
    messages: int
    segments: int
    cost: int
    counts: dict[str, int]

    @property
    def arrived(self) -> int:
        return self.counts.get("delivered", 0)

    @property
    def under_way(self) -> int:
        return sum(self.counts.get(one, 0) for one in ("waiting", "claimed", "sent"))

    @property
    def troubled(self) -> int:
        return sum(self.counts.get(one, 0) for one in AGAIN)

    @property
    def waiting(self) -> int:
        return self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message as the outbox shows it: never the whole address, never the text."""

    id: int
    shown_address: str
    channel: str
    state: str
    state_name: str
    segments: int
    cost: int
    attempts: int
    trouble: str
    sent_at: datetime | None
    ended_at: datetime | None
    next_attempt_at: datetime
    may_again: bool


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What is looked for within one sending."""

    state: str = ""
    number: str = ""
    """Digits of the number as far as they are shown: its end."""


def place_of(school_id: int | None, province_id: int | None) -> str:
    """The place whose people keep this."""
    if school_id:
        return school_summary(school_id).path
    if province_id:
        return organisation(province_id).path
    raise OutsidePlace


def _within(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for path in reach(actor, VIEW).paths:
        ids = [int(one) for one in path.strip("/").split("/") if one.isdigit()]
        if len(ids) == 2:
            found |= Q(province_id=ids[1])
        found |= Q(school_id__in=schools_below(path))
    return found


def page_of_batches(actor: Actor, text: str, number: int) -> Page[BatchLine]:
    """Sendings within reach, the newest first."""
    rows = Batch.objects.filter(_within(actor)).order_by("-id")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(ordered_by__icontains=text))
    shown: Page[Any] = Paginator(rows, BATCHES).get_page(number)
    counts = _counts([row.pk for row in shown.object_list])
    shown.object_list = [_line(row, counts.get(row.pk, {})) for row in shown.object_list]
    return shown


def _counts(batches: list[int]) -> dict[int, dict[str, int]]:
    rows = Message.objects.filter(batch_id__in=batches).values_list("batch_id", "state")
    found: dict[int, dict[str, int]] = {}
    for batch, state, times in rows.annotate(times=Count("id")):
        if batch is not None:
            found.setdefault(batch, {})[state] = times
    return found


def _line(row: Batch, counts: dict[str, int]) -> BatchLine:
    return BatchLine(
        row.pk,
        row.title,
        row.ordered_by,
        row.ordered_at,
        row.not_before,
        row.cancelled_at,
        row.messages,
        row.segments,
        row.cost,
        counts,
    )


def open_batch(actor: Actor, batch_id: int) -> tuple[BatchLine, str]:
    """One sending and its place; raises OutsidePlace or Refused."""
    row = Batch.objects.filter(pk=batch_id).first()
    if row is None:
        raise OutsidePlace
    place = place_of(row.school_id, row.province_id)
    permit(actor, VIEW, place)
    return _line(row, _counts([row.pk]).get(row.pk, {})), place


def page_of_messages(batch_id: int, wanted: MessageFilter, number: int) -> Page[MessageLine]:
    """The messages of a sending that was opened."""
    shown: Page[Any] = Paginator(_messages(batch_id, wanted), LINES).get_page(number)
    shown.object_list = [_message(row) for row in shown.object_list]
    return shown


def every_message(batch_id: int, wanted: MessageFilter) -> Iterator[MessageLine]:
    """The same for a file."""
    yield from map(_message, _messages(batch_id, wanted)[:MOST_EXPORTED].iterator(2000))


def _messages(batch_id: int, wanted: MessageFilter) -> QuerySet[Message]:
    rows = Message.objects.filter(batch_id=batch_id).order_by("id").defer("text", "address", "data")
    if wanted.state in STATE_NAMES:
        rows = rows.filter(state=wanted.state)
    if wanted.number:
        rows = rows.filter(shown_address__endswith=wanted.number[-3:])
    return rows


def _message(row: Message) -> MessageLine:
    return MessageLine(
        row.pk,
        row.shown_address,
        CHANNEL_NAMES.get(row.channel, row.channel),
        row.state,
        STATE_NAMES[row.state],
        row.segments,
        row.cost,
        row.attempts,
        row.trouble,
        row.sent_at,
        row.ended_at,
        row.next_attempt_at,
        row.state in AGAIN and bool(row.address),
    )


@dataclass(frozen=True, slots=True)
class ShareLine:
    """What became of a provider's messages in the last days."""

    provider: str
    channel: str
    handed: int
    delivered: int
    failed: int
    unknown: int
    open: int

    @property
    def share(self) -> str:
        """Phần đã đến máy of those whose end is known or given up; "" before any ended."""
        ended = self.delivered + self.failed + self.unknown
        if not ended:
            return ""
        tenths = (self.delivered * 2000 + ended) // (2 * ended)
        return f"{tenths // 10},{tenths % 10} %"


def shares_of_providers(actor: Actor, since: datetime) -> list[ShareLine]:
    """Tỉ lệ đến máy by provider within reach, for messages written down since a moment."""
    rows = Message.objects.filter(_within(actor), created_at__gte=since).exclude(provider="")
    ways = rows.values_list("provider", "channel", "state").annotate(times=Count("id"))
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for provider, channel, state, times in ways:
        counts.setdefault((provider, channel), {})[state] = times
    return [_share(*way, counts[way]) for way in sorted(counts)]


def _share(provider: str, channel: str, counts: dict[str, int]) -> ShareLine:
    delivered, failed, unknown = (counts.get(one, 0) for one in ("delivered", "failed", "unknown"))
    under_way = counts.get("claimed", 0) + counts.get("sent", 0)
    handed = delivered + failed + unknown + under_way
    name = CHANNEL_NAMES.get(channel, channel)
    return ShareLine(provider, name, handed, delivered, failed, unknown, under_way)
