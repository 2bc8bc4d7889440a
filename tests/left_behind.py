"""The tests of a file leave their process as they found it: what comes after them cannot tell.

The order of files differs from run to run, with the number of workers and with who is done first;
what one of them leaves in the environment is found by another only now and then.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

# Set once for the rest of a worker by fixtures of the whole run, and by pytest for every test.
STAYS = {"DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_CURRENT_TEST", "SOFTHSM2_CONF"}
HEARD = (signal.SIGALRM, signal.SIGCHLD, signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def surroundings() -> dict[str, Any]:
    """What a test could change for all that come after it."""
    return {
        **{name: value for name, value in os.environ.items() if name not in STAYS},
        "the folder": Path.cwd(),
        "the language": translation.get_language(),
        "the time zone": timezone.get_current_timezone_name(),
        **{f"who hears {one.name}": signal.getsignal(one) for one in HEARD},
    }


@pytest.fixture(scope="module", autouse=True)
def left_as_found() -> Iterator[None]:
    """For the tests of one file, whatever fixtures of its own it has."""
    before = surroundings()
    yield
    assert surroundings() == before, "the tests of this file leave something behind"
