"""However many records changed, a push asks the database as often as for one, and it keeps time."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.sector.services.pushing import Run, push_due
from khue.sector.services.stages import push_again
from khue.sector.tests.gateway import Gateway
from khue.sector.tests.stage import NOW, make_ready, run_push, target_of, walk_to_approval
from tests.cast import Cast, table


def again(cast: Cast) -> int:
    """Send what changed; return how many statements that took."""
    push_again(actor=cast.mai.actor, now=NOW, target=target_of(cast))
    with CaptureQueriesContext(connection) as caught:
        run_push()
    return len(caught)


def test_the_statements_of_a_push_do_not_grow_with_what_changed(
    everything: Cast, gateway: Gateway
) -> None:
    make_ready(everything)
    walk_to_approval(everything)
    run_push()
    again(everything)
    pupils = table("records.Student").objects.filter(home_school=everything.school)
    pupils.filter(pk=everything.minh.student.pk).update(birth_place="Xã Nà Lầu")
    of_one = again(everything)
    assert pupils.update(birth_place="Xã Nà Sầm") == 4
    assert again(everything) == of_one
    assert {one.message["NoiSinh"] for one in gateway.of("student").values()} == {"Xã Nà Sầm"}


def test_a_push_says_whether_its_time_ran_out(everything: Cast, gateway: Gateway) -> None:
    make_ready(everything)
    walk_to_approval(everything)
    assert push_due(Run(clock=lambda: NOW), seconds=0)
    assert not gateway.held
    assert not push_due(Run(clock=lambda: NOW), seconds=30)
    assert gateway.counts()["student"] == 4
