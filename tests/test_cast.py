"""The shared cast is what it says."""

import pytest

from khue.access.api import OutsidePlace, Refused, permit
from tests.cast import Cast


def test_each_stands_in_her_place(cast: Cast) -> None:
    path = cast.school.organisation.path
    permit(cast.mai.actor, "gradebook.lock_term", path)
    with pytest.raises(Refused):
        permit(cast.hoa.actor, "gradebook.lock_term", path)
    with pytest.raises(OutsidePlace):
        permit(cast.nam.actor, "gradebook.lock_term", path)
