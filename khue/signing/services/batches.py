"""Chọn để ký: what a signer ticks becomes a batch that can be taken up again; marks; reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import Q, QuerySet

from khue.access.api import Actor, OutsidePlace, Refused
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import Request
from khue.signing.queries.mine import own_requests
from khue.signing.rules.requests import MINE, State
from kit.vietnamese import search_key

NOTHING_CHOSEN = "Chưa chọn bản nào để ký. Hãy đánh dấu ít nhất một dòng rồi bấm Ký."
REMIND_AGAIN_AFTER = timedelta(hours=12)
REMINDED_ALREADY = (
    "Đã nhắc trong 12 giờ qua, hoặc không còn ai đang giữ lượt ký. Hãy đợi hoặc liên hệ trực tiếp."
)


def marked_batch(actor: Actor) -> UUID:
    """Each signer's own batch of what she marks for later while she reads one by one."""
    return uuid5(NAMESPACE_URL, f"khue:signing:marked:{actor.account_id}")


def choose_batch(
    *,
    actor: Actor,
    request_ids: Sequence[int] = (),
    group_ids: Sequence[int] = (),
    everything: bool = False,
    query: str = "",
) -> UUID:
    """Put what waits and was ticked into one batch; a group is named by any of its requests."""
    batch = uuid4()
    with transaction.atomic():
        mine = own_requests(actor).filter(state__in=MINE)
        chosen = mine if everything else mine.filter(_ticked(mine, request_ids, group_ids))
        ids = [pk for pk, text in chosen.values_list("pk", "title") if _matches(text, query)]
        if not Request.objects.filter(pk__in=ids).update(batch=batch):
            raise Refused(NOTHING_CHOSEN)
    return batch


def _matches(text: str, query: str) -> bool:
    return search_key(query) in search_key(text)


def _ticked(mine: QuerySet[Request], ids: Sequence[int], groups: Sequence[int]) -> Q:
    ticked = Q(pk__in=list(ids))
    named = mine.filter(pk__in=list(groups)).values_list("kind", "group", "account", "seal_of")
    for kind, group, account, seal_of in named:
        ticked |= Q(kind=kind, group=group, account=account, seal_of=seal_of)
    return ticked


def mark(*, actor: Actor, request_id: int, marked: bool) -> None:
    """Đánh dấu để ký: or take the mark away; what is not one's own does not exist."""
    with transaction.atomic():
        row = own_requests(actor).filter(pk=request_id, state__in=MINE)
        if not row.update(batch=marked_batch(actor) if marked else None):
            raise OutsidePlace(request_id)


def batch_ids(actor: Actor, batch: UUID) -> list[int]:
    """The requests of one's own batch, in the order in which they are signed."""
    rows = own_requests(actor).filter(batch=batch).order_by("group", "position", "pk")
    return list(rows.values_list("pk", flat=True))


def remind(*, actor: Actor, now: datetime, request_id: int) -> int:
    """Nhắc ký: those who hold up a group that the actor asked for; twice a day at most."""
    with transaction.atomic():
        one = Request.objects.filter(pk=request_id, asked_by_id=actor.account_id).first()
        if one is None:
            raise OutsidePlace(request_id)
        waiting = Request.objects.filter(
            asked_by_id=actor.account_id, kind=one.kind, group=one.group, state=State.WAITING
        )
        due = Q(reminded_at__isnull=True) | Q(reminded_at__lt=now - REMIND_AGAIN_AFTER)
        count = waiting.filter(due).update(reminded_at=now)
        if not count:
            raise Refused(REMINDED_ALREADY)
        _note(actor, now, one, count)
    return count


def _note(actor: Actor, now: datetime, one: Request, count: int) -> None:
    change = Change(
        subject=f"signing:{one.pk}",
        action="remind_signature",
        label=one.group_title,
        new={"count": count},
        school_id=one.school_id,
        province_id=one.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
