"""Đồng bộ: each operation of a device is applied once, and answered for itself.

A group (the cells of one book, the pupils of one session, one line of the diary) is one
transaction: what it writes, its entries in the ledger and the answers are kept together or not at
all. Whatever cuts a sync, sending everything again is safe.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, transaction

from khue.access.api import Actor, OutsidePlace, Refused
from khue.offline.models import Device
from khue.offline.models import DeviceOperation as Row
from khue.offline.queries.places import school_of_place
from khue.offline.queries.sealed import LABEL, open_rows, opened
from khue.offline.rules.operations import (
    ATTENDANCE,
    LESSON,
    MARK,
    SHEETS,
    DeviceOperation,
    counted_at,
    open_decisions,
    waves,
)
from khue.offline.services.attendance import apply_attendance
from khue.offline.services.bases import with_bases
from khue.offline.services.devices import hold_device, permit_offline
from khue.offline.services.lessons import apply_lesson
from khue.offline.services.letting_go import let_go
from khue.offline.services.levels import apply_levels
from khue.offline.services.marks import apply_marks
from khue.offline.services.results import LATER, Counted, Result, refuse_all
from kit.cipher import seal
from kit.fences import EVERYTHING, scoped

log = logging.getLogger(__name__)
GONE = (
    "Lớp hoặc môn này không còn trong phân công của thầy cô nên chưa ghi được. Giá trị vẫn được "
    "giữ để chép lại; thầy cô hỏi giáo vụ về phân công."
)


def sync(
    *,
    actor: Actor,
    now: datetime,
    device_id: uuid.UUID,
    operations: Sequence[DeviceOperation],
    offset: timedelta = timedelta(),
) -> list[Result]:
    """Ghi các thao tác của một máy; an answer for each, in the order of the device.

    `offset`: how far the clock of the device is ahead. Raises DeviceRefused, then nothing of the
    request was taken.
    """
    permit_offline(actor)
    answers: dict[uuid.UUID, Result] = {}
    for wave in waves(operations):
        for group in wave:
            found = _apply_group(actor, now, device_id, group, offset)
            answers.update({one.id: one for one in found})
    _see(actor, now, device_id, offset)
    return [answers[one.id] for one in operations]


@transaction.atomic
def apply_decision(
    *, actor: Actor, now: datetime, device_id: uuid.UUID, operation: DeviceOperation
) -> Result:
    """Write what the owner decided on a page, whatever became of the machine meanwhile."""
    device = hold_device(actor, device_id, ended_too=True)
    return _answer(actor, now, device, [operation], timedelta())[0]


@transaction.atomic
def _see(actor: Actor, now: datetime, device_id: uuid.UUID, offset: timedelta) -> None:
    row = hold_device(actor, device_id)
    row.seen_at, row.clock_off_seconds = now, round(offset.total_seconds())
    row.save(update_fields=["seen_at", "clock_off_seconds"])


def _apply_group(
    actor: Actor,
    now: datetime,
    device_id: uuid.UUID,
    group: list[DeviceOperation],
    offset: timedelta,
) -> list[Result]:
    """One group in one transaction; when it fails, each alone, so that one never blocks others."""
    try:
        with transaction.atomic():
            return _answer(actor, now, hold_device(actor, device_id), group, offset)
    except (DataError, IntegrityError, ArithmeticError, LookupError, TypeError, ValueError):
        if len(group) > 1:
            ones = [_apply_group(actor, now, device_id, [one], offset) for one in group]
            return [result for one in ones for result in one]
        log.exception("operation of kind %s failed", group[0].kind)
        return [Result(group[0].id, "later", LATER)]


def _answer(
    actor: Actor, now: datetime, device: Device, group: list[DeviceOperation], offset: timedelta
) -> list[Result]:
    known = _known(actor, group)
    new = with_bases(actor, [one for one in group if one.id not in known])
    fresh = [Counted(one, counted_at(one.at, offset, now)) for one in new]
    made = _apply(actor, now, fresh) if fresh else []
    _keep(actor, now, device, list(zip(fresh, made, strict=True)))
    return [*known.values(), *made]


def _known(actor: Actor, group: Iterable[DeviceOperation]) -> dict[uuid.UUID, Result]:
    """What was answered before; an operation of somebody else is nobody's here."""
    with scoped(EVERYTHING):
        rows = list(Row.objects.filter(pk__in=[one.id for one in group]))
    return {row.pk: stored_result(row, again=True) for row in rows if _own(actor, row)}


def _own(actor: Actor, row: Row) -> bool:
    return row.account_id == actor.account_id


def stored_result(row: Row, *, again: bool = False) -> Result:
    """The answer as it was kept."""
    found = opened(row)["found"]
    status: Any = "already" if again and row.answer == Row.Answer.APPLIED else row.answer
    return Result(row.pk, status, **found, again=again)


def _apply(actor: Actor, now: datetime, fresh: list[Counted]) -> list[Result]:
    kind = fresh[0].operation.kind
    try:
        with transaction.atomic():
            if kind == MARK:
                return apply_marks(actor=actor, now=now, counted=fresh)
            if kind in SHEETS:
                return apply_levels(actor=actor, now=now, counted=fresh)
            if kind == ATTENDANCE:
                return apply_attendance(actor=actor, now=now, counted=fresh)
            if kind == LESSON:
                return [apply_lesson(actor=actor, now=now, counted=one) for one in fresh]
            return [let_go(actor, now, one) for one in fresh]
    except OutsidePlace:
        return refuse_all([one.operation for one in fresh], GONE)
    except Refused as refusal:
        return refuse_all([one.operation for one in fresh], str(refusal))


def _keep(actor: Actor, now: datetime, device: Device, pairs: list[tuple[Counted, Result]]) -> None:
    """Keep the answers, and close the conflicts that were decided by what was applied."""
    if not pairs:
        return
    school_id, province_id = school_of_place(pairs[0][0].operation)
    rows = [_row(actor, now, device, school_id, province_id, *pair) for pair in pairs]
    decided = [one.operation for one, result in pairs if result.status in ("applied", "already")]
    with scoped(EVERYTHING):
        Row.objects.bulk_create(rows)
        for one in decided:
            if one.decides:
                wanted = open_rows(actor).filter(pk__in=open_decisions([one]))
                wanted.update(decided_by_id=one.id, decided_at=now)


def _row(
    actor: Actor,
    now: datetime,
    device: Device,
    school_id: int | None,
    province_id: int | None,
    counted: Counted,
    result: Result,
) -> Row:
    one = counted.operation
    wanted = {"place": dict(one.place), "base": one.base, "value": one.value}
    names = ("sentence", "value", "text", "author", "at")
    told = {"wanted": wanted, "found": {name: getattr(result, name) for name in names}}
    text = json.dumps(told, ensure_ascii=False)
    return Row(
        id=one.id,
        device=device,
        sequence=one.sequence,
        account_id=actor.account_id,
        school_id=school_id,
        province_id=province_id,
        kind=one.kind,
        target=one.target[:120],
        sealed=seal(text, label=LABEL, key_hex=settings.FIELD_KEY),
        device_at=one.at,
        counted_at=counted.at,
        received_at=now,
        answer=result.status,
    )
