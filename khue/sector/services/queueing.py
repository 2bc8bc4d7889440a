"""Hàng đợi: what changed since the last push becomes new versions of records, each once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from khue.sector.models import Outgoing, SentRecord, Submission
from khue.sector.rules.envelopes import Event, Known, Step, next_step, record_id
from khue.sector.rules.packages import Row
from khue.sector.services.checking import Checked
from khue.sector.services.submissions import Target
from kit.cipher import seal, unseal
from kit.many_rows import insert_rows, update_rows

LABEL = "sector.outgoing"


def queue_part(
    submission: Submission,
    target: Target,
    part: str,
    checked: Sequence[Checked],
    *,
    now: datetime,
) -> int:
    """Queue the next version of every record that changed; return how many. In a transaction.

    A record with a blocking fault stays as the gateway holds it; one that is gone is cancelled.
    """
    known = _known(target, part, checked, now=now)
    present = {one.record.local_id: one for one in checked}
    steps = [
        (row, step, present[row.local_id].record.message if row.local_id in present else None)
        for row in known.values()
        if (step := _step(row, present.get(row.local_id), target.year))
    ]
    _write(submission, steps, now=now)
    _touch(known, present, target.year)
    return len(steps)


def _known(
    target: Target, part: str, checked: Sequence[Checked], *, now: datetime
) -> dict[int, SentRecord]:
    """The records of a part, locked; new ones are begun, and written with their first version."""
    rows = SentRecord.objects.select_for_update().filter(school_id=target.school.id, part=part)
    known = {row.local_id: row for row in rows.order_by("id")}
    new = [one.record.local_id for one in checked if one.may_go]
    return known | {one: _begun(target, part, one, now) for one in new if one not in known}


def _begun(target: Target, part: str, local_id: int, now: datetime) -> SentRecord:
    return SentRecord(
        school_id=target.school.id,
        province_id=target.school.province_id,
        part=part,
        local_id=local_id,
        year=target.year,
        record_id=record_id(target.school.code, part, local_id),
        changed_at=now,
        created_at=now,
    )


def _step(row: SentRecord, one: Checked | None, year: int) -> Step | None:
    known = Known(row.version, Event(row.event), row.digest)
    if one is None:
        return next_step(known, None) if row.year == year else None
    return next_step(known, one.record.message) if one.may_go else None


Steps = Sequence[tuple[SentRecord, Step, Mapping[str, object] | None]]


def _write(submission: Submission, steps: Steps, *, now: datetime) -> None:
    for row, step, _ in steps:
        row.version, row.event, row.digest, row.changed_at = (
            step.version,
            step.event,
            step.digest,
            now,
        )
        row.refusals = []
    _write_records([row for row, _, _ in steps], now=now)
    insert_rows([_outgoing(submission, row, step, message, now) for row, step, message in steps])


def _write_records(rows: Sequence[SentRecord], *, now: datetime) -> None:
    """The records under their new versions; what still waits of older ones goes no more."""
    told = [row for row in rows if row.pk]
    insert_rows([row for row in rows if not row.pk])
    if told:
        update_rows(told, ["version", "event", "digest", "changed_at", "refusals"])
        Outgoing.objects.filter(
            record__in=told, state=Outgoing.State.WAITING, receipt__isnull=True
        ).update(state=Outgoing.State.REPLACED, content_sealed="", answered_at=now)


def _outgoing(
    submission: Submission,
    row: SentRecord,
    step: Step,
    message: Mapping[str, object] | None,
    now: datetime,
) -> Outgoing:
    return Outgoing(
        record=row,
        submission=submission,
        school_id=submission.school_id,
        province_id=submission.province_id,
        part=row.part,
        version=step.version,
        event=step.event,
        content_sealed=sealed_content(message or {}),
        made_at=now,
    )


def _touch(known: Mapping[int, SentRecord], present: Mapping[int, Checked], year: int) -> None:
    """Note the year in which a record was last told."""
    moved = [row.pk for row in known.values() if row.local_id in present and row.year != year]
    if moved:
        SentRecord.objects.filter(pk__in=moved).update(year=year)


def sealed_content(message: Mapping[str, object]) -> str:
    return seal(json.dumps(message, ensure_ascii=False), label=LABEL, key_hex=settings.FIELD_KEY)


def opened_content(sealed: str) -> dict[str, Any]:
    read = json.loads(unseal(sealed, label=LABEL, key_hex=settings.FIELD_KEY)) if sealed else {}
    return dict(read)


def row_of(one: Outgoing) -> Row:
    """A queued version as it goes out; NEW tells when the record began, UPDATE its last edit."""
    event = Event(one.event)
    return Row(
        part=one.part,
        local_id=one.record.local_id,
        record_id=one.record.record_id,
        event=event,
        version=one.version,
        made_at=one.record.created_at if event == Event.NEW else one.made_at,
        message=opened_content(one.content_sealed),
    )
