"""Which parameters of a question a page reads: learnt from the page while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers import wsgi
from django.http import QueryDict


class Question(QueryDict):
    """The question behind an address, noting what it is asked for."""

    noted: set[str]

    def get(self, key: str, default: Any = None) -> Any:
        self.noted.add(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.noted.add(key)
        return super().getlist(key, default)

    def __getitem__(self, key: str) -> Any:
        self.noted.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.noted.add(str(key))
        return super().__contains__(key)


@contextmanager
def noting() -> Iterator[set[str]]:
    """The parameters that pages read from now on; whoever looks may clear it between pages."""
    noted: set[str] = set()
    kind = type("Question", (Question,), {"noted": noted})
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(wsgi, "QueryDict", kind)
        yield noted
