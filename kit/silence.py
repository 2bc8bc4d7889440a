"""A server that hangs: its network still answers, it does not. Who waits for it asks another way.

The timeouts of an address end the wait for a machine that is gone, for its network is silent. Of a
machine whose programs stand still the network goes on, and an answer would be waited for without
end, though another server may lead by now. So, wherever several servers are named, whoever has
waited `ASK_AFTER` seconds knocks at the door of the same server; a server that is only slow answers
there at once. Where nobody opens, the session is given up as lost.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Generator, Mapping
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

ASK_AFTER, KNOCK_FOR, KNOCKS = 5.0, 2.5, 2
INTERVAL = 0.1
# Every server answers this with one letter: whether it speaks TLS.
MAY_I_SPEAK_TLS = struct.pack("!ii", 8, 80877103)
Answer = TypeVar("Answer")
Waiting = Generator[Any, Any, Answer]


class _Asking:
    """What both kinds of sessions have in common."""

    pgconn: psycopg.pq.abc.PGconn

    def asking(self, waiting: PQGen[Answer]) -> Waiting[Answer]:
        """The same wait, which knocks at the server from time to time."""
        try:
            wanted, due = next(waiting), monotonic() + ASK_AFTER
            while True:
                ready = yield wanted
                if ready:
                    due = monotonic() + ASK_AFTER
                elif monotonic() >= due:
                    self._knock()
                    due = monotonic() + ASK_AFTER
                wanted = waiting.send(ready)
        except StopIteration as ended:
            answer: Answer = ended.value
            return answer

    def _knock(self) -> None:
        place = self.pgconn.hostaddr.decode(), int(self.pgconn.port)
        if place[0] and not any(answers(*place, KNOCK_FOR) for _ in range(KNOCKS)):
            self.pgconn.finish()
            raise psycopg.OperationalError("the server hangs: it answers no new session either")


def names_several(host: str, options: Mapping[str, Any]) -> bool:
    """Whether an address names several servers, so that another one can take over."""
    return "," in f"{host}{options.get('hostaddr', '')}"


def answers(host: str, port: int, patience: float) -> bool:
    """Whether a server of PostgreSQL at this address says a word within so many seconds."""
    try:
        with socket.create_connection((host, port), timeout=patience) as door:
            door.sendall(MAY_I_SPEAK_TLS)
            return bool(door.recv(1))
    except OSError:
        return False


class Session(_Asking, psycopg.Connection[Any]):
    """Of the web, of commands and of jobs."""

    def wait(
        self, gen: PQGen[Answer], interval: float = INTERVAL, timeout: float | None = None
    ) -> Answer:
        return super().wait(self.asking(gen), interval, timeout)


class AsyncSession(_Asking, psycopg.AsyncConnection[Any]):
    """Of the queue."""

    async def wait(
        self, gen: PQGen[Answer], interval: float = INTERVAL, timeout: float | None = None
    ) -> Answer:
        return await super().wait(self.asking(gen), interval, timeout)


class Driver:
    """psycopg for Django, but that its sessions ask."""

    connect = Session.connect

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)
