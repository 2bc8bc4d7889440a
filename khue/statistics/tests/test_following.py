"""Figures follow what people write: a class, its school, its commune, the province, the ministry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from khue.gradebook.api import CellChange, enter_marks, recount_progress
from khue.statistics.api import PlaceKind, Theme, figures_below, figures_of
from khue.statistics.services.following import follow, follow_to_the_end
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def everything(cast: Cast) -> Any:
    with scoped(EVERYTHING):
        recount_progress(now=NOW)
        follow_to_the_end(now=NOW)
        yield


def path(organisation: Any) -> str:
    return str(getattr(organisation, "organisation", organisation).path)


def count(cast: Cast, place: str, theme: Theme, key: str) -> int | None:
    """What the leader of the school or the department reads."""
    reader = cast.mai.actor if place.startswith(path(cast.school)) else cast.dung.actor
    return figures_of(reader, place, YEAR, [theme])[theme].count(key)


def write(cast: Cast, mark: int = 75) -> None:
    change = CellChange(cast.minh.student.pk, "tx1", None, mark)
    enter_marks(
        actor=cast.hoa.actor,
        now=NOW,
        class_subject_id=cast.maths.pk,
        term=1,
        changes=[change],
    )


def test_a_mark_moves_the_figure_of_the_class_and_of_everything_above(cast: Cast) -> None:
    above = [path(cast.school), path(cast.commune), path(cast.department)]
    class_place = f"{path(cast.school)}c{cast.school_class.pk}/"
    write(cast)
    assert count(cast, class_place, Theme.ENTRY, "entered.1") == 0
    step = follow(now=NOW)
    assert step is not None
    assert step.batches == 1
    for place in [class_place, *above]:
        assert count(cast, place, Theme.ENTRY, "entered.1") == 1
        assert count(cast, place, Theme.ENTRY, f"subject_entered.1.{cast.maths.subject_id}") == 1
