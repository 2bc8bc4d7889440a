"""A line that breaks at a chosen moment of a chosen request and stays so until it is mended."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from threading import Event, Thread

from tests.journeys.cable import CHUNK, Cable

PATIENCE = 60.0


class Moment(Enum):
    """Where in a request the line breaks."""

    BEFORE = "before the request"
    WITHIN = "within the request"
    UNANSWERED = "before the answer"
    ANSWERING = "within the answer"


class Scissors(Cable):
    """Cuts the requests to one address; other requests pass."""

    def __init__(self, site: int, address: bytes) -> None:
        super().__init__(site)
        self.address = address
        self.requests = 0
        self._moment: Moment | None = None
        self._passing = 0
        self._broken = False
        self._happened = Event()
        self._meanwhile: Callable[[], None] = lambda: None

    def cut_at(
        self, moment: Moment, *, passing: int = 0, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """At the request that comes after so many; `meanwhile` runs at the moment of the cut."""
        self._happened.clear()
        self._passing = passing
        self._meanwhile = meanwhile
        self._moment = moment
        self._broken = False

    def mend(self) -> None:
        self._broken = False

    def wait_for_cut(self) -> None:
        assert self._happened.wait(PATIENCE), "the request did not come"

    def _connect(self, near: socket.socket) -> None:
        if not self.plugged:
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self.site))
        except OSError:
            near.close()
            return
        self._ends += [near, far]
        doomed: list[Moment] = []
        Thread(target=self._ask, args=(near, far, doomed), daemon=True).start()
        Thread(target=self._answer, args=(far, near, doomed), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, doomed: list[Moment]) -> None:
        with suppress(OSError):
            while content := near.recv(CHUNK):
                if self.address in content and b"POST " in content:
                    self.requests += 1
                    content = self._shortened(content, doomed)
                far.sendall(content)
                if Moment.WITHIN in doomed or Moment.BEFORE in doomed:
                    self._cut(near, far)
                    return
        _close(near, far)

    def _shortened(self, content: bytes, doomed: list[Moment]) -> bytes:
        """What still passes of a request that is to be cut."""
        if self._broken:
            doomed.append(Moment.BEFORE)
            return b""
        if self._moment is None or self._passing:
            self._passing = max(0, self._passing - 1)
            return content
        moment, self._moment, self._broken = self._moment, None, True
        doomed.append(moment)
        if moment is Moment.BEFORE:
            return b""
        return content[: len(content) // 2] if moment is Moment.WITHIN else content

    def _answer(self, far: socket.socket, near: socket.socket, doomed: list[Moment]) -> None:
        with suppress(OSError):
            while content := far.recv(CHUNK):
                if doomed:
                    if Moment.ANSWERING in doomed:
                        near.sendall(content[: len(content) // 2])
                    self._cut(far, near)
                    return
                near.sendall(content)
        _close(far, near)

    def _cut(self, *ends: socket.socket) -> None:
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        _close(*ends)
        self._happened.set()


def _close(*ends: socket.socket) -> None:
    """Whoever still waits at the other side learns it too."""
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            end.close()


@contextmanager
def scissors_to(url: str, address: bytes) -> Iterator[Scissors]:
    """A line to the site at this address whose requests to `address` can be cut."""
    made = Scissors(int(url.rsplit(":", 1)[1]), address)
    try:
        yield made
    finally:
        made.close()
