"""A machine of a teacher, with a value that waits for a decision and one that was refused."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.conf import settings

from kit.cipher import seal
from tests.cast import NOW, table

CONFLICT, REFUSED = "conflict", "refused"


def make_offline(school: Any, book: Any, pupil: Any, teacher: Any) -> dict[str, Any]:
    """One machine; both operations are on the mark book."""
    machine = table("offline.Device").objects.create(
        id=uuid4(), account=teacher.account, name="Máy thử", prepared_at=NOW, seen_at=NOW
    )
    waiting = [
        make_operation(machine, school, book, pupil, sequence, answer)
        for sequence, answer in enumerate([CONFLICT, REFUSED], start=1)
    ]
    return {"machine_id": machine.pk, "operation_id": waiting[0].pk}


def make_operation(
    machine: Any, school: Any, book: Any, pupil: Any, sequence: int, answer: str
) -> Any:
    place = {"book": book.pk, "term": 1, "strand": 0, "slot": "ck", "student": pupil.pk}
    told = {
        "wanted": {"place": place, "base": -1, "value": "8"},
        "found": {"sentence": "", "value": None, "text": "", "author": "Cô Lan", "at": ""},
    }
    return table("offline.DeviceOperation").objects.create(
        id=uuid4(),
        device=machine,
        sequence=sequence,
        account_id=machine.account_id,
        school_id=school.pk,
        province_id=school.province_id,
        kind="mark",
        target=f"mark:{book.pk}:1:0:{pupil.pk}:ck",
        sealed=seal(json.dumps(told), label="offline.operation", key_hex=settings.FIELD_KEY),
        device_at=NOW,
        counted_at=NOW,
        received_at=NOW,
        answer=answer,
    )
