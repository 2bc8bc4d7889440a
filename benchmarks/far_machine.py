"""A machine of its own on this machine: a network that can be cut as a lost power cuts it.

A program that is killed says farewell, because the kernel closes its connections. A machine without
power says nothing: whoever waits for its answer waits on. Wants root and the program `ip`.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# Addresses set apart for measurements of networks.
NEAR, FAR = "198.18.71.1", "198.18.71.2"
PREFIX = "/30"


@dataclass(frozen=True)
class Cable:
    """The line between this machine and the far one."""

    name: str

    def cut(self) -> None:
        _ip("-n", self.name, "link", "set", "far", "down")

    def mend(self) -> None:
        _ip("-n", self.name, "link", "set", "far", "up")

    @contextmanager
    def over_there(self) -> Iterator[None]:
        """What is started meanwhile runs on the far machine."""
        with (
            Path("/proc/thread-self/ns/net").open("rb") as here,
            Path(f"/run/netns/{self.name}").open("rb") as there,
        ):
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(here.fileno())


@contextmanager
def far_machine() -> Iterator[Cable | None]:
    """The line to a far machine; None where this one cannot have any."""
    cable = _lay()
    try:
        yield cable
    finally:
        if cable:
            _ip("netns", "delete", cable.name)


def _lay() -> Cable | None:
    name = f"khue{secrets.token_hex(3)}"
    if os.geteuid() or shutil.which("ip") is None:
        return None
    try:
        _ip("netns", "add", name)
    except subprocess.CalledProcessError:
        return None
    try:
        _wire(name)
    except subprocess.CalledProcessError:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", name)
        return None
    return Cable(name)


def _wire(name: str) -> None:
    _ip("link", "add", name, "type", "veth", "peer", "name", "far", "netns", name)
    _ip("address", "add", NEAR + PREFIX, "dev", name)
    _ip("link", "set", name, "up")
    _ip("-n", name, "address", "add", FAR + PREFIX, "dev", "far")
    _ip("-n", name, "link", "set", "far", "up")
    _ip("-n", name, "link", "set", "lo", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _enter(network: int) -> None:
    """This thread only."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(network, 0):
        raise OSError(ctypes.get_errno(), "setns")
