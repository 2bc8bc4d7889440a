"""Who comes in a school morning and what they do; run by locust (`benchmarks.province.morning`).

Waits are those of people, shortened ten times, so that 120 of them ask as often as 1,200.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from locust import FastHttpUser, between, task

CAST: dict[str, Any] = json.loads(Path(os.environ["KHUE_CAST"]).read_text())
CSRF = "k" * 32
VERSION = re.compile(r'name="version" value="(\d+)"')
PUPIL = re.compile(r'name="k(\d+)"')
turn = count()
known: dict[tuple[int, int], int | None] = {}
"""What a cell was seen to hold: the mark that another one replaces."""


class Somebody(FastHttpUser):
    """A signed-in person; `part` names whom of the cast."""

    abstract = True
    wait_time = between(0.5, 1.5)
    part = ""

    def on_start(self) -> None:
        chosen = CAST[self.part]
        self.person = chosen[next(turn) % len(chosen)]
        self.chance = Random(next(turn))
        self.headers = {
            "Cookie": f"khue_session={self.person['session']}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }

    def see(self, name: str, path: str) -> str:
        with self.client.get(path, name=name, headers=self.headers, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            return str(answer.text or "")


class Homeroom(Somebody):
    """Takes attendance of her class, again and again with other absentees."""

    weight = 3
    part = "homerooms"

    @task
    def take(self) -> None:
        path = f"/diem-danh/lop/{self.person['class']}/"
        shown = self.see("attendance: page", path)
        version, pupils = VERSION.search(shown), PUPIL.findall(shown)
        if not version or not pupils:
            return
        sent = {"version": version[1], "reason": "Đo tốc độ"}
        sent |= {f"k{one}": "k" for one in self.chance.sample(pupils, min(2, len(pupils)))}
        with self.client.post(
            path,
            sent,
            name="attendance: save",
            headers=self.headers,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            # 409: a second homeroom teacher of the same class was quicker, and is asked.
            if answer.status_code in (302, 409):
                answer.success()


class Teacher(Somebody):
    """Opens a book and types a mark, which the page saves by itself."""

    weight = 3
    part = "teachers"

    @task(1)
    def home(self) -> None:
        self.see("teacher: first page", "/")

    @task(3)
    def mark(self) -> None:
        book = self.chance.choice(self.person["books"])
        if not book["pupils"]:
            return
        path = f"/so-diem/{book['id']}/1/"
        self.see("marks: page", path)
        cell = (book["id"], self.chance.choice(book["pupils"]))
        change = {
            "student": cell[1],
            "slot": "tx1",
            "base": known.get(cell),
            "text": f"{self.chance.randint(4, 9)},{self.chance.randint(0, 9)}",
        }
        body = {"operation": str(uuid.uuid4()), "changes": [change]}
        with self.client.post(
            f"{path}luu/",
            json=body,
            name="marks: save",
            headers=self.headers,
            catch_response=True,
        ) as answer:
            if answer.status_code == 200:
                known[cell] = answer.json()["cells"][0]["value"]


class Parent(Somebody):
    """Looks at the child's page."""

    weight = 4
    part = "parents"

    @task(3)
    def child(self) -> None:
        self.see("family: page", f"/con/{self.person['child']}/")

    @task(1)
    def results(self) -> None:
        self.see("family: results", f"/con/{self.person['child']}/ket-qua/")


class Leader(Somebody):
    """Looks at the school's day and its figures."""

    weight = 1
    part = "leaders"

    @task
    def school(self) -> None:
        self.see("leader: first page", "/")
        self.see("figures: school", f"/so-lieu/{self.person['place']}/")


class Officer(Somebody):
    """Looks at the figures of 675 schools."""

    fixed_count = 2
    part = "officers"

    @task
    def province(self) -> None:
        self.see("figures: department", f"/so-lieu/{self.person['place']}/")
