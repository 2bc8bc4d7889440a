"""A machine in tests: what it writes and sends, and what stands at school."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from khue.gradebook.api import CellChange, enter_marks
from khue.offline.rules.operations import DeviceOperation as Wanted
from khue.offline.rules.operations import read_operations
from khue.offline.services.devices import register_device
from khue.offline.services.results import Result
from khue.offline.services.syncing import sync
from tests.cast import NOW, Cast, Person, table

EARLIER = NOW - timedelta(hours=3)
_numbers = count(1)


def register(person: Person) -> uuid.UUID:
    made = uuid.uuid4()
    register_device(actor=person.actor, now=EARLIER, device_id=made, name="Chrome trên Windows")
    return made


def wanted(kind: str, place: dict[str, Any], base: Any, value: Any, **more: Any) -> Wanted:
    given = {
        "id": str(uuid.uuid4()),
        "seq": next(_numbers),
        "kind": kind,
        "place": place,
        "base": base,
        "value": value,
        "at": EARLIER.isoformat(),
    }
    return read_operations([given | more])[0]


def mark(cast: Cast, base: int | None, text: str, slot: str = "tx1", **more: Any) -> Wanted:
    place = {"book": cast.maths.pk, "term": 1, "strand": 0, "slot": slot}
    student = more.pop("student", cast.classmates[0].pk)
    return wanted("mark", {**place, "student": student}, base, text, **more)


def send(person: Person, device: uuid.UUID, *operations: Wanted, **more: Any) -> list[Result]:
    return sync(actor=person.actor, now=NOW, device_id=device, operations=operations, **more)


def standing(cast: Cast, slot: str = "tx1", student: int = 0) -> Any:
    rows = table("gradebook.MarkRow").objects.filter(
        class_subject_id=cast.maths.pk, student_id=student or cast.classmates[0].pk, term=1
    )
    return rows.values_list(slot, flat=True).first()


def type_at_school(cast: Cast, person: Person, text: str, base: int | None = None) -> None:
    change = CellChange(cast.classmates[0].pk, "tx1", base, text)
    enter_marks(
        actor=person.actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=[change]
    )
