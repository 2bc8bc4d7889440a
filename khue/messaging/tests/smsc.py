"""A message centre (SMPP 3.4) over TCP, with its own reading of the protocol and bad habits."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BIND, UNBIND, SUBMIT, DELIVER, QUERY, ENQUIRE = 0x09, 0x06, 0x04, 0x05, 0x03, 0x15
ANSWER = 0x80000000
OK, BIND_FAILED, THROTTLED, BAD_ADDRESS, BUSY = 0, 0x0D, 0x58, 0x0B, 0x08
DELIVERED, UNDELIVERABLE = 2, 5


@dataclass
class Held:
    """One part that the centre has."""

    reference: str
    source: str
    destination: str
    esm_class: int
    coding: int
    octets: bytes
    registered: int
    hint: int | None
    at: float
    state: int = DELIVERED


@dataclass
class Habits:
    """What goes wrong today."""

    refuse_binds: bool = False
    rate: int = 0
    """More submits than this within a second are throttled."""
    throttle_next: int = 0
    busy_next: int = 0
    bad_numbers: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    drop_after: int = 0
    """Accept so many, then cut the line in the middle, without an answer to the last."""
    delay: float = 0.0
    stall: bool = False
    """Take everything and answer nothing."""
    silent: bool = False
    """Accept and never report."""
    report_times: int = 1
    report_first: bool = False
    """The report comes before the answer to the submit."""


class Centre:
    """Listens on the loopback address; every session is a thread."""

    def __init__(self) -> None:
        self.habits = Habits()
        self.held: list[Held] = []
        self.seen: Counter[str] = Counter()
        self.acknowledged: list[int] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._sessions: list[socket.socket] = []
        self._lock = threading.RLock()
        self._sequence = 1000
        threading.Thread(target=self._accept, daemon=True).start()

    def texts_to(self, number: str) -> list[str]:
        return [text_of(one) for one in self.held if one.destination == number]

    def phone_says(self, sender: str, text: str) -> None:
        """A phone writes to us."""
        body = _deliver(sender, "8099", 0, text.encode("ascii"), b"")
        self._to_all(body)

    def report_everything(self) -> None:
        """Reports that were held back come now."""
        for one in list(self.held):
            self._to_all(_receipt(one))

    def cut(self) -> None:
        """The line breaks."""
        with self._lock:
            while self._sessions:
                _hang_up(self._sessions.pop())

    def close(self) -> None:
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._server.accept()
                self._sessions.append(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError, struct.error):
            while True:
                head = _exactly(line, 16)
                length, command, status, sequence = struct.unpack(">LLLL", head)
                body = _exactly(line, length - 16)
                self._one(line, command, status, sequence, body)

    def _one(
        self, line: socket.socket, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        if command == BIND:
            self.seen["bind"] += 1
            status = BIND_FAILED if self.habits.refuse_binds else OK
            self._say(line, BIND | ANSWER, status, sequence, b"trial\0")
        elif command == SUBMIT:
            self._submit(line, sequence, body)
        elif command == QUERY:
            self._query(line, sequence, body)
        elif command == ENQUIRE:
            self.seen["enquire"] += 1
            self._say(line, ENQUIRE | ANSWER, OK, sequence, b"")
        elif command == UNBIND:
            self.seen["unbind"] += 1
            self._say(line, UNBIND | ANSWER, OK, sequence, b"")
        elif command == DELIVER | ANSWER:
            self.acknowledged.append(status)

    def _submit(self, line: socket.socket, sequence: int, body: bytes) -> None:
        self.seen["submit"] += 1
        if self.habits.delay:
            time.sleep(self.habits.delay)
        part = _read_submit(body, f"{len(self.held) + 1:08X}")
        status = self._judge(part)
        if status:
            self._say(line, SUBMIT | ANSWER, status, sequence, b"")
            return
        if part.destination in self.habits.unreachable:
            part.state = UNDELIVERABLE
        self.held.append(part)
        if self.habits.drop_after and len(self.held) >= self.habits.drop_after:
            self.habits.drop_after = 0
            self.cut()
        elif not self.habits.stall:
            self._accepted(line, sequence, part)

    def _accepted(self, line: socket.socket, sequence: int, part: Held) -> None:
        answer = (SUBMIT | ANSWER, OK, sequence, part.reference.encode() + b"\0")
        if not self.habits.report_first:
            self._say(line, *answer)
        for _ in range(0 if self.habits.silent else self.habits.report_times):
            self._say(line, DELIVER, OK, self._next(), _receipt(part))
        if self.habits.report_first:
            self._say(line, *answer)

    def _judge(self, part: Held) -> int:
        habits = self.habits
        if part.destination in habits.bad_numbers:
            return BAD_ADDRESS
        if habits.busy_next:
            habits.busy_next -= 1
            return BUSY
        recent = sum(1 for one in self.held[-habits.rate :] if part.at - one.at < 1.0)
        if habits.throttle_next or (habits.rate and recent >= habits.rate):
            habits.throttle_next = max(habits.throttle_next - 1, 0)
            self.seen["throttled"] += 1
            return THROTTLED
        return OK

    def _query(self, line: socket.socket, sequence: int, body: bytes) -> None:
        self.seen["query"] += 1
        wanted = body.split(b"\0")[0].decode()
        found = next((one for one in self.held if one.reference == wanted), None)
        if found is None:
            self._say(line, QUERY | ANSWER, 0x67, sequence, b"")
        else:
            told = wanted.encode() + b"\0\0" + bytes((found.state, 0))
            self._say(line, QUERY | ANSWER, OK, sequence, told)

    def _to_all(self, body: bytes) -> None:
        for line in list(self._sessions):
            with suppress(OSError):
                self._say(line, DELIVER, OK, self._next(), body)

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _say(
        self, line: socket.socket, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        head = struct.pack(">LLLL", 16 + len(body), command, status, sequence)
        with self._lock:
            line.sendall(head + body)


def _exactly(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        piece = line.recv(size - len(got))
        if not piece:
            raise OSError
        got += piece
    return got


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _text(body: bytes, place: int) -> tuple[str, int]:
    end = body.index(b"\0", place)
    return body[place:end].decode("ascii"), end + 1


def _read_submit(body: bytes, reference: str) -> Held:
    _, place = _text(body, 0)
    source, place = _text(body, place + 2)
    destination, place = _text(body, place + 2)
    esm_class = body[place]
    _, place = _text(body, place + 3)
    _, place = _text(body, place)
    registered, _, coding, _, length = body[place : place + 5]
    octets = body[place + 5 : place + 5 + length]
    hint = _hint(body[place + 5 + length :])
    at = time.monotonic()
    return Held(reference, source, destination, esm_class, coding, octets, registered, hint, at)


def _hint(options: bytes) -> int | None:
    while options:
        tag, length = struct.unpack(">HH", options[:4])
        if tag == 0x0204:
            return int.from_bytes(options[4 : 4 + length], "big")
        options = options[4 + length :]
    return None


def _deliver(source: str, destination: str, esm_class: int, octets: bytes, more: bytes) -> bytes:
    return (
        b"\0\x01\x01" + source.encode() + b"\0\x01\x01" + destination.encode() + b"\0"
        + bytes((esm_class, 0, 0)) + b"\0\0" + bytes((0, 0, 0, 0, len(octets))) + octets + more
    )  # fmt: skip


def _receipt(part: Held) -> bytes:
    word = "DELIVRD" if part.state == DELIVERED else "UNDELIV"
    text = (
        f"id:{part.reference} sub:001 dlvrd:001 submit date:2611200900 done date:2611200900 "
        f"stat:{word} err:000 text:"
    )
    more = b"" if part.hint is None else struct.pack(">HHH", 0x0204, 2, part.hint)
    return _deliver(part.destination, part.source, 0x04, text.encode(), more)


def text_of(part: Held) -> str:
    """What the phone shows of one part."""
    octets = part.octets[part.octets[0] + 1 :] if part.esm_class & 0x40 else part.octets
    return octets.decode("utf-16-be") if part.coding == 8 else octets.decode("ascii")


@contextmanager
def message_centre() -> Iterator[Centre]:
    """A centre for one test."""
    centre = Centre()
    try:
        yield centre
    finally:
        centre.close()
