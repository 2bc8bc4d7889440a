"""Nạp tệp lượt qua cổng: each passing counts on its own day, once, whoever sends it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, permit
from khue.attendance.models import GateDevice
from khue.attendance.permissions import GATE
from khue.attendance.queries.gate import Device
from khue.attendance.rules.gate import COUNTED
from khue.attendance.services.gate import Answer, Passing, pass_gate, pass_later
from khue.attendance.services.work import AttendanceRefused, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import school_summary
from kit.dates import VIETNAM, vietnam_day

OLDEST = timedelta(days=31)
AT_ONCE = 200
OTHER_SCHOOL = (
    "Tệp này là của {told}, không phải của {school}. Hãy chọn đúng tệp, hoặc mở đúng trường."
)


@dataclass(frozen=True, slots=True)
class FileTaken:
    """How many passings were new and counted, new and not counted, here before, unreadable."""

    counted: int
    uncounted: int
    before: int
    bad: int

    @property
    def sentence(self) -> str:
        parts = [
            (self.counted, "lượt được tính"),
            (self.uncounted, "lượt lưu lại mà không tính (thẻ lạ, ngoài giờ, quá một tháng)"),
            (self.before, "lượt đã có từ trước"),
            (self.bad, "lượt không đọc được"),
        ]
        told = ", ".join(f"{number} {what}" for number, what in parts if number)
        return f"Đã nạp tệp: {told}."


@transaction.atomic
def take_gate_file(
    *,
    actor: Actor,
    now: datetime,
    device_id: int,
    school_name: str,
    passings: Sequence[Passing],
    bad: int = 0,
) -> FileTaken:
    """Nạp lượt của một máy, of today or up to a month ago. Raises AttendanceRefused.

    A passing that the machine sent after all, or a file taken twice, changes nothing. Lists of
    attendance already saved stay: what the gate saw is shown beside them.
    """
    row = GateDevice.objects.filter(pk=device_id).first()
    if row is None:
        raise OutsidePlace(device_id)
    school = school_summary(row.school_id)
    permit(actor, GATE, school.path)
    if school_name != school.name:
        told = school_name or "trường khác"
        raise AttendanceRefused(OTHER_SCHOOL.format(told=told, school=school.name))
    answers = [one for part in _parts(_device(row), passings, now) for one in part]
    taken = _counted(answers, bad)
    label = f"Máy “{row.name}”: lượt từ tệp"
    told_in_ledger = Change(f"gate-device:{row.pk}", "import", label, None, taken.sentence)
    placed = replace(told_in_ledger, school_id=school.id, province_id=school.province_id)
    append_changes(operation_of(actor, now), [placed])
    return taken


def _device(row: GateDevice) -> Device:
    return Device(
        row.pk,
        row.name,
        row.direction,
        row.school_id,
        row.province_id,
        row.seen_at,
        row.clock_off_seconds,
    )


def _parts(
    device: Device, passings: Sequence[Passing], now: datetime
) -> Iterable[Sequence[Answer]]:
    """Day by day in the order of time, a call of a machine each."""
    off = timedelta(seconds=device.clock_off)
    days: dict[date, list[Passing]] = defaultdict(list)
    for one in sorted(passings, key=lambda each: (each.at, each.id)):
        days[vietnam_day(one.at - off)].append(one)
    for day, given in sorted(days.items()):
        for start in range(0, len(given), AT_ONCE):
            yield _pass(device, day, now, given[start : start + AT_ONCE])


def _pass(device: Device, day: date, now: datetime, given: Sequence[Passing]) -> list[Answer]:
    today = vietnam_day(now)
    if not today - OLDEST <= day < today:
        return pass_gate(
            device=device,
            now=now,
            passings=given,
            device_now=now + timedelta(seconds=device.clock_off),
        )
    moment = datetime.combine(day, time(23, 59, 59), VIETNAM)
    return pass_later(device=device, moment=moment, kept_at=now, passings=given)


def _counted(answers: Sequence[Answer], bad: int) -> FileTaken:
    fresh = [one for one in answers if not one.again]
    counted = sum(one.verdict in COUNTED for one in fresh)
    return FileTaken(counted, len(fresh) - counted, len(answers) - len(fresh), bad)
