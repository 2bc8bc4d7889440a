"""Đổi phiên bản không mất yêu cầu nào: a new server takes the place of the old one at one stroke.

python -m machinery.changeover --link /run/khue/web.sock --to /run/khue/web-b.sock

The proxy asks at the link. The new server is waited for at its own socket, then the link is turned:
whoever asks from now on reaches the new one. The old one gets nobody new, so it can be stopped as
soon as it has answered those it has. Everything may be new, the web server itself included. A port
could not be handed over so: the connections that wait there are lost with the process.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import sys
import time
from pathlib import Path

HEALTH = "/suc-khoe/"
READY = "/suc-khoe/san-sang/"
PATIENCE_SECONDS = 60.0


class NotTaken(Exception):
    """The new server did not come up; the old one goes on as before."""


class Line(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, file: Path, patience: float = 10.0) -> None:
        super().__init__("localhost", timeout=patience)
        self._file = file
        self._patience = patience

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self._patience)
        self.sock.connect(str(self._file))


def status_of(file: Path, path: str) -> int:
    """What the server at this socket answers; 0 when nobody does."""
    line = Line(file)
    try:
        line.request("GET", path)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def take_over(
    link: Path, goal: Path, *, path: str = READY, patience: float = PATIENCE_SECONDS
) -> None:
    """Wait until the new server is well, then turn the link; raises NotTaken when it is not."""
    deadline = time.monotonic() + patience
    while status_of(goal, path) != 200:
        if time.monotonic() > deadline:
            raise NotTaken(
                f"Tiến trình mới ở {goal} chưa sẵn sàng sau {patience:.0f} giây nên chưa đổi; bản "
                "cũ vẫn phục vụ. Hãy xem nhật ký của tiến trình mới."
            )
        time.sleep(0.1)
    turn(link, goal)


def turn(link: Path, goal: Path) -> None:
    """Let the link lead to another socket; whoever opens it meets the old one or the new one."""
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(goal)
    draft.replace(link)


def main() -> int:
    """One change-over."""
    parser = argparse.ArgumentParser(prog="python -m machinery.changeover", description=__doc__)
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--path", default=READY)
    asked = parser.parse_args()
    try:
        take_over(asked.link, asked.to, path=asked.path)
    except NotTaken as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
