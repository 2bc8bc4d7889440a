"""A pupil's ethnic group is corrected and corrected back, by the service that the page calls.

`python -m benchmarks.province.corrections` prints which number of the department moves, then makes
one correction for each line that it reads, and answers by how much the number moves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import django

from benchmarks.measures import BenchmarkTrouble
from machinery.surroundings import ROOT

KINH, TAY = "01", "02"
KEY = "03.pupils.m"
# A Kinh pupil of a lower secondary class of the last school.
PUPIL = """
select student.id, class.school_id from records_enrolment seat
join organisations_schoolclass class on class.id = seat.school_class_id and class.level = '03'
join records_student student on student.id = seat.student_id and student.ethnic_group = '01'
where seat.year = %(year)s and seat.status = 'studying'
order by class.school_id desc, student.id limit 1
"""
VERSION = "select version from records_student where id = %(pupil)s"


class Corrections:
    """The process that makes them, with the key of the number that they move."""

    key = KEY

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._told()

    def act(self, turn: int) -> int:
        """Of the minority at even turns, Kinh again at odd ones."""
        assert self.process.stdin
        self.process.stdin.write(f"{TAY if turn % 2 == 0 else KINH}\n")
        self.process.stdin.flush()
        return int(self._told())

    def _told(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise BenchmarkTrouble("who corrects pupils' files has stopped")
        return line


@contextmanager
def corrections(environment: Mapping[str, str]) -> Iterator[Corrections]:
    """The process stands ready; it ends when its input does."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.province.corrections"],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Corrections(process)


def correct_on_demand() -> None:
    from django.utils import timezone

    from benchmarks.province.people import leader_of, rows
    from khue.access.api import actor_of_account
    from khue.organisations.api import school_year_of
    from khue.records.services.students import change_student
    from kit.dates import vietnam_day

    today = vietnam_day(timezone.now())
    pupil, school = rows(PUPIL, year=school_year_of(today))[0]
    leader = actor_of_account(leader_of(school), "Hiệu trưởng", today)
    print("ready", flush=True)
    for line in sys.stdin:
        change_student(
            actor=leader,
            now=timezone.now(),
            student_id=pupil,
            version=rows(VERSION, pupil=pupil)[0][0],
            wanted={"ethnic_group": line.strip()},
        )
        print(1 if line.strip() == TAY else -1, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        correct_on_demand()
