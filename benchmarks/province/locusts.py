"""Who comes in a school morning and what they do; run by locust (`benchmarks.province.morning`).

How many of each there are comes from `benchmarks.province.acts`. Every answer is looked at: a page
must show the class, child or school that was asked for, a save must say what stands now.
"""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from html import escape
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from locust import FastHttpUser, task

from benchmarks.province.acts import MARKS_EACH, PACE, RESULTS_EVERY

CAST: dict[str, Any] = json.loads(Path(os.environ["KHUE_CAST"]).read_text())
CROWD: dict[str, int] = json.loads(os.environ["KHUE_CROWD"])
CSRF = "k" * 32
VERSION = re.compile(r'name="version" value="(\d+)"')
PUPIL = re.compile(r'name="k(\d+)"')
turn = count()
known: dict[tuple[int, int], int | None] = {
    (book["id"], pupil): mark
    for teacher in CAST["teachers"]
    for book in teacher["books"]
    for pupil, mark in zip(book["pupils"], book["marks"], strict=True)
}
"""What a cell was seen to hold: the mark that another one replaces."""


class Somebody(FastHttpUser):
    """A signed-in person; `part` names whom of the cast."""

    abstract = True
    part = ""
    turns: count[int]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.turns = count()

    def wait_time(self) -> float:
        return self.chance.expovariate(1 / PACE)

    def on_start(self) -> None:
        chosen = CAST[self.part]
        number = next(self.turns)
        self.person = chosen[number % len(chosen)]
        self.chance = Random(next(turn))
        self.headers = {
            "Cookie": f"khue_session={self.person['session']}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Accept-Encoding": "gzip",
        }
        time.sleep(self.chance.uniform(0, PACE))

    def see(self, name: str, path: str, *shown: str) -> str:
        """Open a page; it must be there and show all of this."""
        with self.client.get(path, name=name, headers=self.headers, catch_response=True) as answer:
            text = str(answer.text or "")
            missing = [one for one in shown if one not in text]
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            elif missing:
                answer.failure(f"the page does not show {missing[0]}")
            return text


class Homeroom(Somebody):
    """Takes attendance of her class, again and again with other absentees."""

    fixed_count = CROWD["Homeroom"]
    part = "homerooms"

    @task
    def take(self) -> None:
        self.see("teacher: first page", "/", escape(self.person["who"]))
        path = f"/diem-danh/lop/{self.person['class']}/"
        shown = self.see("attendance: page", path, escape(self.person["name"]))
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
    """Opens a book and types marks, which the page saves one by one."""

    fixed_count = CROWD["Teacher"]
    part = "teachers"

    def on_start(self) -> None:
        """She is somewhere in a book already, as people are at any moment."""
        super().on_start()
        self.done = self.chance.randrange(MARKS_EACH)
        self.book = self._some_book()

    def _some_book(self) -> dict[str, Any]:
        books = [one for one in self.person["books"] if one["pupils"]]
        return dict(self.chance.choice(books))

    @task
    def mark(self) -> None:
        if self.done >= MARKS_EACH:
            self._open_a_book()
        self.done += 1
        self._save(self.book, self.chance.choice(self.book["pupils"]))

    def _open_a_book(self) -> None:
        self.done = 0
        self.book = self._some_book()
        self.see("teacher: first page", "/", escape(self.person["who"]))
        sign = f'data-student="{self.book["pupils"][0]}"'
        self.see("marks: page", f"/so-diem/{self.book['id']}/1/", sign)

    def _save(self, book: dict[str, Any], pupil: int) -> None:
        cell, tenths = (book["id"], pupil), self.chance.randint(40, 99)
        change = {
            "student": pupil,
            "slot": "tx1",
            "base": known.get(cell),
            "text": f"{tenths // 10},{tenths % 10}",
        }
        with self.client.post(
            f"/so-diem/{book['id']}/1/luu/",
            json={"operation": str(uuid.uuid4()), "changes": [change]},
            name="marks: save",
            headers=self.headers,
            catch_response=True,
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
                return
            told = answer.json()["cells"][0]
            if told["status"] == "saved" and told["value"] != tenths:
                answer.failure(f"{tenths} was sent, {told['value']} stands")
            elif told["status"] == "refused":
                answer.failure(str(told.get("sentence")))
            known[cell] = told["value"]


class Parent(Somebody):
    """Looks at the child's page."""

    fixed_count = CROWD["Parent"]
    part = "parents"

    @task
    def child(self) -> None:
        name = escape(self.person["name"])
        self.see("family: page", f"/con/{self.person['child']}/", name)
        if not self.chance.randrange(RESULTS_EVERY):
            self.see("family: results", f"/con/{self.person['child']}/ket-qua/", name)


class Leader(Somebody):
    """Looks at the school's day and its figures."""

    fixed_count = CROWD["Leader"]
    part = "leaders"

    @task
    def school(self) -> None:
        name = escape(self.person["name"])
        self.see("leader: first page", "/", name)
        self.see("figures: school", f"/so-lieu/{self.person['place']}/", name)


class Officer(Somebody):
    """Looks at the figures of 675 schools."""

    fixed_count = CROWD["Officer"]
    part = "officers"

    @task
    def province(self) -> None:
        name = escape(self.person["name"])
        self.see("figures: department", f"/so-lieu/{self.person['place']}/", name)
