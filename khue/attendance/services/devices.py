"""Thiết bị ở cổng: paired by a one-time code, renamed, ended; each act in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, permit
from khue.attendance.models import GateDevice, GatePairing
from khue.attendance.permissions import GATE
from khue.attendance.queries.gate import Device, device_with
from khue.attendance.rules.cards import (
    PAIRING_MINUTES,
    new_pairing_code,
    new_secret,
    plain_code,
    secret_digest,
)
from khue.attendance.rules.gate import DIRECTION_NAMES
from khue.attendance.services.work import AttendanceRefused, operation_of
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import SchoolCard, school_summary
from kit.dates import print_moment
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from kit.vietnamese import tidy

LONGEST_NAME = 80
NO_NAME = "Hãy đặt tên cho máy, ví dụ “Cổng chính” hoặc “Cổng sau”."
NO_DIRECTION = "Hãy chọn máy dùng cho lượt vào, lượt ra hay cả hai."
NO_PAIRING = (
    "Mã ghép nối không đúng, đã dùng hoặc đã quá 15 phút. Hãy lấy mã mới ở trang Cổng trường."
)
ENDED = "Máy này đã ngừng dùng rồi. Muốn dùng lại, hãy ghép nối như máy mới."


@dataclass(frozen=True, slots=True)
class Paired:
    """What a device keeps from now on; the secret is told once."""

    secret: str
    device: Device
    school_name: str


@transaction.atomic
def make_pairing_code(
    *, actor: Actor, now: datetime, school_id: int, name: str, direction: str
) -> str:
    """Tạo mã ghép nối, valid for 15 minutes and used once; return it. Raises AttendanceRefused."""
    school = _open(actor, school_id)
    named = _checked(name, direction)
    code = new_pairing_code()
    GatePairing.objects.create(
        school_id=school.id,
        province_id=school.province_id,
        code_digest=secret_digest(code),
        name=named,
        direction=direction,
        made_by=actor.name,
        made_by_id=actor.account_id,
        made_at=now,
        ends_at=now + timedelta(minutes=PAIRING_MINUTES),
    )
    label = f"Mã ghép nối cho máy “{named}”"
    told = Change(f"gate:{school.id}", "create", label, None, DIRECTION_NAMES[direction])
    append_changes(operation_of(actor, now), [_placed(told, school)])
    return code


def pair_device(*, now: datetime, code: str) -> Paired:
    """Ghép nối một máy by the code that a manager made; the fence is then open for its school.

    Raises AttendanceRefused for a code that is wrong, used or over.
    """
    with scoped(EVERYTHING), transaction.atomic():
        row = (
            GatePairing.objects.select_for_update()
            .filter(code_digest=secret_digest(plain_code(code)), used_at=None, ends_at__gt=now)
            .first()
        )
        if row is None:
            raise AttendanceRefused(NO_PAIRING)
        secret = new_secret(row.school_id)
        made = _paired(row, secret, now)
        school = school_summary(row.school_id)
        _tell_paired(row, made, school, now)
    set_scope(Scope(schools=(row.school_id,)))
    found = device_with(secret_digest(secret))
    assert found is not None
    return Paired(secret, found, school.name)


def _paired(row: GatePairing, secret: str, now: datetime) -> GateDevice:
    row.used_at = now
    row.save(update_fields=["used_at"])
    return GateDevice.objects.create(
        school_id=row.school_id,
        province_id=row.province_id,
        name=row.name,
        direction=row.direction,
        secret_digest=secret_digest(secret),
        paired_by=row.made_by,
        paired_at=now,
        seen_at=now,
    )


def _tell_paired(row: GatePairing, made: GateDevice, school: SchoolCard, now: datetime) -> None:
    operation = Operation(Author(row.made_by_id, row.made_by), now)
    told = Change(f"gate-device:{made.pk}", "pair", f"Máy “{made.name}”", None, "Đã ghép nối")
    append_changes(operation, [_placed(told, school)])


@transaction.atomic
def change_device(
    *, actor: Actor, now: datetime, device_id: int, name: str, direction: str
) -> None:
    """Đổi tên, đổi chiều của máy. Raises AttendanceRefused."""
    row, school = _open_device(actor, device_id)
    named = _checked(name, direction)
    old = f"{row.name}, {DIRECTION_NAMES[row.direction]}"
    row.name, row.direction = named, direction
    row.save(update_fields=["name", "direction"])
    new = f"{named}, {DIRECTION_NAMES[direction]}"
    if new != old:
        told = Change(f"gate-device:{row.pk}", "change", f"Máy “{named}”", old, new)
        append_changes(operation_of(actor, now), [_placed(told, school)])


@transaction.atomic
def end_device(*, actor: Actor, now: datetime, device_id: int) -> None:
    """Ngừng dùng một máy: its secret opens nothing from now on. Raises AttendanceRefused."""
    row, school = _open_device(actor, device_id)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    told = Change(
        f"gate-device:{row.pk}", "end", f"Máy “{row.name}”", "Đang dùng", print_moment(now)
    )
    append_changes(operation_of(actor, now), [_placed(told, school)])


def _open(actor: Actor, school_id: int) -> SchoolCard:
    school = school_summary(school_id)
    permit(actor, GATE, school.path)
    return school


def _open_device(actor: Actor, device_id: int) -> tuple[GateDevice, SchoolCard]:
    row = GateDevice.objects.select_for_update().filter(pk=device_id).first()
    if row is None:
        raise OutsidePlace(device_id)
    school = _open(actor, row.school_id)
    if row.ended_at is not None:
        raise AttendanceRefused(ENDED)
    return row, school


def _checked(name: str, direction: str) -> str:
    named = tidy(name)[:LONGEST_NAME]
    if not named:
        raise AttendanceRefused(NO_NAME)
    if direction not in DIRECTION_NAMES:
        raise AttendanceRefused(NO_DIRECTION)
    return named


def _placed(change: Change, school: SchoolCard) -> Change:
    return replace(change, school_id=school.id, province_id=school.province_id)
