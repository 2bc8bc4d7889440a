"""Child processes that never outlive the program that started them (Linux)."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Callable, Iterable

PARENT_DEATH_SIGNAL = 1
# Below the ports that the system lends to outgoing connections: one of those could be lent away
# between the moment it is found free and the moment a server listens there.
QUIET_PORTS = range(20_000, 32_000)


def bound_to_parent(farewell: signal.Signals) -> Callable[[], None]:
    """Return what the child does first: have the kernel send `farewell` when its parent dies."""
    parent = os.getpid()

    def bind() -> None:
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, int(farewell))
        if os.getppid() != parent:
            os._exit(1)

    return bind


def end(process: subprocess.Popen[bytes], first: signal.Signals = signal.SIGTERM) -> None:
    """Ask politely, then firmly, then by force; return when the process is gone."""
    for wish, seconds in ((first, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        process.send_signal(wish)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def free_port(wished: int = 0) -> int:
    """Return the wished port of the loopback address or, when it is taken, the next free one.

    Without a wish, any that nobody else is about to be given.
    """
    for port in range(wished, wished + 100) if wished else _any_ports():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return free_port()


def _any_ports() -> Iterable[int]:
    """By chance, so that programs that start together do not meet; at last what the system says."""
    return [*secrets.SystemRandom().sample(QUIET_PORTS, 50), 0]
