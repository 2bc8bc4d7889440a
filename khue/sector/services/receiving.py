"""Biên nhận: what the gateway answered, written down record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from khue.sector.models import Outgoing, Receipt, SentRecord
from khue.sector.rules.answers import Answer, RowAnswer, Verdict
from khue.sector.rules.envelopes import Event
from kit.many_rows import update_rows


def write_answer(receipt: Receipt, answer: Answer, *, now: datetime) -> int:
    """Close a receipt, and each record with it; return how many records were spoken of."""
    told = {(one.record_id, one.version): one for one in answer.rows}
    with transaction.atomic():
        rows = _waiting(receipt)
        spoken = [(row, told[_key(row)]) for row in rows if _key(row) in told]
        _close_rows(spoken, now=now)
        _close_records(spoken)
        _let_go([row for row in rows if _key(row) not in told])
        _close(receipt, answer, spoken, now=now)
    return len(spoken)


def _waiting(receipt: Receipt) -> list[Outgoing]:
    rows = Outgoing.objects.select_for_update(of=("self",)).filter(
        receipt=receipt, state=Outgoing.State.WAITING
    )
    return list(rows.select_related("record").order_by("id"))


def _key(row: Outgoing) -> tuple[str, int]:
    return row.record.record_id, row.version


Spoken = Sequence[tuple[Outgoing, RowAnswer]]


def _close_rows(spoken: Spoken, *, now: datetime) -> None:
    for row, answer in spoken:
        row.state = Outgoing.State.HELD if answer.is_held else Outgoing.State.REFUSED
        row.content_sealed, row.answered_at = "", now
    update_rows([row for row, _ in spoken], ["state", "content_sealed", "answered_at"])


def _close_records(spoken: Spoken) -> None:
    for row, answer in spoken:
        if answer.is_held:
            _hold(row.record, row.version, answer)
        elif row.record.version == row.version:
            _refuse(row.record, answer)
    fields = ["held_version", "ministry_code", "refusals", "event", "digest"]
    update_rows([row.record for row, _ in spoken], fields)


def _hold(record: SentRecord, version: int, answer: RowAnswer) -> None:
    record.held_version = max(record.held_version, version)
    record.ministry_code = answer.code or record.ministry_code


def _refuse(record: SentRecord, answer: RowAnswer) -> None:
    """Forget the digest, so that the next push tells it again under the next version."""
    record.refusals = [list(one) for one in answer.faults] or [["", "KHONG_RO"]]
    record.digest = ""
    record.event = Event.UPDATE if record.held_version else Event.CANCEL


def _let_go(rows: Sequence[Outgoing]) -> None:
    """What the answer does not speak of goes into another package."""
    if not rows:
        return
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(receipt=None)


def _close(receipt: Receipt, answer: Answer, spoken: Spoken, *, now: datetime) -> None:
    counts = counted([one for _, one in spoken])
    receipt.answered_at, receipt.number, receipt.trouble = now, answer.number, ""
    receipt.taken, receipt.ignored = counts[Verdict.TAKEN], counts[Verdict.IGNORED]
    receipt.refused = counts[Verdict.REFUSED]
    receipt.save()


def counted(answers: Sequence[RowAnswer]) -> Mapping[Verdict, int]:
    return {one: sum(row.verdict == one for row in answers) for one in Verdict}
