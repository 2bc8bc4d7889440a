"""Cards that are tapped at many gates at once: a plan from standard input, times on output.

`python -m benchmarks.gate_load` runs as a process of its own. A closed round asks as fast as it
is answered; an open one taps at a given rate whatever happens, and a tap waits from the moment it
was due, so that a queue shows in the times.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

ADDRESS = "/cong/may/luot/"


def code_of(pupil: int) -> str:
    return f"KHOA{pupil:014}"


def secret_of(school: int) -> str:
    return f"{school}.do-toc-do"


@dataclass
class Round:
    """What every gate shares: whose turn it is, when the next tap is due, what was taken."""

    plan: dict[str, Any]
    turn: Any = field(default_factory=count)
    lock: threading.Lock = field(default_factory=threading.Lock)
    milliseconds: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    begun: float = 0.0

    def next_call(self) -> int:
        with self.lock:
            return int(next(self.turn))


def body_of(call: int, plan: dict[str, Any]) -> tuple[int, str]:
    """A call of one gate: pupils of one school, each once in the whole run."""
    now = datetime.now(UTC).isoformat()
    turn, school = divmod(call, plan["schools"])
    rows = range(plan["row"] + turn * plan["size"], plan["row"] + (turn + 1) * plan["size"])
    sent = [
        {
            "id": str(uuid.uuid4()),
            "code": code_of(school + plan["schools"] * row),
            "at": now,
            "direction": "in",
        }
        for row in rows
    ]
    return school, json.dumps({"device_now": now, "passings": sent})


def tap(shared: Round) -> None:
    """One line to the server, kept open, until the round is over."""
    plan = shared.plan
    line = http.client.HTTPConnection("127.0.0.1", plan["port"], timeout=30)
    line.connect()
    while True:
        call = shared.next_call()
        due = shared.begun + call / plan["rate"] if plan["rate"] else time.perf_counter()
        if max(due, time.perf_counter()) - shared.begun > plan["seconds"]:
            break
        time.sleep(max(0.0, due - time.perf_counter()))
        _send(shared, line, call, due)
    line.close()


def _send(shared: Round, line: http.client.HTTPConnection, call: int, due: float) -> None:
    plan = shared.plan
    school, body = body_of(call, plan)
    secret = secret_of(plan["school_ids"] + school)
    headers = {"Authorization": f"Gate {secret}", "Content-Type": "application/json"}
    line.request("POST", ADDRESS, body.encode(), headers)
    answer = line.getresponse()
    told = json.loads(answer.read())
    shared.milliseconds.append((time.perf_counter() - due) * 1000)
    verdicts = {one["verdict"] for one in told.get("answers", ())}
    if answer.status != 200 or not verdicts or verdicts - {"good", "late"}:
        shared.troubles.append(f"{answer.status} {sorted(verdicts)}")


def run(plan: dict[str, Any]) -> dict[str, Any]:
    shared = Round(plan)
    gates = [threading.Thread(target=tap, args=(shared,)) for _ in range(plan["gates"])]
    shared.begun, used = time.perf_counter(), time.process_time()
    for one in gates:
        one.start()
    for one in gates:
        one.join()
    seconds = time.perf_counter() - shared.begun
    return {
        "milliseconds": shared.milliseconds,
        "troubles": sorted(set(shared.troubles))[:5],
        "seconds": seconds,
        "processor": time.process_time() - used,
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
