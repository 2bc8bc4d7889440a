"""A channel of the test's own, in the place of a provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from khue.messaging.services import providers
from khue.messaging.tests.post import SMS, Obedient


@pytest.fixture
def channel(db: None, settings: Settings) -> Iterator[Obedient]:
    """The only provider of SMS is one that obeys the test."""
    settings.MESSAGING = SMS
    obedient = Obedient()
    providers.register_channel("obedient", obedient.open)
    yield obedient
    del providers._OPENERS["obedient"]
