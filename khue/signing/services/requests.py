"""Đề nghị ký: asked by a context, taken back by it, refused by the signer; steps that open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction

from khue.access.api import Actor, Refused
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import Request
from khue.signing.queries.mine import own_requests
from khue.signing.rules.requests import MINE, OPEN, Ask, RefusedRequest, State
from khue.signing.services.kinds import signing_kind

REASON_LENGTH = 300
NO_REASON = "Chưa ghi lý do từ chối ký. Hãy ghi lý do để người đề nghị biết cần sửa gì."
NOTHING_TO_REFUSE = (
    "Không còn việc nào trong số đã chọn đang chờ thầy cô ký: có thể đã được ký, từ chối hoặc thu "
    "hồi. Hãy tải lại trang."
)
# What opens a bundle further: nothing of an earlier step still asks for a signature.
OPEN_NEXT = """
update signing_request as later set state = 'waiting'
where later.state = 'blocked' and later.bundle = any(%s) and not exists (
  select 1 from signing_request as earlier
  where earlier.bundle = later.bundle and earlier.step < later.step
    and earlier.state in ('blocked', 'waiting', 'prepared', 'unfinished'))
"""
# Two who sign the last two parts of one bundle at once: the second sees what the first did.
HOLD = """
select pg_advisory_xact_lock(hashtextextended('signing ' || bundle, 0))
from (select distinct bundle from unnest(%s::text[]) as given (bundle) order by bundle) as ordered
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A request that was taken back."""

    id: int
    bundle: str
    title: str
    school_id: int | None
    province_id: int | None


def ask_for_signatures(*, operation: Operation, asks: Sequence[Ask]) -> list[int]:
    """Đề nghị ký: put requests into inboxes; those of the first step of a bundle open at once.

    Raises IntegrityError when something with the same kind and key is asked for already.
    """
    with transaction.atomic():
        rows = Request.objects.bulk_create([_row(operation, one) for one in asks])
        open_next_steps({one.bundle for one in asks})
        append_changes(operation, [_change(row, "ask_signature") for row in rows])
    return [row.pk for row in rows]


def _row(operation: Operation, ask: Ask) -> Request:
    return Request(
        kind=signing_kind(ask.kind).name,
        key=ask.key,
        bundle=ask.bundle,
        step=ask.step,
        group=ask.group,
        group_title=ask.group_title[:200],
        title=ask.title[:300],
        position=ask.position,
        account_id=ask.account_id,
        seal_of_id=ask.seal_of,
        format=ask.format,
        level=ask.level,
        role=ask.role[:120],
        school_id=ask.school_id,
        province_id=ask.province_id,
        due_on=ask.due_on,
        state=State.BLOCKED,
        asked_by=operation.author.name,
        asked_by_id=operation.author.account_id,
        asked_at=operation.at,
    )


def _change(row: Request, action: str, reason: str = "") -> Change:
    return Change(
        subject=f"signing:{row.pk}",
        action=action,
        label=row.title,
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )


def open_next_steps(bundles: Iterable[str]) -> int:
    """Open what no earlier step holds back any more; return how many requests opened."""
    wanted = sorted(set(bundles))
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [wanted])
        cursor.execute(OPEN_NEXT, [wanted])
        return int(cursor.rowcount)


def withdraw_requests(*, operation: Operation, kind: str, keys: Sequence[str], reason: str) -> int:
    """Thu hồi đề nghị ký: take back what is not signed yet; return how many requests that were.

    What is signed stays signed. Values that wait for their timestamp are thrown away.
    """
    with transaction.atomic():
        found = Request.objects.select_for_update().filter(
            kind=kind, key__in=list(keys), state__in=OPEN
        )
        return _withdraw(operation, list(found.order_by("pk")), reason)


def _withdraw(operation: Operation, rows: Sequence[Request], reason: str) -> int:
    ids = [row.pk for row in rows]
    Request.objects.filter(pk__in=ids).update(
        state=State.WITHDRAWN, kept=None, refused_reason=reason[:REASON_LENGTH]
    )
    append_changes(operation, [_change(row, "withdraw_signature", reason) for row in rows])
    return len(rows)


def refuse(*, actor: Actor, now: datetime, request_ids: Sequence[int], reason: str) -> int:
    """Từ chối ký: with a reason; later steps of the bundle close, and the kind is told."""
    said = " ".join(reason.split())[:REASON_LENGTH]
    if not said:
        raise Refused(NO_REASON)
    operation = Operation(Author(actor.account_id, actor.name), now)
    with transaction.atomic():
        rows = _hold_own(actor, request_ids)
        if not rows:
            raise Refused(NOTHING_TO_REFUSE)
        _refuse_rows(operation, rows, said)
        _tell_kinds(operation, rows, said)
    return len(rows)


def _hold_own(actor: Actor, request_ids: Sequence[int]) -> list[Request]:
    mine = own_requests(actor).filter(pk__in=list(request_ids), state__in=MINE)
    return list(mine.select_for_update(of=("self",)).order_by("kind", "pk"))


def _refuse_rows(operation: Operation, rows: Sequence[Request], reason: str) -> None:
    Request.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.REFUSED,
        kept=None,
        signed_by=operation.author.name,
        refused_reason=reason,
    )
    append_changes(operation, [_change(row, "refuse_signature", reason) for row in rows])
    for row in rows:
        later = Request.objects.select_for_update().filter(
            bundle=row.bundle, step__gt=row.step, state=State.BLOCKED
        )
        _withdraw(operation, list(later.order_by("pk")), f"Bước ký trước bị từ chối: {reason}")


def _tell_kinds(operation: Operation, rows: Sequence[Request], reason: str) -> None:
    for name, found in groupby(rows, attrgetter("kind")):
        told = signing_kind(name).refuse
        if told is not None:
            told([_refused(operation, row, reason) for row in found])


def _refused(operation: Operation, row: Request, reason: str) -> RefusedRequest:
    author = operation.author
    return RefusedRequest(
        row.pk, row.key, row.bundle, reason, author.account_id or 0, author.name, operation.at
    )
