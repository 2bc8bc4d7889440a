"""Quyết định một xung đột: both values were kept, the owner chooses, from whatever machine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.offline.models import DeviceOperation as Row
from khue.offline.queries.sealed import open_rows, opened
from khue.offline.rules.operations import KEEP, LESSON, DeviceOperation
from khue.offline.services.devices import DeviceRefused, permit_offline
from khue.offline.services.results import Result
from khue.offline.services.syncing import apply_decision
from kit.fences import EVERYTHING, scoped

NOT_OPEN = "Mục này đã được quyết định hoặc không còn chờ. Hãy tải lại trang."


@transaction.atomic
def decide(
    *, actor: Actor, now: datetime, operation_id: uuid.UUID, mine: bool, act: uuid.UUID
) -> Result:
    """Giữ giá trị của mình (`mine`) hoặc giá trị đang có; `act` names this decision, once.

    Decides all that waits of the same thing. Her own value is written over what was shown to her
    as standing; when that has changed again, nothing is written and the answer is a conflict with
    the newer value. A machine that was ended meanwhile hinders nothing. Raises DeviceRefused.
    """
    permit_offline(actor)
    with scoped(EVERYTHING):
        row = open_rows(actor).select_for_update().filter(pk=operation_id).first()
        if row is None or Row.objects.filter(pk=act).exists():
            raise DeviceRefused(NOT_OPEN)
        alike = open_rows(actor).filter(target=row.target).values_list("pk", flat=True)
        decides = tuple(alike)
    operation = _insist(row, decides, act) if mine else _keep(row, decides, act, now)
    return apply_decision(actor=actor, now=now, device_id=row.device_id, operation=operation)


def _keep(row: Row, decides: Sequence[uuid.UUID], act: uuid.UUID, now: datetime) -> DeviceOperation:
    return DeviceOperation(act, row.sequence, KEEP, {}, None, None, now, tuple(decides))


def _insist(row: Row, decides: Sequence[uuid.UUID], act: uuid.UUID) -> DeviceOperation:
    """Her value, as of when she wrote it: the day of an absence is the day it was seen."""
    told = opened(row)
    wanted, stands = told["wanted"], told["found"]["value"]
    base = stands["version"] if row.kind == LESSON else stands
    value, at = wanted["value"], row.counted_at
    return DeviceOperation(
        act, row.sequence, row.kind, wanted["place"], base, value, at, tuple(decides)
    )
