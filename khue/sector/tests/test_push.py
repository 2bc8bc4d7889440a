"""From the school to the gateway and back."""

from __future__ import annotations

from khue.sector.tests.gateway import Gateway
from khue.sector.tests.stage import make_ready, run_push, states, walk_to_approval
from tests.cast import Cast, table


def test_a_whole_school_arrives_with_its_codes(everything: Cast, gateway: Gateway) -> None:
    cast = everything
    make_ready(cast)
    walk_to_approval(cast)
    run_push()
    faults = list(table("sector.FaultRow").objects.values_list("part", "field", "sentence"))
    assert faults == [("class", "MaGvcnCn", "Lớp chưa có giáo viên chủ nhiệm.")]
    assert states(cast) == {1: 2, 2: 2, 3: 2, 4: 2}
    assert gateway.counts() == {"school": 1, "staff": 4, "class": 2, "student": 4}
