"""The etcd nodes that hold the votes of Patroni: one on each machine, two of three must live."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.far_machine import Cable
from benchmarks.measures import BenchmarkTrouble, until
from kit.processes import end, free_port

Launch = Callable[[list[str], Path], subprocess.Popen[bytes]]


@dataclass
class Voter:
    """An etcd node."""

    name: str
    host: str
    folder: Path
    start: Callable[[Voter], subprocess.Popen[bytes]]
    cable: Cable | None = None
    port: int = field(default_factory=free_port)
    peer: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def peer_address(self) -> str:
        return f"http://{self.host}:{self.peer}"

    def begin(self) -> None:
        with self.cable.over_there() if self.cable else nullcontext():
            self.process = self.start(self)

    def die(self) -> None:
        """At once, without a word."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def rest(self) -> None:
        if self.process:
            end(self.process)

    def told(self) -> dict[str, Any]:
        """What it says of itself; nothing while it does not answer."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            line.request("POST", "/v3/maintenance/status", "{}")
            answer = json.loads(line.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        else:
            return answer if isinstance(answer, dict) else {}
        finally:
            line.close()

    @property
    def agrees(self) -> bool:
        """Whether it knows a node that leads."""
        return bool(self.told().get("leader"))

    @property
    def leads(self) -> bool:
        told = self.told()
        return bool(told.get("leader")) and told["leader"] == told["header"]["member_id"]


@dataclass(frozen=True)
class Votes:
    """All nodes together."""

    voters: Sequence[Voter]

    @property
    def places(self) -> list[str]:
        return [one.place for one in self.voters]

    def leader(self) -> Voter:
        until("an etcd node leads", lambda: any(one.leads for one in self.voters))
        return next(one for one in self.voters if one.leads)

    def another(self, than: Voter) -> Voter:
        """One that lives and does not lead, if possible on no machine of PostgreSQL."""
        others = [one for one in reversed(self.voters) if one is not than and one.agrees]
        if not others:
            raise BenchmarkTrouble("no other etcd node lives")
        return others[0]

    def whole(self) -> None:
        """Wait until every node follows the same leader."""
        until("every etcd node agrees", lambda: all(one.agrees for one in self.voters))


def votes_of(
    program: str, launch: Launch, folder: Path, machines: Sequence[tuple[str, str, Cable | None]]
) -> Votes:
    """One node on each of these machines (name, host, line), not yet begun."""

    def start(voter: Voter) -> subprocess.Popen[bytes]:
        words = {
            "name": voter.name,
            "data-dir": str(folder / f"etcd-{voter.name}"),
            "listen-client-urls": f"http://{voter.place}",
            "advertise-client-urls": f"http://{voter.place}",
            "listen-peer-urls": voter.peer_address,
            "initial-advertise-peer-urls": voter.peer_address,
            "initial-cluster": ",".join(f"{one.name}={one.peer_address}" for one in voters),
        }
        command = [program, *[f"--{name}={value}" for name, value in words.items()]]
        return launch(command, folder / f"etcd-{voter.name}.log")

    voters = [Voter(name, host, folder, start, cable) for name, host, cable in machines]
    return Votes(voters)
