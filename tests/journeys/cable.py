"""A line to the site that a story may pull out, also while an answer is on its way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

CHUNK = 65536


class Cable:
    """Carries bytes between a browser and the site as long as it is plugged in."""

    def __init__(self, site: int) -> None:
        self.site = site
        self.plugged = True
        self.loses_answers = False
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        """From now on nothing comes through; what was on its way is lost."""
        self.plugged = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def plug_in(self) -> None:
        self.loses_answers = False
        self.plugged = True

    def close(self) -> None:
        self.pull()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._connect(self._listener.accept()[0])

    def _connect(self, near: socket.socket) -> None:
        if not self.plugged:
            near.close()
            return
        far = socket.create_connection(("127.0.0.1", self.site))
        self._ends += [near, far]
        for source, target, back in ((near, far, False), (far, near, True)):
            carried = {"source": source, "target": target, "back": back}
            Thread(target=self._carry, kwargs=carried, daemon=True).start()

    def _carry(self, *, source: socket.socket, target: socket.socket, back: bool) -> None:
        """The site has done its work when it answers; the answer may still be lost."""
        with suppress(OSError):
            while content := source.recv(CHUNK):
                if back and self.loses_answers:
                    self.pull()
                    return
                target.sendall(content)
        for end in (source, target):
            with suppress(OSError):
                end.close()


@contextmanager
def cable_to(url: str) -> Iterator[Cable]:
    """A cable before the site at this address."""
    cable = Cable(int(url.rsplit(":", 1)[1]))
    try:
        yield cable
    finally:
        cable.close()
