"""The sector push: a school of 300 pupils to a gateway on the same machine, and a whole province.

`python -m benchmarks.sector [--pupils N] [--rounds N]` starts a PostgreSQL of its own with durable
settings and a stand-in of the gateway in a process of its own. It builds a lower secondary school
with whole files, checks it, has it approved, pushes it, pushes it again with nothing new, and with
ten corrected pupils. Told are seconds, records a second, processor time of the worker, memory, and
what the province would take: one worker speaks for a province, school after school.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

import django

from benchmarks.__main__ import own_cluster, surroundings
from benchmarks.measures import run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-sector"
PUPILS, ROUNDS, CLASS_SIZE = 300, 3, 38
PROVINCE_PUPILS, PROVINCE_SCHOOLS = 204_551, 675
CODE, DEPARTMENT = "20009301", "20"
PACKAGES_A_MINUTE = 120
OF_STAFF = {
    "BacLuong": 3,
    "HeSo": 3.0,
    "MucPhuCapUuDai": 30,
    "MucPhuCapLanhDao": 0,
    "ChuyenNganhDaoTaoChinh": "140209",
    "TrinhDoDaoTaoCnChinh": 7,
    "DanhGiaKqChuanNgheNghiep": 2,
    "TuDanhGiaKqChuanNgheNghiep": "02",
    "MonNgoaiNguChinh": "01",
}
OF_PUPILS = {"NgaySinhMe": "1985-04-12T00:00:00.0", "NgaySinhNguoiGiamHo": "1985-04-12T00:00:00.0"}
Told = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster, _gateway() as port:
        told = _measured(cluster, port, asked.pupils, asked.rounds)
    _print(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


@contextmanager
def _gateway() -> Iterator[int]:
    """The stand-in in a process of its own, so that its work is not counted as ours."""
    command = [sys.executable, "-m", "benchmarks.sector", "gateway"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None:
            raise SystemExit("The gateway does not speak.")
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _measured(cluster: Cluster, port: int, pupils: int, rounds: int) -> Told:
    told = {
        "url": f"http://127.0.0.1:{port}",
        "account": "so-thu",
        "password": "mat-khau-truyen",
        "per_minute": 60_000,
    }
    environment = {
        **surroundings(cluster.url(), HOME),
        "KHUE_DEMO": "1",
        "KHUE_SECTOR": json.dumps({"20": told}),
    }
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step("Load the lists of codes", lambda: manage(owner, "load_codes"))
    tell_step("Build the school", lambda: _run("fill", pupils, owner))
    return _run("push", rounds, environment)


def _run(what: str, number: int, environment: dict[str, str]) -> Told:
    told: Told = run_module("benchmarks.sector", what, str(number), environment=environment)
    return told


def _print(told: Told) -> None:
    pupils, records = told["pupils"], told["records"]
    print(f"\nA school of {pupils:,.0f} pupils: {records:,.0f} records, {told['held']:,.0f} held")
    for name in ("check", "push", "push again, nothing new", "push again, ten pupils"):
        seconds, own = told[name], told[f"{name}, processor"]
        print(f"  {name:<26}{seconds:>8.2f} s {own:>8.2f} s of the worker's processor")
    print(f"  messages a second         {records / told['push']:>8.0f}")
    print(f"  memory, before and most   {told['memory before']:>8.0f} {told['memory most']:.0f} MB")
    times = PROVINCE_PUPILS / pupils
    print(f"The province, {PROVINCE_PUPILS:,} pupils in {PROVINCE_SCHOOLS} schools, one worker:")
    print(f"  first push                {told['push'] * times / 60:>8.0f} minutes")
    again = told["push again, nothing new"] * times / 60
    print(f"  push again, nothing new   {again:>8.0f} minutes")
    paced = told["packages"] * times / PACKAGES_A_MINUTE
    print(f"  packages at {PACKAGES_A_MINUTE} a minute  {paced:>8.0f} minutes at least")


def gateway() -> None:
    from khue.sector.tests.gateway import receiving_gateway

    with receiving_gateway(CODE) as one:
        print(one.port, flush=True)
        sys.stdin.read()


def fill(pupils: int) -> Told:
    """A school with whole files: everybody has a number, a mother, and what the sector asks for."""
    from django.utils import timezone

    from demo.blueprint import ClassPlan, SchoolPlan
    from demo.build import build_school
    from demo.places import build_places
    from demo.tables import table
    from kit.fences import EVERYTHING, scoped

    now = timezone.now()
    rooms = max(4, round(pupils / CLASS_SIZE))
    names = [f"{6 + at % 4}{'ABCDEGHI'[at // 4]}" for at in range(rooms)]
    sizes = [pupils // rooms + (at < pupils % rooms) for at in range(rooms)]
    classes = tuple(
        ClassPlan(f"0{name[0]}", "03", (name,), size)
        for name, size in zip(names, sizes, strict=True)
    )
    plan = SchoolPlan("bench", CODE, "Trường THCS Đo Tốc Độ", 0, "07", ("03",), "07", "XA", classes)
    with scoped(EVERYTHING):
        build_school(Random(7), build_places([plan]), plan, 9_000_000, now)
        school = table("organisations.School").objects.get(organisation__code=CODE)
        _complete_staff(school, now)
        _complete_pupils(school, now)
        here = table("records.Student").objects.filter(home_school=school).count()
    return {"pupils": here}


def _complete_staff(school: Any, now: Any) -> None:
    from demo.tables import table

    staff = table("records.Staff").objects.filter(home_school=school)
    staff.update(rank_code="V.07.04.32", qualification="03", born="1985-04-12")
    for number, one in enumerate(staff.order_by("pk")):
        _number(one, "staff", f"0200850{number:05d}")
    _add(school, "staff", staff.values_list("pk", flat=True), OF_STAFF, now)


def _complete_pupils(school: Any, now: Any) -> None:
    from demo.tables import table

    pupils = table("records.Student").objects.filter(home_school=school)
    links = table("records.Guardianship").objects
    for number, one in enumerate(pupils.order_by("pk")):
        _number(one, "student", f"0203130{number:05d}")
        if not links.filter(student=one, relation="mother").exists():
            mother = table("records.Guardian").objects.create(
                name="Nông Thị Mẹ", name_search="nong thi me", created_at=now
            )
            links.create(
                student=one, guardian=mother, relation="mother", starts_on=date(2026, 8, 1)
            )
    _add(school, "student", pupils.values_list("pk", flat=True), OF_PUPILS, now)


def _number(row: Any, kind: str, number: str) -> None:
    from khue.records.queries.sealed import number_digest, seal_text

    row.personal_number_sealed = seal_text(number, f"{kind}.personal_number")
    row.personal_number_digest = number_digest(number, kind)
    row.number_findings = []
    row.save()


def _add(school: Any, part: str, ids: Any, values: dict[str, Any], now: Any) -> None:
    from django.conf import settings

    from demo.tables import table
    from khue.sector.queries.dossier import LABEL
    from kit.cipher import seal

    text = json.dumps(values)
    model = table("sector.Supplement")
    model.objects.bulk_create(
        model(
            school=school,
            province_id=school.province_id,
            part=part,
            local_id=one,
            values_sealed=seal(text, label=LABEL, key_hex=settings.FIELD_KEY),
            changed_at=now,
        )
        for one in ids
    )


def push(rounds: int) -> Told:
    """Check, approve, push, and push again."""
    from demo.tables import table
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        school = table("organisations.School").objects.get(organisation__code=CODE)
        return SchoolWalk(school.pk, school.province_id).run(rounds)


class SchoolWalk:
    """One school on its way to the gateway, and everybody whom it needs for that."""

    def __init__(self, school_id: int, province_id: int) -> None:
        from django.utils import timezone

        from khue.access.api import Actor, Granted, Role
        from khue.organisations.api import current_year, department_of, school_summary
        from khue.sector.api import Period
        from khue.sector.services.submissions import Target

        school = school_summary(school_id)
        self.now = timezone.now
        found = current_year(province_id, timezone.localdate())
        self.target = Target(school, found.start_year if found else 2026, Period.START)
        node = department_of(school.path) or school
        places = (
            Granted(Role.DEPARTMENT_OFFICER, node.path, node.id),
            Granted(Role.COMMUNE_OFFICER, school.path, school.id),
            Granted(Role.PRINCIPAL, school.path, school.id),
        )
        self.actor = Actor(0, "Phép đo", places, second_factor=True)

    def run(self, rounds: int) -> Told:
        self.open_window()
        told: Told = {"memory before": _memory()}
        told |= _timed("check", self.check, rounds)
        self.approve()
        told |= _timed("push", self.push, 1)
        told |= self._counts()
        told |= _timed("push again, nothing new", self._again, rounds)
        self._correct()
        told |= _timed("push again, ten pupils", self._again, 1)
        return {**told, "memory most": _memory()}

    def open_window(self) -> None:
        from khue.sector.services.windows import Days, set_window

        today = self.now().date()
        set_window(
            actor=self.actor,
            now=self.now(),
            province_id=self.target.school.province_id,
            year=self.target.year,
            period=self.target.period,
            days=Days(today - timedelta(days=2), today + timedelta(days=9), today),
        )

    def check(self) -> None:
        from khue.sector.services.checking import check_school

        check_school(actor=self.actor, now=self.now(), target=self.target)

    def approve(self) -> None:
        from khue.sector.rules.states import Stage
        from khue.sector.services.stages import approve, submit

        submit(actor=self.actor, now=self.now(), target=self.target)
        while approve(actor=self.actor, now=self.now(), target=self.target) != Stage.APPROVED:
            continue

    def push(self) -> None:
        from khue.sector.services.pushing import Run, push_due

        push_due(Run(), seconds=600)

    def order_again(self) -> None:
        from khue.sector.services.stages import push_again

        push_again(actor=self.actor, now=self.now(), target=self.target)

    def _again(self) -> None:
        self.order_again()
        self.push()

    def _correct(self) -> None:
        from demo.tables import table

        pupils = table("records.Student").objects.filter(home_school=self.target.school.id)
        chosen = list(pupils.order_by("pk").values_list("pk", flat=True)[:10])
        pupils.filter(pk__in=chosen).update(birth_place="Xã Nà Lầu")

    def _counts(self) -> Told:
        from demo.tables import table

        states = table("sector.KindState").objects.filter(school=self.target.school.id)
        receipts = table("sector.Receipt").objects.filter(school=self.target.school.id)
        return {
            "pupils": states.get(kind=4).records,
            "records": sum(states.values_list("records", flat=True)),
            "held": sum(states.values_list("held", flat=True)),
            "packages": receipts.count(),
        }


def _timed(name: str, act: Callable[[], None], rounds: int) -> Told:
    """Seconds and processor seconds of the middle round."""
    seconds, own = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        act()
        seconds.append(time.perf_counter() - begun)
        own.append(time.process_time() - worked)
    return {name: median(seconds), f"{name}, processor": median(own)}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    inside = {"fill": fill, "push": push}
    if sys.argv[1:2] == ["gateway"]:
        gateway()
    elif sys.argv[1:2] and sys.argv[1] in inside:
        django.setup()
        print(json.dumps(inside[sys.argv[1]](int(sys.argv[2]))))
    else:
        main()
