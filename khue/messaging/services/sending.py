"""Gửi: one drain for every provider; it claims, hands over, sends and writes down."""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from khue.messaging.models import Message, Receipt
from khue.messaging.rules.outcomes import Outcome, Verdict
from khue.messaging.rules.rates import BURST_SECONDS, TokenBucket
from khue.messaging.rules.timing import QUIET_CHANNELS, REPORT_WITHIN, is_quiet
from khue.messaging.services.claiming import (
    CLAIM_SIZE,
    Claimed,
    claim,
    give_back,
    give_back_lost,
    hand_over,
    letter_of,
    take_over_lost,
)
from khue.messaging.services.providers import Provider, Sender, open_sender, providers
from khue.messaging.services.recording import NOT_REPORTED, ended_unknown, expire, record
from kit.fences import EVERYTHING, scoped

log = logging.getLogger("khue.messaging")
Clock = Callable[[], datetime]
SLICE_SECONDS = 10.0
LISTEN_SECONDS = 0.5
LOCK_KEY = "hashtextextended(current_schema() || %s, 0)"
TRY_LOCK = f"select pg_try_advisory_lock({LOCK_KEY})"
UNLOCK = f"select pg_advisory_unlock({LOCK_KEY})"
REPORTS_KEPT = timedelta(days=7)


@dataclass
class Drain:
    """One run of the drain: its name on claims, its clock, and a bucket for each provider."""

    clock: Clock = timezone.now
    sleep: Callable[[float], None] = time.sleep
    who: str = field(default_factory=lambda: f"drain-{secrets.token_hex(6)}")
    buckets: dict[str, TokenBucket] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def bucket(self, provider: Provider) -> TokenBucket:
        return self.buckets.setdefault(provider.name, TokenBucket(provider.rate))


def drain(
    run: Drain | None = None, *, seconds: float = 50.0, listen: float = 0.0, stay: bool = False
) -> Counter[str]:
    """Send what is due, by turns for each provider, until nothing is left or time is up.

    `listen`: how long each turn stays for reports after its last message. `stay`: go on listening
    until time is up, so that a bind is read and probed.
    """
    run = run or Drain()
    until = time.monotonic() + seconds
    with scoped(EVERYTHING):
        give_back_lost(now=run.clock())
        expire(now=run.clock())
        while time.monotonic() < until and (_one_round(run, until, listen) or stay):
            pass
    return run.counts


def _one_round(run: Drain, until: float, listen: float) -> bool:
    """Give every provider a turn; whether any of them has more to do."""
    more = [_turn(run, provider, until, listen) for provider in providers()]
    return any(more)


@contextmanager
def alone(provider: Provider) -> Iterator[bool]:
    """Only one drain speaks to a provider at a time; the lock dies with the session."""
    key = f"khue.messaging.{provider.name}"
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute(UNLOCK, [key])


def _turn(run: Drain, provider: Provider, until: float, listen: float) -> bool:
    with alone(provider) as mine:
        if not mine:
            return False
        with closing(open_sender(provider)) as sender:
            ask_about_lost(run, provider, sender)
            more = _send_for(run, provider, sender, min(until, time.monotonic() + SLICE_SECONDS))
            if listen:
                sender.listen(listen)
    return more


def _send_for(run: Drain, provider: Provider, sender: Sender, until: float) -> bool:
    """Send until nothing is due or the turn is over; whether more may be due."""
    while time.monotonic() < until:
        now = run.clock()
        quiet = provider.channel in QUIET_CHANNELS and is_quiet(
            now, timezone.get_default_timezone()
        )
        claimed = claim(
            provider, who=run.who, now=now, urgent_only=quiet, size=_claim_size(provider)
        )
        if not claimed:
            return False
        try:
            if not _send_all(run, provider, sender, claimed, until):
                return True
        finally:
            give_back(who=run.who)
    return True


def _claim_size(provider: Provider) -> int:
    """No more than a turn can send, so that urgent ones need not wait."""
    if provider.rate <= 0:
        return CLAIM_SIZE
    return max(1, min(CLAIM_SIZE, int(provider.rate * SLICE_SECONDS)))


def _send_all(
    run: Drain, provider: Provider, sender: Sender, claimed: Sequence[Claimed], until: float
) -> bool:
    """Send group by group; False when the turn should end before all are sent."""
    bucket, size = run.bucket(provider), _group_size(provider, sender)
    for begin in range(0, len(claimed), size):
        group = claimed[begin : begin + size]
        run.sleep(bucket.wait_for(sum(one.segments for one in group), time.monotonic()))
        if _send_group(run, provider, sender, group):
            run.sleep(bucket.throttled())
            return False
        bucket.went_well()
        if time.monotonic() >= until:
            return False
    return True


def _group_size(provider: Provider, sender: Sender) -> int:
    """At most a tenth of a second's worth, so that a limit holds within every second."""
    if provider.rate <= 0:
        return sender.window
    return max(1, min(sender.window, int(provider.rate * BURST_SECONDS)))


def _send_group(run: Drain, provider: Provider, sender: Sender, group: Sequence[Claimed]) -> bool:
    """Hand over, send, write down; whether the provider asked to slow down."""
    ours = hand_over(group, who=run.who, now=run.clock())
    outcomes = sender.send([one.letter for one in ours])
    record(outcomes, provider=provider.name, who=run.who, now=run.clock())
    run.counts.update(str(one.verdict) for one in outcomes.values())
    return any(one.verdict == Verdict.LATER and not one.counts for one in outcomes.values())


def ask_about_lost(run: Drain, provider: Provider, sender: Sender) -> None:
    """What a dead worker handed over, and what was never reported: ask, or say it is unknown."""
    now = run.clock()
    lost = take_over_lost(provider, who=run.who, now=now)
    told = {one.id: sender.ask(one) or Outcome(Verdict.UNKNOWN, {}, NOT_REPORTED) for one in lost}
    if told:
        record(told, provider=provider.name, who=run.who, now=now)
        run.counts.update(f"asked {one.verdict}" for one in told.values())
    _ask_about_unreported(provider, sender, now)


def _ask_about_unreported(provider: Provider, sender: Sender, now: datetime) -> None:
    rows = Message.objects.filter(
        state="sent", provider=provider.name, sent_at__lte=now - REPORT_WITHIN
    )
    overdue = list(rows.order_by("sent_at")[:100])
    for row in overdue:
        told = sender.ask(letter_of(row))
        if told is None or told.verdict in {Verdict.ACCEPTED, Verdict.UNKNOWN, Verdict.LATER}:
            ended_unknown([row.pk], now=now)
        else:
            _close(row, told, now)


def _close(row: Message, told: Outcome, now: datetime) -> None:
    row.state = "delivered" if told.verdict == Verdict.DELIVERED else "failed"
    row.trouble, row.ended_at = told.trouble[:300], now
    row.parts = {**row.parts, **told.parts}
    row.save(update_fields=["state", "trouble", "ended_at", "parts"])


def forget_ended(*, now: datetime, kept: timedelta) -> int:
    """Clear the addresses and texts of what ended long ago; what remains is who, when, how."""
    rows = Message.objects.filter(ended_at__lt=now - kept).exclude(address="", text="")
    with scoped(EVERYTHING):
        Receipt.objects.filter(received_at__lt=now - REPORTS_KEPT).delete()
        return rows.update(address="", text="", data={})
