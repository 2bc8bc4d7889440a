"""Lượt qua cổng: taken once for its id, judged in the order of time, answered at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from khue.attendance.models import GateDevice
from khue.attendance.queries.gate import (
    Device,
    GateFrame,
    Holder,
    Stored,
    code_digest,
    device_with,
    frame_of,
    holders_of,
    stored_of,
)
from khue.attendance.rules.cards import HEALTH_LABEL, plain_code, secret_digest
from khue.attendance.rules.gate import (
    AUTO,
    BOTH,
    COUNTED,
    LATE,
    UNKNOWN,
    Heard,
    Judged,
    Passed,
    Tap,
    clock_off,
    corrected,
    judge,
    minutes_late,
    sentence_of,
)
from kit.cipher import seal
from kit.dates import vietnam_day
from kit.fences import NOTHING, Scope, set_scope
from kit.statements import kept_rows

MOST_AT_ONCE = 200
SEEN_AGAIN = timedelta(seconds=30)
CLOCK_MOVED = 5
TAKEN_ELSEWHERE = "Mã của lượt này đã dùng ở nơi khác. Hãy quẹt lại thẻ."
INSERT = """
insert into attendance_gateevent (id, school_id, province_id, device_id, card_id, student_id,
  staff_id, direction, verdict, day, at, device_at, received_at, temperature, health)
select given.* from json_to_recordset(%s::json) as given (id uuid, school_id bigint,
  province_id bigint, device_id bigint, card_id bigint, student_id bigint, staff_id bigint,
  direction text, verdict text, day date, at timestamptz, device_at timestamptz,
  received_at timestamptz, temperature smallint, health text)
on conflict (id) do nothing returning id
"""


@dataclass(frozen=True, slots=True)
class Passing:
    """Một lượt as a device tells it; `temperature` in tenths of a degree."""

    id: UUID
    code: str
    at: datetime
    direction: str = AUTO
    temperature: int | None = None
    health: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the screen of the gate shows; `card_id` names the photo, where there is one."""

    id: UUID
    verdict: str
    said: str
    name: str
    class_name: str
    card_id: int | None
    direction: str
    again: bool
    at: datetime
    fever: bool = False


@dataclass(frozen=True, slots=True)
class _Taken:
    """One passing with all that is known of it."""

    passing: Passing
    at: datetime
    holder: Holder | None
    judged: Judged


def open_device(secret: str) -> Device | None:
    """The device of a secret, with the fence open for its school; nothing when it is not paired.

    The secret names its school, so that the fence opens no further than to the school in which
    the digest of the whole secret must then be found.
    """
    school, _, rest = secret.partition(".")
    if not (school.isascii() and school.isdecimal() and len(school) <= 18 and rest):
        return None
    set_scope(Scope(schools=(int(school),)))
    found = device_with(secret_digest(secret))
    if found is None:
        set_scope(NOTHING)
    return found


def pass_gate(
    *,
    device: Device,
    now: datetime,
    passings: Sequence[Passing],
    device_now: datetime | None = None,
) -> list[Answer]:
    """Nhận các lượt qua cổng, at most MOST_AT_ONCE, answered in the order given.

    The fence is open for the school of the device (`open_device`). A passing is kept once for its
    id: one that comes again gets the first answer, with `again`. Times are corrected by what the
    clock of the device is off. A passing itself changes no attendance and has no ledger entry.
    """
    call = _call(device, now, device_now or now, passings)
    answers = _answers(call)
    note_device(device, now, call.clock)
    return [answers[one.id] for one in passings]


def pass_later(
    *, device: Device, moment: datetime, kept_at: datetime, passings: Sequence[Passing]
) -> list[Answer]:
    """Nhận các lượt of an earlier day, judged as they would have been at `moment` of that day.

    The clock of the device is taken to have been off as it was when it was last heard.
    """
    clock = moment + timedelta(seconds=device.clock_off)
    call = replace(_call(device, moment, clock, passings), kept_at=kept_at)
    return list(_answers(call).values())


def _answers(call: _Call) -> dict[UUID, Answer]:
    taken = list(_judged(call))
    fresh = _kept(call, taken)
    before = stored_of([one.passing.id for one in taken if one.passing.id not in fresh])
    return {
        one.passing.id: _answer(one, call.frame)
        if one.passing.id in fresh
        else _answer_again(one, before.get(one.passing.id), call)
        for one in taken
    }


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of a device: its passings once each, and who carries the cards."""

    device: Device
    now: datetime
    clock: datetime
    passings: Mapping[UUID, Passing]
    digests: Mapping[UUID, str]
    frame: GateFrame
    holders: Mapping[str, Holder]
    kept_at: datetime | None = None
    """When it was written, if that is not when it is judged."""

    def time_of(self, one: Passing) -> datetime:
        return corrected(one.at, device_now=self.clock, received=self.now)


def _call(device: Device, now: datetime, clock: datetime, given: Sequence[Passing]) -> _Call:
    frame = frame_of(device.school_id, device.province_id, now)
    passings = {one.id: one for one in reversed(given)}
    digests = {
        key: code_digest(device.school_id, plain_code(one.code)) for key, one in passings.items()
    }
    holders = holders_of(digests.values(), frame.gate.day)
    return _Call(device, now, clock, passings, digests, frame, holders)


def _judged(call: _Call) -> Iterator[_Taken]:
    """In the order of time, each knowing those before it: the order of a batch changes nothing."""
    past = _past(call)
    for one in sorted(call.passings.values(), key=lambda each: (call.time_of(each), each.id)):
        at, digest = call.time_of(one), call.digests[one.id]
        holder = call.holders.get(digest)
        judged = judge(_tap(one, at, holder, call.device), past[digest], call.frame.gate, call.now)
        if judged.verdict in COUNTED:
            past[digest].append(Passed(judged.direction, at))
        yield _Taken(one, at, holder, judged)


def _past(call: _Call) -> dict[str, list[Passed]]:
    """What counted before, without the passings that are told once more."""
    past: dict[str, list[Passed]] = defaultdict(list)
    for key, holder in call.holders.items():
        past[key] = [passed for each, passed in holder.passed if each not in call.passings]
    return past


def _tap(passing: Passing, at: datetime, holder: Holder | None, device: Device) -> Tap:
    asked = passing.direction
    if asked == AUTO and device.direction != BOTH:
        asked = device.direction
    if holder is None:
        return Tap(at, asked, UNKNOWN)
    return Tap(at, asked, holder.state, holder.here, holder.staff_id is not None, holder.sessions)


def _kept(call: _Call, taken: Sequence[_Taken]) -> set[UUID]:
    """Write what is new; of two calls at once with the same id one writes."""
    if not taken:
        return set()
    rows = [_row(call, one) for one in taken]
    return {row[0] for row in kept_rows(INSERT, [json.dumps(rows, default=str)])}


def _row(call: _Call, one: _Taken) -> dict[str, Any]:
    holder, passing = one.holder, one.passing
    return {
        "id": passing.id,
        "school_id": call.device.school_id,
        "province_id": call.device.province_id,
        "device_id": call.device.id,
        "card_id": holder.card_id if holder else None,
        "student_id": holder.student_id if holder else None,
        "staff_id": holder.staff_id if holder else None,
        "direction": one.judged.direction,
        "verdict": one.judged.verdict,
        "day": vietnam_day(one.at),
        "at": one.at,
        "device_at": passing.at,
        "received_at": call.kept_at or call.now,
        "temperature": passing.temperature,
        "health": _sealed(passing.health),
    }


def _sealed(health: str) -> str:
    return seal(health, label=HEALTH_LABEL, key_hex=settings.FIELD_KEY) if health else ""


def _answer(one: _Taken, frame: GateFrame, *, again: bool = False) -> Answer:
    holder, heat = one.holder, one.passing.temperature
    return Answer(
        one.passing.id,
        one.judged.verdict,
        sentence_of(Heard(one.judged, one.at, heat, frame.fever_from)),
        holder.name if holder else "",
        holder.class_name if holder else "",
        holder.card_id if holder and holder.has_photo else None,
        one.judged.direction,
        again,
        one.at,
        heat is not None and heat >= frame.fever_from,
    )


def _answer_again(one: _Taken, stored: Stored | None, call: _Call) -> Answer:
    """What was answered the first time; an id of another school's passing is nobody's here."""
    if stored is None:
        strange = replace(one, holder=None, judged=Judged(one.judged.direction, UNKNOWN))
        return replace(_answer(strange, call.frame, again=True), said=TAKEN_ELSEWHERE)
    holder = call.holders.get(stored.code_digest or "")
    first = Judged(stored.direction, stored.verdict, _minutes_of(stored, holder, call.frame))
    passing = replace(one.passing, temperature=stored.temperature)
    told = replace(one, passing=passing, at=stored.at, judged=first, holder=holder)
    return _answer(told, call.frame, again=True)


def _minutes_of(stored: Stored, holder: Holder | None, frame: GateFrame) -> int:
    if holder is None or stored.verdict != LATE:
        return 0
    past = [passed for key, passed in holder.passed if key != stored.id]
    tap = Tap(stored.at, stored.direction, sessions=holder.sessions)
    return minutes_late(tap, past, frame.gate)


def note_device(device: Device, now: datetime, clock: datetime) -> None:
    """Thấy máy lúc nào, đồng hồ lệch bao nhiêu: written when it has something new to say."""
    off = clock_off(clock, now)
    moved = abs(off - device.clock_off) > CLOCK_MOVED
    if moved or device.seen_at is None or now - device.seen_at > SEEN_AGAIN:
        GateDevice.objects.filter(pk=device.id).update(seen_at=now, clock_off_seconds=off)
