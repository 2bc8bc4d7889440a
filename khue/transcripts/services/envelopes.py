"""Bản ghi gửi Trung tâm Dữ liệu quốc gia: one for each publication and cancellation, counted up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khue.access.api import Actor, permit
from khue.organisations.api import school_summary
from khue.transcripts.models import Envelope, Version
from khue.transcripts.permissions import PUBLISH
from khue.transcripts.queries.published import facts_out
from khue.transcripts.rules.envelopes import (
    LONGEST_ID,
    Event,
    Sent,
    message,
    next_event,
    next_number,
)
from kit.fences import EVERYTHING, scoped


@dataclass(frozen=True, slots=True)
class _Record:
    """The record of a student-year, which every version of it shares."""

    version: Version
    name: str


def note_published(versions: Iterable[Version], *, now: datetime) -> None:
    """Phát hành: NEW for the first version of a year, UPDATE for one that follows it."""
    _note(versions, now, cancels=False)


def note_cancelled(version: Version, *, now: datetime) -> None:
    """Hủy: CANCEL, with a number above everything that was sent."""
    _note([version], now, cancels=True)


def _note(versions: Iterable[Version], now: datetime, *, cancels: bool) -> None:
    records = [_Record(one, _name(one)) for one in versions]
    last = _last([one.name for one in records])
    rows = [_row(one, last.get(one.name), now, cancels=cancels) for one in records]
    Envelope.objects.bulk_create(rows)


def _name(version: Version) -> str:
    part = version.part_of
    return f"{part.transcript.code}-{part.year}"[:LONGEST_ID]


def _last(names: list[str]) -> dict[str, Sent]:
    """The newest message of each record."""
    rows = Envelope.objects.filter(record__in=names).order_by("record", "-number")
    return {row.record: _sent(row) for row in rows.distinct("record")}


def _sent(row: Envelope) -> Sent:
    return Sent(row.record, Event(row.event), row.number, row.updated_at)


def _row(record: _Record, last: Sent | None, now: datetime, *, cancels: bool) -> Envelope:
    version = record.version
    return Envelope(
        record=record.name,
        event=next_event(last, cancels=cancels),
        number=next_number(last),
        updated_at=now,
        version_id=version.pk,
        student_id=version.student_id,
        school_id=version.school_id,
        province_id=version.province_id,
    )


def messages_of_school(
    *, actor: Actor, school_id: int, year: int, after: int = 0
) -> Iterator[dict[str, Any]]:
    """The messages of a school and year in the order in which they were made.

    `after`: the id of the last message that was fetched before; each message tells its own.
    """
    permit(actor, PUBLISH, school_summary(school_id).path)
    with scoped(EVERYTHING):
        rows = Envelope.objects.filter(
            school_id=school_id, version__part_of__year=year, pk__gt=after
        )
        found = [(row.pk, _sent(row), row.version_id) for row in rows.order_by("pk")]
    for pk, sent, version_id in found:
        with scoped(EVERYTHING):
            facts = facts_out(version_id)
        yield {"thuTu": pk, **message(sent, facts)}
