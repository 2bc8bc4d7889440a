"""Liên lạc với gia đình: notices that were read or not, messages that arrived or not, talks.

Everything is long over: no message waits, so nothing here is ever sent to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from khue.contactbook.rules.audience import Audience, audience_value
from khue.ledger.api import Change
from khue.messaging.services.sealing import digest_of_address
from synthetic.accounts import FAMILIES, chosen_families
from synthetic.chance import stream
from synthetic.days import moment
from synthetic.ids import Ids
from synthetic.keys import search_key_of
from synthetic.letter_words import LETTERS, TALKS, URGENT, Letter
from synthetic.plan import YEAR, PlannedAdult, PlannedClass, PlannedPupil
from synthetic.year_frame import Frame, Person
from synthetic.year_rows import Row, Rows

NOTICE, RECEIPT = "contactbook_notice", "contactbook_receipt"
BATCH, MESSAGE = "messaging_batch", "messaging_message"
THREAD, TALK = "contactbook_thread", "contactbook_threadmessage"
READ, DELIVERED, CLOSED = 0.78, 0.94, 0.5
SHOWN_DIGITS, COST = 3, 350
KEPT = timedelta(days=2)
SWITCHED_OFF = "Thuê bao tắt máy hoặc ngoài vùng phủ sóng."


@dataclass(frozen=True, slots=True)
class Reader:
    """A family: the child with its class, the adult, and the account if there is one."""

    pupil: PlannedPupil
    room: str
    adult: PlannedAdult
    account_id: int | None

    @property
    def fields(self) -> str:
        told = {"ho_ten": self.pupil.name, "lop": self.room}
        return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """One notice of a school on its way into the tables."""

    id: int
    letter: Letter
    at: datetime
    audience: Audience
    name: str
    readers: Sequence[Reader]
    urgent: bool = False


def write_letters(frame: Frame, ids: Ids, rows: Rows) -> None:
    """Everything that a school and its families wrote until the day."""
    random = stream(frame.seed, "letters", frame.school.outline.code)
    readers = account_readers(frame, ids)
    for sent in [*_notices(frame, ids, readers), *_urgent(frame, ids)]:
        rows.add(NOTICE, [_notice(frame, sent)])
        rows.add(RECEIPT, [_receipt(random, frame, sent, one) for one in sent.readers])
        rows.changes.append(_told(frame, sent))
        if sent.urgent:
            _send_by_phone(random, frame, ids, sent, rows)
    _talk(random, frame, ids, readers, rows)


def account_readers(frame: Frame, ids: Ids) -> list[Reader]:
    """The families with an account: one of every class."""
    place, rooms = frame.school.outline.place, _rooms(frame)
    return [
        Reader(pupil, rooms[pupil.id].name, adult, ids.of("access.Account", place, FAMILIES + at))
        for at, (pupil, adult) in enumerate(chosen_families(frame.school))
    ]


def _rooms(frame: Frame) -> dict[int, PlannedClass]:
    return {seat.student_id: room for room in frame.school.classes_of(YEAR) for seat in room.seats}


def _notices(frame: Frame, ids: Ids, readers: Sequence[Reader]) -> Iterator[Sent]:
    """To the whole school; not every school wrote every letter."""
    place = frame.school.outline.place
    for at, letter in enumerate(LETTERS):
        day = letter.on(frame.year)
        if day < frame.when.until and (place + at) % letter.every == 0:
            audience = Audience("school", frame.school.id)
            made = ids.of("contactbook.Notice", place, at)
            at_three = moment(day, 15, place % 60)
            yield Sent(made, letter, at_three, audience, frame.school.outline.name, readers)


def _urgent(frame: Frame, ids: Ids) -> Iterator[Sent]:
    """To every family of one class, also by telephone."""
    place, day = frame.school.outline.place, URGENT.on(frame.year)
    if day >= frame.when.until:
        return
    room = next(frame.school.classes_of(frame.year))
    pupils = {one.id: one for one in frame.school.pupils}
    readers = [
        Reader(pupils[seat.student_id], room.name, pupils[seat.student_id].adults[-1], None)
        for seat in room.seats
    ]
    once = list({one.pupil.id: one for one in readers if one.adult.phone}.values())
    audience = Audience("classes", frame.school.id, ids=(room.id,))
    made = ids.of("contactbook.Notice", place, len(LETTERS))
    at_four, name = moment(day, 16, place % 60), f"Lớp {room.name}"
    yield Sent(made, URGENT, at_four, audience, name, once, urgent=True)


def _notice(frame: Frame, sent: Sent) -> Row:
    school, letter, writer = frame.school, sent.letter, frame.principal
    chosen = {**audience_value(sent.audience), "name": sent.name}
    audience = json.dumps(chosen, ensure_ascii=False)
    channels = '["sms"]' if sent.urgent else "[]"
    many = len(sent.readers)
    return (
        *(sent.id, school.path, school.id, school.province_id, letter.title, letter.text),
        *("notice", audience, sent.urgent, letter.asks_receipt, "[]", channels, "sent"),
        *(writer.name, writer.account_id, sent.at, sent.at, writer.name, "", 1),
        *(search_key_of(f"{letter.title} {school.outline.name}")[:400], "", False),
        *(many, 0, many, sent.at),
    )


def _receipt(random: Random, frame: Frame, sent: Sent, one: Reader) -> Row:
    """Who has an account may have read it; who has none was told by telephone only."""
    school = frame.school
    read = one.account_id is not None and random.random() < READ
    at = min(sent.at + timedelta(minutes=random.randint(5, 900)), frame.now) if read else None
    guardian = one.adult.id if one.account_id is None else None
    where = (sent.id, school.id, school.province_id, one.account_id, guardian, one.pupil.id)
    confirmed = at if sent.letter.asks_receipt else None
    return (*where, one.adult.name, "", one.fields, at, confirmed)


def _told(frame: Frame, sent: Sent) -> Change:
    return Change(
        subject=f"notice:{sent.id}",
        action="send",
        label=f"Gửi thông báo: {sent.letter.title}",
        new={"readers": len(sent.readers)},
        reason="Dựng tỉnh tổng hợp",
        school_id=frame.school.id,
        province_id=frame.school.province_id,
    )


def _send_by_phone(random: Random, frame: Frame, ids: Ids, sent: Sent, rows: Rows) -> None:
    school, writer = frame.school, frame.principal
    batch = ids.of("messaging.Batch", school.outline.place, 0)
    many = len(sent.readers)
    told = (batch, school.id, school.province_id, sent.letter.title, "notice", writer.name)
    rows.add(BATCH, [(*told, writer.account_id, sent.at, many, many, many * COST)])
    rows.add(MESSAGE, [_message(random, frame, batch, sent, one) for one in sent.readers])


def _message(random: Random, frame: Frame, batch: int, sent: Sent, one: Reader) -> Row:
    """A message that ended; address and text were cleared since, as the outbox does."""
    school, phone = frame.school, one.adult.phone
    arrived = random.random() < DELIVERED
    went = sent.at + timedelta(seconds=random.randint(4, 90))
    ended = went + timedelta(seconds=9)
    intent = f"notice:{sent.id}:sms:{one.adult.id}.{one.pupil.id}"
    where = (intent, batch, school.id, school.province_id, one.pupil.id, "sms", "")
    shown = f"…{phone[-SHOWN_DIGITS:]}"
    what = (digest_of_address("sms", phone), shown, "", "{}", "gsm7", 1, COST, True)
    state = ("delivered", "") if arrived else ("failed", SWITCHED_OFF)
    way = (state[0], sent.at, sent.at + KEPT, "", went, 1 if arrived else 3, "")
    return (*where, *what, *way, "{}", state[1], sent.at, went, ended, "")


def _talk(random: Random, frame: Frame, ids: Ids, readers: Sequence[Reader], rows: Rows) -> None:
    """A family asks the homeroom teacher, who answers in the evening."""
    rooms, place = _rooms(frame), frame.school.outline.place
    for at, (one, told) in enumerate(zip(readers, TALKS, strict=False)):
        leader = frame.person(rooms[one.pupil.id].homeroom_id)
        day = frame.when.until - timedelta(days=3 + (place + at) % 9)
        if leader.account_id and day > frame.when.days.first:
            made = ids.of("contactbook.Thread", place, at)
            closed = random.random() < CLOSED
            rows.add(THREAD, [_thread(frame, made, one, leader, told[0], day, closed=closed)])
            rows.add(TALK, _said(random, frame, made, one, leader, told[1:], day))


def _thread(
    frame: Frame, made: int, one: Reader, leader: Person, subject: str, day: date, *, closed: bool
) -> Row:
    school, asked, answered = frame.school, moment(day, 18, 20), moment(day, 20, 5)
    where = (made, one.pupil.id, school.id, school.province_id, leader.account_id, "homeroom")
    ended = (answered, leader.name) if closed else (None, "")
    told = (False, leader.name, subject, one.account_id, asked, answered)
    return (*where, *told, *ended, "", "")


def _said(
    random: Random, frame: Frame, made: int, one: Reader, leader: Person,
    told: Sequence[str], day: date,
) -> Iterator[Row]:  # fmt: skip
    where = (made, one.pupil.id, frame.school.id, frame.school.province_id)
    speakers = ((one.account_id, one.adult.name, True), (leader.account_id, leader.name, False))
    moments = (moment(day, 18, 20), moment(day, 20, 5))
    for who, words, at in zip(speakers, told, moments, strict=True):
        intent = UUID(int=random.getrandbits(128), version=4)
        yield (*where, intent, *who, words, at, at)
