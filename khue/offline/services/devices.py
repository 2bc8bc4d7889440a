"""Máy của một tài khoản: registered when it is prepared, ended when it is lost or given away."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.offline.models import Device
from khue.offline.permissions import USE
from kit.vietnamese import tidy

OTHERS = (
    "Máy này đang giữ việc chưa gửi của một tài khoản khác. Hãy đăng nhập bằng tài khoản đã mở "
    "các lớp trên máy này."
)
ENDED = (
    "Máy này đã bị ngừng làm việc ngoại tuyến nên chưa nhận được. Những gì đã ghi vẫn còn trên "
    "máy: hãy mở lại máy ở trang “Máy của tôi”, hoặc xuất ra tệp rồi nhập ở trường."
)


class DeviceRefused(Exception):
    """The device may not do this; the text says why and what to do."""


def permit_offline(actor: Actor) -> None:
    """Pass for whoever works at a school; where exactly is asked for each operation."""
    places = [one.place for one in actor.grants] or [""]
    permit(actor, USE, *places)


@transaction.atomic
def register_device(*, actor: Actor, now: datetime, device_id: uuid.UUID, name: str) -> None:
    """Chuẩn bị máy: known from now on as one of this account."""
    permit_offline(actor)
    shown = (tidy(name) or "Trình duyệt")[:80]
    fresh = Device(
        id=device_id, account_id=actor.account_id, name=shown, prepared_at=now, seen_at=now
    )
    Device.objects.bulk_create([fresh], ignore_conflicts=True)
    row = hold_device(actor, device_id)
    if row.prepared_at == now:
        _tell(actor, now, row, "create")


def hold_device(actor: Actor, device_id: uuid.UUID, *, ended_too: bool = False) -> Device:
    """The device, locked: two requests of one device come one after the other."""
    row = Device.objects.select_for_update().filter(pk=device_id).first()
    if row is None:
        raise DeviceRefused("Máy chủ chưa biết máy này. Hãy mở lại các lớp khi có mạng.")
    if row.account_id != actor.account_id:
        raise DeviceRefused(OTHERS)
    if row.ended_at is not None and not ended_too:
        raise DeviceRefused(ENDED)
    return row


@transaction.atomic
def end_device(*, actor: Actor, now: datetime, device_id: uuid.UUID, end: bool) -> None:
    """Ngừng hoặc mở lại một máy của mình; what is unsent on it stays there."""
    row = Device.objects.select_for_update().filter(pk=device_id).first()
    if row is None or row.account_id != actor.account_id:
        raise DeviceRefused("Không có máy này trong các máy của thầy cô.")
    if bool(row.ended_at) == end:
        return
    row.ended_at = now if end else None
    row.save(update_fields=["ended_at"])
    _tell(actor, now, row, "end" if end else "reopen")


def _tell(actor: Actor, now: datetime, row: Device, action: str) -> None:
    place = next((one for one in actor.grants if one.school_id), None)
    change = Change(
        subject=f"account:{actor.account_id}",
        action=action,
        label=f"Máy làm việc ngoại tuyến “{row.name}”",
        school_id=place.school_id if place else None,
        province_id=place.province_id if place else None,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
