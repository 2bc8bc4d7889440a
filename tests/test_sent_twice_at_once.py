"""One thing sent twice at the same moment, by a gate or by a machine: taken once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from khue.attendance.models import GateEvent
from khue.attendance.services.gate import Passing, open_device, pass_gate
from khue.ledger.api import changes_of_operation
from khue.offline.rules.operations import read_operations
from khue.offline.services.devices import register_device
from khue.offline.services.syncing import sync
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast, make_cast
from tests.gate_places import make_card, make_device, make_hours, vn
from tests.test_two_at_once import at_once

CODE = "KHOAMINH22"


@pytest.fixture
def living(committed_database: str) -> Cast:
    with scoped(EVERYTHING):
        return make_cast()


def here(cast: Cast) -> Scope:
    return Scope(schools=(cast.school.pk,))


def test_a_passing(living: Cast) -> None:
    with scoped(EVERYTHING):
        make_hours(living.school)
        make_card(living.school, living.minh.student, CODE, "000001")
        device = open_device(make_device(living.school).secret)
    assert device is not None
    passing = Passing(id=uuid4(), code=CODE, at=vn(7, 12))
    call = {"device": device, "now": vn(7, 13), "passings": [passing]}
    first, second = at_once(pass_gate, call, call, scope=here(living))
    assert sorted([first[0].again, second[0].again]) == [False, True]
    assert (first[0].verdict, first[0].said) == (second[0].verdict, second[0].said)
    with scoped(EVERYTHING):
        assert GateEvent.objects.count() == 1


def test_an_operation_of_a_machine(living: Cast) -> None:
    machine = uuid4()
    place = {"book": living.maths.pk, "term": 1, "strand": 0, "slot": "tx1"}
    given = {
        "id": str(uuid4()),
        "seq": 1,
        "kind": "mark",
        "place": {**place, "student": living.classmates[0].pk},
        "base": None,
        "value": "7,5",
        "at": NOW.isoformat(),
    }
    (operation,) = read_operations([given])
    with scoped(EVERYTHING):
        register_device(actor=living.hoa.actor, now=NOW, device_id=machine, name="Máy thử")
    common = {"actor": living.hoa.actor, "now": NOW, "device_id": machine}
    call = {**common, "operations": [operation]}
    answers = at_once(sync, call, call, scope=here(living))
    assert sorted(one[0].status for one in answers) == ["already", "applied"]
    with scoped(EVERYTHING):
        assert len(changes_of_operation(operation.id)) == 1
