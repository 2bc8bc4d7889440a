"""Two people at once: on one class, and on the last two signatures of one version."""

from __future__ import annotations

import pytest

from khue.gradebook.tests.test_trouble import at_once
from khue.transcripts.models import Version
from khue.transcripts.rules.states import Act
from khue.transcripts.tests.yearbook import (
    act,
    bring_to_confirmed,
    compose,
    confirm_class,
    finish_class,
    states,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, make_cast, table


@pytest.fixture
def living(committed_database: str) -> Cast:
    assert committed_database
    with scoped(EVERYTHING):
        return make_cast()


def test_two_who_compose_make_one_version(living: Cast) -> None:
    finish_class(living)
    found = at_once(lambda: compose(living), lambda: compose(living))
    assert sorted(len(one.made) for one in found) == [0, 4]
    with scoped(EVERYTHING):
        assert Version.objects.count() == 4


def test_two_who_confirm_ask_everybody_once(living: Cast) -> None:
    finish_class(living)
    compose(living)
    for who, step in (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE)):
        act(living, who, step)
    found = at_once(lambda: confirm_class(living), lambda: confirm_class(living))
    assert sorted(len(one.done) for one in found) == [0, 4]
    with scoped(EVERYTHING):
        requests = table("signing.Request").objects.filter(kind="transcripts.part")
        assert requests.count() == 4 * 12


def test_composing_while_somebody_confirms_leaves_one_story(living: Cast) -> None:
    finish_class(living)
    bring_to_confirmed(living)
    at_once(lambda: compose(living), lambda: confirm_class(living))
    assert states(living) == ["confirmed"] * 4
