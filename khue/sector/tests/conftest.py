"""A gateway for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from khue.sector.tests.gateway import Gateway, receiving_gateway
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    with receiving_gateway("20001A", "20002B") as one:
        settings.SECTOR = one.settings()
        yield one


@pytest.fixture
def everything(cast: Cast) -> Iterator[Cast]:
    """The cast, seen by a job: the fence is open."""
    with scoped(EVERYTHING):
        yield cast
