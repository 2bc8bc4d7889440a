"""Two servers of PostgreSQL under Patroni, on this machine, as docs/how-to/nhieu-may.md sets them.

Three etcd nodes hold the votes, one on each of these machines and one on a third. Where it can be
had, the first machine has a network of its own that can be cut.
"""

from __future__ import annotations

import http.client
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.far_machine import FAR, NEAR, Cable, far_machine
from benchmarks.measures import BenchmarkTrouble, until
from benchmarks.votes import Voter, Votes, votes_of
from kit.processes import bound_to_parent, end, free_port
from machinery.surroundings import ROOT

INSTALL = (
    "Patroni from 3.1, etcd and the programs of PostgreSQL are wanted: apt-get install etcd-server"
    " postgresql; pip install 'patroni[etcd3,psycopg3]' 'psycopg[binary]'. It runs as nobody when"
    " root calls, so /usr/bin/python3 -m venv makes a better place for it than one below /root."
)
PROGRAMS = ("initdb", "postgres", "pg_ctl", "pg_basebackup", "pg_rewind")
STARTED_AGAIN = 1.0
LOOPBACK = "127.0.0.1"
# What an administrator is given.
AGREED: dict[str, Any] = yaml.safe_load((ROOT / "machinery/deploy/patroni.yml").read_text())
EVERYBODY: dict[str, Any] = AGREED["bootstrap"]["dcs"]
BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass
class Server:
    """One machine: a PostgreSQL, the Patroni that holds it, and an etcd node."""

    name: str
    host: str
    port: int
    api: int
    folder: Path
    start: Callable[[Server], subprocess.Popen[bytes]]
    voter: Voter
    cable: Cable | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def begin(self) -> None:
        """As a machine that is switched on."""
        if self.cable:
            self.cable.mend()
        self.voter.begin()
        self.begin_patroni()

    def begin_patroni(self) -> None:
        with self.cable.over_there() if self.cable else nullcontext():
            self.process = self.start(self)

    def die(self) -> None:
        """Patroni, PostgreSQL and all of its processes at once, without a word; etcd too."""
        assert self.process
        self.process.kill()
        self.process.wait()
        self.lose_postgres()
        self.voter.die()

    def lose_power(self) -> None:
        """The same without any farewell to those who are connected."""
        assert self.cable
        self.cable.cut()
        self.die()

    def lose_postgres(self) -> None:
        """PostgreSQL and all of its processes at once; Patroni, if it lives, sees it."""
        _signal(self._programs(), signal.SIGKILL)

    def hang(self) -> None:
        """Everything on the machine stands still, and its network answers."""
        _signal([*self._leaders(), *self._programs()], signal.SIGSTOP)

    def go_on(self) -> None:
        _signal([*self._programs(), *self._leaders()], signal.SIGCONT)

    def _leaders(self) -> list[int]:
        return [one.pid for one in (self.process, self.voter.process) if one]

    def _programs(self) -> list[int]:
        """PostgreSQL and all of its processes."""
        leader = self._postmaster()
        return [leader, *_children(leader)] if leader else []

    def lose_patroni(self) -> None:
        """Patroni alone; systemd starts it again."""
        assert self.process
        self.process.kill()
        self.process.wait()
        time.sleep(STARTED_AGAIN)
        self.begin_patroni()

    def rest(self) -> None:
        """Stop both, as Patroni does when it is told to."""
        if self.process:
            end(self.process)
        self.lose_postgres()

    def _postmaster(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.data).encode() in command else None

    def ask(self, method: str, path: str, told: Any = None) -> tuple[int, str]:
        """The answer of this Patroni; 0 when there is none."""
        line = http.client.HTTPConnection(self.host, self.api, timeout=60 if told else 2)
        try:
            line.request(method, path, json.dumps(told) if told else None)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            line.close()

    def leads(self) -> bool:
        return self.ask("GET", "/primary")[0] == 200

    def stands_by(self) -> bool:
        """As the one that has every acknowledged row."""
        return self.ask("GET", "/sync")[0] == 200


@dataclass
class Pair:
    """Both servers, and how to come to the one that leads."""

    servers: list[Server]
    votes: Votes
    passwords: dict[str, str] = field(default_factory=dict)

    def url(self, role: str, database: str) -> str:
        """As DATABASE_URL names several servers; who leads is found by the driver."""
        places = ",".join(f"{one.host}:{one.port}" for one in self.servers)
        password = self.passwords[role]
        return f"postgresql://{role}:{password}@{places}/{database}?target_session_attrs=read-write"

    def alone(self, role: str, database: str, server: Server) -> str:
        """One of the servers, whatever it is."""
        place = f"{server.host}:{server.port}"
        return f"postgresql://{role}:{self.passwords[role]}@{place}/{database}"

    def leader(self) -> Server:
        until("a server leads", lambda: any(one.leads() for one in self.servers))
        return next(one for one in self.servers if one.leads())

    def follower(self) -> Server:
        """The other one, once it has every acknowledged row."""
        until("the other one stands by", lambda: any(one.stands_by() for one in self.servers))
        return next(one for one in self.servers if one.stands_by())

    def hand_over(self) -> None:
        """A planned change of the leader."""
        leader, candidate = self.leader(), self.follower()
        wanted = {"leader": leader.name, "candidate": candidate.name}
        status, told = leader.ask("POST", "/switchover", wanted)
        if status != 200:
            raise BenchmarkTrouble(f"Patroni did not hand over: {status} {told}")


@contextmanager
def pair() -> Iterator[Pair]:
    """Both servers running in a temporary folder; gone afterwards."""
    binaries, patroni, etcd = _programs()
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory()))
        _hand_to_postgres(folder)
        cable = house.enter_context(far_machine())
        near, far = (NEAR, FAR) if cable else (LOOPBACK, LOOPBACK)
        machines = (("pg1", far, cable), ("pg2", near, None), ("third", near, None))
        votes = votes_of(etcd, _launch, folder, machines)
        for voter in votes.voters:
            house.callback(voter.rest)
        names = ("postgres", "replicator", "khue", "khue_app")
        both = Pair([], votes, {one: secrets.token_hex(12) for one in names})

        def start(server: Server) -> subprocess.Popen[bytes]:
            config = folder / f"{server.name}.json"
            config.write_text(json.dumps(_told(server, both, binaries)))
            return _launch([patroni, str(config)], server.log)

        for voter in votes.voters:
            voter.begin()
        votes.whole()
        for (name, host, line), voter in zip(machines[:2], votes.voters, strict=False):
            ports = free_port(), free_port()
            both.servers.append(Server(name, host, *ports, folder, start, voter, line))
            both.servers[-1].begin_patroni()
            house.callback(both.servers[-1].rest)
            both.leader()
        both.follower()
        yield both


def _programs() -> tuple[Path, str, str]:
    patroni, etcd = shutil.which("patroni"), shutil.which("etcd")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    whole = [one for one in folders if all((one / name).exists() for name in PROGRAMS)]
    if not (patroni and etcd and whole and _is_safe(patroni)):
        raise BenchmarkTrouble(INSTALL)
    return whole[0], patroni, etcd


def _is_safe(patroni: str) -> bool:
    """Up to 3.0.2 a leader that hung takes the lead back from who has it, with what he lacks."""
    told = subprocess.run([patroni, "--version"], check=True, capture_output=True, text=True)
    major, minor = told.stdout.split()[-1].split(".")[:2]
    return (int(major), int(minor)) >= (3, 1)


def _told(server: Server, both: Pair, binaries: Path) -> dict[str, Any]:
    """The configuration of one Patroni."""
    place, api = f"{server.host}:{server.port}", f"{server.host}:{server.api}"
    roles = {"superuser": "postgres", "replication": "replicator", "rewind": "postgres"}
    return {
        "scope": "khue",
        "name": server.name,
        "restapi": {"listen": api, "connect_address": api},
        "etcd3": {"hosts": both.votes.places},
        "bootstrap": AGREED["bootstrap"],
        "postgresql": {
            "listen": place,
            "connect_address": place,
            "data_dir": str(server.data),
            "bin_dir": str(binaries),
            "pgpass": str(server.folder / f"{server.name}.pgpass"),
            "authentication": {
                use: {"username": role, "password": both.passwords[role]}
                for use, role in roles.items()
            },
            "parameters": {"unix_socket_directories": ""},
            "pg_hba": [
                f"host {what} {net} scram-sha-256"
                for what in ("replication replicator", "all all")
                for net in (f"{LOOPBACK}/32", FAR + "/32", NEAR + "/32")
            ],
        },
        "watchdog": {"mode": "off"},
    }


def _launch(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as target:
        return subprocess.Popen(
            command,
            cwd="/",
            env=BARE,
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509
            **_as_whom(),
        )


def _as_whom() -> dict[str, Any]:
    """PostgreSQL refuses root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _hand_to_postgres(folder: Path) -> None:
    whom = _as_whom()
    if whom:
        os.chown(folder, whom["user"], whom["group"])


def _children(leader: int | None) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if file.read_text().rpartition(")")[2].split()[1] == str(leader):
                found.append(int(file.parent.name))
    return found


def _signal(programs: Iterable[int], what: signal.Signals) -> None:
    for pid in programs:
        with suppress(ProcessLookupError):
            os.kill(pid, what)
