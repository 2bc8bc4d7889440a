"""Tests that need neither browser nor database see no running event loop, whoever ran before them.

Tests of the database keep it: Django has another connection inside a loop than outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

OF_A_LOOP = {"browser", "db", "transactional_db"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _without_loop(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _without_loop(item):
        yield


@contextmanager
def _without_loop(item: pytest.Item) -> Iterator[None]:
    """Playwright leaves its event loop running in this thread."""
    running = asyncio._get_running_loop()
    if running is None or _may_need_it(item):
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


def _may_need_it(item: pytest.Item) -> bool:
    names: list[str] = getattr(item, "fixturenames", [])
    marked = item.get_closest_marker("django_db") is not None
    return marked or any(name in OF_A_LOOP or "database" in name for name in names)
