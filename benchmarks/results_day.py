"""Results day: look-ups a second of one core, beside a bare answer of the same server.

`python -m benchmarks.results_day [--candidates N] [--rounds N] [--json FILE]` builds a file of
answers as the product builds it, serves it by config.results_wsgi on granian, and serves a callable
that does nothing by a second granian with the same settings. Rounds take turns, so that a noisy
neighbour disturbs both alike. What is compared is processor time of the server for one answer; it
hardly depends on who else uses the machine. The goal: at least half of the bare answer's rate.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from benchmarks.measures import Round, Target, measure
from khue.answers.rules.keys import SecretKind
from khue.answers.rules.pages import answer_data, answer_page
from khue.answers.serving.answer_file import Answer, Candidate, packed, write_answers
from khue.answers.serving.pointer import Published, write_pointer
from kit.processes import bound_to_parent, end, free_port
from machinery.prepare import tell_step
from machinery.site import wait_until_answers
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-results"
KEY, SLUG, TITLE = "ab" * 32, "lop-10", "Điểm thi tuyển sinh lớp 10 năm học 2027–2028"
CANDIDATES, ROUNDS, PEOPLE, EACH, GOAL = 20_000, 7, 4, 1_500, 0.5
Told = dict[str, float]


def main() -> int:
    """Measure, print, keep; fail when the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.results_day", description=__doc__)
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as place:
        told = run(Path(place), wanted.candidates, wanted.rounds)
    _print(told)
    if wanted.json:
        wanted.json.write_text(json.dumps(told, indent=1))
    return 0 if told["ratio"] >= GOAL else 1


def run(folder: Path, candidates: int, rounds: int) -> Told:
    """Build, start both servers, take turns."""
    made: Told = {}
    tell_step(f"Build {candidates:,} answers", lambda: made.update(build(folder, candidates)))
    with (
        serving(folder, "config.results_wsgi:application") as ours,
        serving(folder, "benchmarks.bare:application") as bare,
    ):
        print(f"  Measure {rounds} rounds of each …", flush=True)
        return made | compared(ours, bare, candidates, rounds)


def build(folder: Path, candidates: int) -> Told:
    """The file, and how long it took."""
    begun = time.process_time()
    path = folder / "answers" / "one.khq"
    write_answers(path, KEY, {}, (candidate(number) for number in range(candidates)))
    seconds = time.process_time() - begun
    opens = datetime.now(UTC) - timedelta(days=1)
    write_pointer(
        folder / "answers", [Published(SLUG, TITLE, "Sở GD&ĐT", SecretKind.BORN, opens, path.name)]
    )
    return {
        "answers": candidates,
        "built a second": candidates / seconds,
        "bytes an answer": path.stat().st_size / candidates,
    }


def candidate(number: int) -> Candidate:
    values = [
        ("Họ và tên", f"Thí sinh Số {number}"),
        ("Trường", "Trường THCS Đo Tốc Độ"),
        *[(subject, f"{number % 40 / 4:.2f}") for subject in ("Toán", "Ngữ văn", "Ngoại ngữ")],
        ("Tổng điểm", f"{number % 120 / 4:.2f}"),
    ]
    page = answer_page(TITLE, "Sở GD&ĐT", str(100_000 + number), values, datetime.now(UTC))
    data = answer_data(TITLE, str(100_000 + number), values)
    return Candidate(
        str(100_000 + number), day_of(number).isoformat(), Answer(packed(page), packed(data))
    )


def day_of(number: int) -> Any:
    return datetime(2011, 1, 1, tzinfo=UTC).date() + timedelta(days=number % 365)


@contextmanager
def serving(folder: Path, target: str) -> Iterator[Target]:
    """One process of the server on the loopback address."""
    port = free_port()
    log = folder / f"{target.partition(':')[0]}.log"
    command = [
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "2", "--log-level", "warning", target),
    ]
    environment = {
        "PATH": os.environ["PATH"],
        "KHUE_DATA_DIR": str(folder),
        "KHUE_ANSWERS_KEY": KEY,
        "KHUE_ANSWERS_RATE": "1000000",
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509
        )
    try:
        wait_until_answers(process, port, log)
        yield Target(port, process.pid, process.pid)
    finally:
        end(process)


def people(candidates: int, seed: int) -> list[dict[str, Any]]:
    """Everybody asks for other numbers, as families do."""
    return [
        {
            "session": "",
            "requests": [
                asking((seed + at * 7919 + who * 104_729) % candidates) for at in range(EACH)
            ],
        }
        for who in range(PEOPLE)
    ]


def asking(number: int) -> tuple[str, str, str]:
    day = day_of(number)
    typed = {"number": 100_000 + number, "secret": f"{day.day:02d}/{day.month:02d}/{day.year}"}
    return "POST", f"/tra-cuu/{SLUG}/", urlencode(typed)


def compared(ours: Target, bare: Target, candidates: int, rounds: int) -> Told:
    """The middle of the rounds; the first of each only warms up."""
    taken = [
        (measure(ours, people(candidates, seed)), measure(bare, people(candidates, seed)))
        for seed in range(rounds + 1)
    ][1:]
    return {
        "look-ups a second of one core": median(1000 / one.web_cpu for one, _ in taken),
        "bare answers a second of one core": median(1000 / one.web_cpu for _, one in taken),
        "ratio": median(other.web_cpu / one.web_cpu for one, other in taken),
        "wall-clock ratio": median(one.per_second / other.per_second for one, other in taken),
        **_times("look-up", [one for one, _ in taken]),
        **_times("bare", [one for _, one in taken]),
    }


def _times(name: str, rounds: list[Round]) -> Told:
    return {
        f"{name} p50 ms": median(one.p50 for one in rounds),
        f"{name} p99 ms": median(one.p99 for one in rounds),
        f"{name} a second, client included": median(one.per_second for one in rounds),
    }


def _print(told: Told) -> None:
    print(f"\n  load of the machine: {os.getloadavg()[0]:.1f}")
    for name, value in told.items():
        print(f"  {name:<44}{value:>12,.2f}")
    print(f"  goal: at least {GOAL:.0%} of the bare answer")


if __name__ == "__main__":
    sys.exit(main())
