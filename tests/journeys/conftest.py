"""Fixtures of the stories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.classroom import classroom, enter, site
from tests.journeys.fallible import fallible
from tests.journeys.machine import machine
from tests.journeys.people import Stage
from tests.site import LiveSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["classroom", "enter", "fallible", "machine", "site"]


@pytest.fixture(scope="session")
def kept_keys(live_site: LiveSite) -> dict[str, Any]:
    """The sessions of those who have signed in on the live site."""
    return {}


@pytest.fixture
def stage(browser: Browser, live_site: LiveSite, kept_keys: dict[str, Any]) -> Iterator[Stage]:
    """The site and its people; what a page complains of (script, policy) fails the story."""
    stage = Stage(browser, live_site, kept_keys)
    yield stage
    stage.close()
    assert "\n".join(stage.complaints) == ""
