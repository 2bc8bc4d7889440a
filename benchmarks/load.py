"""A small load generator: each teacher asks one request after another on one kept connection.

Runs as a process of its own, reads its plan from standard input and prints the times:
`python -m benchmarks.load`. It only sends prepared bytes and reads the answers, so that it takes
little of the processors it shares with the server; how much it took is part of its answer.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_SECONDS = 60.0
# Django compares the cookie with the header and keeps nothing; any secret of 32 letters will do.
CSRF = "k" * 32


@dataclass
class Taken:
    """What the requests took, in milliseconds, and what went wrong."""

    milliseconds: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def headers_of(session: str) -> dict[str, str]:
    """What the browser of a signed-in person sends along."""
    return {
        "Cookie": f"khue_session={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "Accept-Encoding": "gzip",
        "Accept": "application/json, text/html",
        "Content-Type": "application/json",
    }


def ask(port: int, person: dict[str, Any], start: threading.Barrier, taken: Taken) -> None:
    """Send the requests of one person, one after another, and note how long each took."""
    headers = headers_of(person["session"])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    start.wait()
    deadline = time.perf_counter() + MOST_SECONDS
    for method, path, body in person["requests"]:
        begun = time.perf_counter()
        connection.request(method, path, body.encode() if body else None, headers)
        answer = connection.getresponse()
        answer.read()
        ended = time.perf_counter()
        taken.milliseconds.append((ended - begun) * 1000)
        if answer.status != 200:
            taken.troubles.append(f"{method} {path}: {answer.status}")
        if ended > deadline:
            taken.troubles.append("the round took longer than a minute")
            break
    connection.close()


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Let everybody ask at once; return all times, the length of the round and our own share."""
    people, total = plan["people"], Taken()
    start = threading.Barrier(len(people) + 1)
    notes = [Taken() for _ in people]
    threads = [
        threading.Thread(target=ask, args=(plan["port"], person, start, taken))
        for person, taken in zip(people, notes, strict=True)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    begun, used = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    for taken in notes:
        total.milliseconds += taken.milliseconds
        total.troubles += taken.troubles
    own = (time.process_time() - used) / seconds
    return {**asdict(total), "seconds": seconds, "own_share": own}


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
