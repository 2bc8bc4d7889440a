"""All test clients of a worker share one chain of middleware, as the requests of a server do.

Django builds the chain anew for every client; each time the files of the front end are looked
through. When a test changes a setting, the next client builds its own again.

The token against forged requests stands in every page with a form, drawn anew for each. Here it is
drawn from three letters only: among all letters and digits one page in thirty held a given class
name such as 8B, and “not on this page” was false by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import setting_changed
from django.middleware import csrf
from django.test.client import ClientHandler

build_chain = ClientHandler.load_middleware
_built: dict[str, Any] = {}
TOKEN_LETTERS = "qxz"


def _forget(**_changed: Any) -> None:
    _built.clear()


def _share_chain(handler: ClientHandler, *_given: Any) -> None:
    if not _built:
        build_chain(handler)
        _built.update({name: vars(handler)[name] for name in vars(handler) if name[0] == "_"})
    vars(handler).update(_built)


@pytest.fixture(scope="session", autouse=True)
def one_chain() -> Iterator[None]:
    """From the first test of a worker to its last."""
    setting_changed.connect(_forget)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(ClientHandler, "load_middleware", _share_chain)
        changed.setattr(csrf, "CSRF_ALLOWED_CHARS", TOKEN_LETTERS)
        yield
    setting_changed.disconnect(_forget)
