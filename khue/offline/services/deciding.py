"""Quyết định một xung đột: both values were kept, the owner chooses, from whatever machine."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor
from khue.offline.models import DeviceOperation as Row
from khue.offline.rules.operations import KEEP, DeviceOperation
from khue.offline.services.bases import opened
from khue.offline.services.devices import DeviceRefused, permit_offline
from khue.offline.services.results import Result
from khue.offline.services.syncing import open_rows, sync
from kit.fences import EVERYTHING, scoped

NOT_OPEN = "Mục này đã được quyết định hoặc không còn chờ. Hãy tải lại trang."


@transaction.atomic
def decide(
    *, actor: Actor, now: datetime, operation_id: uuid.UUID, mine: bool, act: uuid.UUID
) -> Result:
    """Giữ giá trị của mình (`mine`) hoặc giá trị đang có; `act` names this decision, once.

    Her own value is written over what was shown to her as standing; when that has changed again,
    nothing is written and the answer is a conflict with the newer value. Raises DeviceRefused.
    """
    permit_offline(actor)
    with scoped(EVERYTHING):
        row = open_rows(actor).select_for_update().filter(pk=operation_id).first()
    if row is None:
        raise DeviceRefused(NOT_OPEN)
    told = opened(row)
    operation = _operation(row, told["wanted"], told["found"], now, mine=mine, act=act)
    return sync(actor=actor, now=now, device_id=row.device_id, operations=[operation])[0]


def _operation(
    row: Row,
    wanted: dict[str, Any],
    found: dict[str, Any],
    now: datetime,
    *,
    mine: bool,
    act: uuid.UUID,
) -> DeviceOperation:
    if not mine:
        return DeviceOperation(act, row.sequence, KEEP, {}, None, None, now, (row.pk,))
    base = found["value"]["version"] if row.kind == "lesson" else found["value"]
    return DeviceOperation(
        act, row.sequence, row.kind, wanted["place"], base, wanted["value"], now, (row.pk,)
    )
