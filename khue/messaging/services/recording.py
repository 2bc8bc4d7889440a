"""Ghi kết quả: what was told of a sending is written down once, and early reports are met."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from khue.messaging.models import Message, Receipt
from khue.messaging.rules.outcomes import Outcome, Report, Verdict, verdict_of_parts
from khue.messaging.rules.states import OF_VERDICT, may_become
from khue.messaging.rules.timing import MOST_ATTEMPTS, wait_before
from khue.messaging.services.outbox import Outgoing, add_messages
from khue.messaging.services.sealing import digest_of_address, open_address, open_text
from khue.messaging.services.spending import give_budget_back

TRIED_ENOUGH = "Đã thử {times} lần không được. {why}"
NOT_REPORTED = "Nhà cung cấp không báo đã đến máy hay chưa."
NOT_REACHED = "Nhà mạng báo không đến được máy nhận."
TOO_LATE = "Quá hạn gửi trước khi đến lượt."
ENDED = frozenset({"delivered", "failed", "unknown"})
SETTLE = """
update messaging_message as mine set state = told.state, parts = told.parts, trouble = told.trouble,
  sent_at = case when told.state in ('sent', 'delivered') then coalesce(sent_at, %s)
    else sent_at end,
  ended_at = case when told.state in ('delivered', 'failed', 'unknown') then %s::timestamptz end,
  claimed_until = null, handed_at = null
from unnest(%s::bigint[], %s::text[], %s::jsonb[], %s::text[]) as told (id, state, parts, trouble)
where mine.id = told.id and mine.claimed_by = %s
  and (mine.state = 'claimed' or (mine.state = 'unknown' and told.state <> 'unknown'))
returning mine.id, mine.state, mine.falls_back_to, mine.budget_month, mine.parts = '{}'
"""
TRY_LATER = """
update messaging_message as mine set next_attempt_at = told.due, trouble = told.trouble,
  state = 'waiting', attempts = mine.attempts - told.free, claimed_by = '', claimed_until = null,
  handed_at = null
from unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::int[]) as told (id, due, trouble, free)
where mine.id = told.id and mine.claimed_by = %s and mine.state = 'claimed'
"""


def record(outcomes: Mapping[int, Outcome], *, provider: str, who: str, now: datetime) -> None:
    """Write down what became of a group, in one transaction."""
    with transaction.atomic():
        outcomes = _with_early_reports(outcomes, provider)
        attempts = _attempts(outcomes)
        later = {n: one for n, one in outcomes.items() if _again(one, attempts.get(n, 0))}
        _try_later(later, attempts, who, now)
        settled = {n: _final(one, attempts) for n, one in outcomes.items() if n not in later}
        _settle(settled, who, now)


def _attempts(outcomes: Mapping[int, Outcome]) -> dict[int, int]:
    wanted = [n for n, one in outcomes.items() if one.verdict == Verdict.LATER]
    if not wanted:
        return {}
    return dict(Message.objects.filter(pk__in=wanted).values_list("id", "attempts"))


def _again(one: Outcome, attempts: int) -> bool:
    return one.verdict == Verdict.LATER and (not one.counts or attempts < MOST_ATTEMPTS)


def _final(one: Outcome, attempts: Mapping[int, int]) -> Outcome:
    if one.verdict != Verdict.LATER:
        return one
    why = TRIED_ENOUGH.format(times=MOST_ATTEMPTS, why=one.trouble)
    return Outcome(Verdict.FAILED, one.parts, why)


def _try_later(
    later: Mapping[int, Outcome], attempts: Mapping[int, int], who: str, now: datetime
) -> None:
    if not later:
        return
    dues = [
        now + wait_before(attempts.get(n, 1), throttled=not one.counts) for n, one in later.items()
    ]
    troubles = [one.trouble[:300] for one in later.values()]
    free = [0 if one.counts else 1 for one in later.values()]
    with connection.cursor() as cursor:
        cursor.execute(TRY_LATER, [list(later), dues, troubles, free, who])


def _settle(settled: Mapping[int, Outcome], who: str, now: datetime) -> None:
    if not settled:
        return
    values: list[Any] = [
        list(settled),
        [OF_VERDICT[one.verdict] for one in settled.values()],
        [json.dumps(dict(one.parts)) for one in settled.values()],
        [one.trouble[:300] for one in settled.values()],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [now, now, *values, who])
        failed = [row for row in cursor.fetchall() if row[1] == "failed"]
    give_budget_back([row[0] for row in failed if row[3] and row[4]])
    fall_back([row[0] for row in failed if row[2]], now=now)


def fall_back(numbers: Collection[int], *, now: datetime) -> None:
    """Kênh dự phòng: what one channel could not bring is ordered by the other, once."""
    if not numbers:
        return
    with transaction.atomic():
        for row in Message.objects.filter(pk__in=numbers).exclude(falls_back_to=""):
            add_messages(row.batch_id, [_by_the_other_way(row)], now=now)


def _by_the_other_way(row: Message) -> Outgoing:
    return Outgoing(
        intent=f"{row.intent}@{row.falls_back_to}",
        channel=row.falls_back_to,
        text=str(row.data.get("fallback_text") or open_text(row.text)),
        address=open_address(row.address),
        account_id=row.account_id,
        school_id=row.school_id,
        province_id=row.province_id,
        student_id=row.student_id,
        urgent=row.urgent,
    )


def _with_early_reports(outcomes: Mapping[int, Outcome], provider: str) -> dict[int, Outcome]:
    """Reports that came in before we wrote the sending down."""
    wanted = {ref: n for n, one in outcomes.items() for ref in one.parts}
    rows = Receipt.objects.filter(provider=provider, reference__in=list(wanted))
    early = {row.reference: row.report for row in rows} if wanted else {}
    if not early:
        return dict(outcomes)
    rows.delete()
    return {n: _reported(one, early) for n, one in outcomes.items()}


def _reported(one: Outcome, reports: Mapping[str, str]) -> Outcome:
    known = {ref: reports.get(ref, said) for ref, said in one.parts.items()}
    if one.verdict != Verdict.ACCEPTED or known == dict(one.parts):
        return one
    verdict = verdict_of_parts(known)
    return Outcome(verdict, known, NOT_REACHED if verdict == Verdict.FAILED else one.trouble)


def apply_report(
    *,
    provider: str,
    reference: str,
    report: Report,
    now: datetime,
    phone: str = "",
    hint: int | None = None,
) -> None:
    """Báo phát: one report of one part; told twice it changes nothing.

    `hint` (the low 16 bits of our number) and `phone` find a message whose sending was never
    written down, because the worker died with it.
    """
    with transaction.atomic():
        row = _of_reference(provider, reference) or _of_hint(provider, phone, hint)
        if row is None:
            Receipt.objects.get_or_create(
                provider=provider,
                reference=reference[:100],
                defaults={"report": report, "received_at": now},
            )
            return
        _report(row, reference, report, now)


def _of_reference(provider: str, reference: str) -> Message | None:
    rows = Message.objects.select_for_update().filter(
        provider=provider, parts__has_key=reference, state__in=["sent", "unknown"]
    )
    return rows.first()


def _of_hint(provider: str, phone: str, hint: int | None) -> Message | None:
    if not phone or hint is None:
        return None
    rows = Message.objects.select_for_update().filter(
        provider=provider,
        address_digest=digest_of_address("sms", phone),
        state="unknown",
        parts={},
        segments=1,
    )
    return next((row for row in rows if row.pk & 0xFFFF == hint), None)


def _report(row: Message, reference: str, report: Report, now: datetime) -> None:
    row.parts = {**row.parts, reference: report}
    verdict = verdict_of_parts(row.parts)
    wanted = OF_VERDICT[verdict]
    if may_become(row.state, wanted):
        row.state = wanted
        row.trouble = NOT_REACHED if wanted == "failed" else ""
        row.ended_at = now if wanted in ENDED else None
        row.sent_at = row.sent_at or now
    row.save(update_fields=["parts", "state", "trouble", "ended_at", "sent_at"])
    if row.state == "failed":
        fall_back([row.pk], now=now)


def expire(*, now: datetime) -> int:
    """What could not be sent in time is not sent any more."""
    with transaction.atomic():
        late = Message.objects.select_for_update(skip_locked=True).filter(
            state="waiting", expires_at__lte=now
        )
        rows = list(late.values_list("id", "falls_back_to", "budget_month")[:5000])
        numbers = [row[0] for row in rows]
        Message.objects.filter(pk__in=numbers).update(
            state="failed", trouble=TOO_LATE, ended_at=now
        )
        give_budget_back([row[0] for row in rows if row[2]])
        fall_back([row[0] for row in rows if row[1]], now=now)
    return len(numbers)


def ended_unknown(numbers: Iterable[int], *, now: datetime) -> None:
    """Nobody can say whether they arrived."""
    Message.objects.filter(Q(state="sent") | Q(state="claimed"), pk__in=list(numbers)).update(
        state="unknown", trouble=NOT_REPORTED, ended_at=now, claimed_until=None
    )
