"""A notice to every family of the reference province: 204,551 families in 675 schools.

`python -m benchmarks.notices [--families N]` starts a PostgreSQL of its own with durable settings,
fills it with families that have telephones (every second one an account), and has an officer of the
department send one notice by SMS and in the product: the press of the button, then the slices that
background work writes until every message stands in the outbox, and the memory it takes. No
provider speaks.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from benchmarks.__main__ import own_cluster, surroundings
from benchmarks.measures import run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-notices"
FAMILIES, SCHOOLS = 204_551, 675
TITLE = "Nghỉ học vì rét đậm"
TEXT = "Ngày mai học sinh nghỉ vì rét dưới 7 độ. Gia đình em {ho_ten} giữ ấm cho em."
Told = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=FAMILIES)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster:
        told = _measured(cluster, asked.families)
    _print(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, families: int) -> Told:
    environment = {**surroundings(cluster.url(), HOME), "KHUE_DEMO": "1"}
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step("Fill the province", lambda: _run("fill", families, owner))
    return _run("send", families, environment)


def _run(what: str, families: int, environment: dict[str, str]) -> Told:
    told: Told = run_module("benchmarks.notices", what, str(families), environment=environment)
    return told


def _print(told: Told) -> None:
    many = told["readers"]
    print(f"\nOne notice to {many:,.0f} families, by SMS and in the product")
    print(f"  the press of the button          {told['button']:>8.1f} s")
    rate = many / told["outbox"]
    print(f"  until all stand in the outbox    {told['outbox']:>8.1f} s {rate:>9,.0f}/s")
    print(f"  messages in the outbox           {told['messages']:>8,.0f}")
    print(f"  memory, before                   {told['memory before']:>8.0f} MB")
    print(f"  memory, most                     {told['memory most']:>8.0f} MB")


def fill(families: int) -> Told:
    """Schools of one class each, children with a mother who has a telephone."""
    from datetime import date

    from django.utils import timezone

    from demo.blueprint import YEAR
    from demo.places import organisation
    from demo.tables import write
    from kit.fences import EVERYTHING, scoped

    now, since = timezone.now(), date(YEAR, 9, 1)
    with scoped(EVERYTHING):
        ministry = organisation("ministry", "BO", "Bộ GD&ĐT", None)
        department = organisation("department", "20", "Sở GD&ĐT", ministry)
        rooms = [_room(department, number, YEAR) for number in range(SCHOOLS)]
        for number, room in enumerate(rooms):
            here = families // SCHOOLS + (number < families % SCHOOLS)
            first = number * 10_000
            where = {"school_id": room.school_id, "province": department}
            pupils = write("records.Student", [_pupil(where, first + n, now) for n in range(here)])
            seats = [_seat(where, room, pupil, since) for pupil in pupils]
            write("records.Enrolment", seats)
            accounts = write(
                "access.Account", [_account(first + n, now) for n in range(0, here, 2)]
            )
            mothers = write(
                "records.Guardian",
                [_mother(first + n, None if n % 2 else accounts[n // 2], now) for n in range(here)],
            )
            write("records.Guardianship", [
                {"student": child, "guardian": mother, "relation": "mother", "starts_on": since}
                for child, mother in zip(pupils, mothers, strict=True)
            ])  # fmt: skip
    return {}


def _room(department: Any, number: int, year: int) -> Any:
    from datetime import date

    from demo.places import organisation
    from demo.tables import table

    made = organisation("school", f"T{number}", f"Trường số {number}", department)
    school = table("organisations.School").objects.create(
        organisation=made, province=department, supervisor=department, managed_by="SO",
        level_group="07", levels=["03"], school_type="07", area_kind="04",
        founded_on=date(1998, 9, 1),
    )  # fmt: skip
    return table("organisations.SchoolClass").objects.create(
        school=school, year=year, name="8A", name_key="8a", level="03", grades=["08"],
    )  # fmt: skip


def _pupil(where: dict[str, Any], number: int, now: Any) -> dict[str, Any]:
    from kit.vietnamese import given_name_key, search_key

    name = f"Nông Văn {number}"
    return {
        "name": name, "name_key": given_name_key(name), "name_search": search_key(name),
        "sex": "M", "born": "2013", "ethnic_group": "01", "home_school_id": where["school_id"],
        "province": where["province"], "created_at": now,
    }  # fmt: skip


def _seat(where: dict[str, Any], room: Any, pupil: Any, since: Any) -> dict[str, Any]:
    return {
        **where, "student": pupil, "school_class": room, "year": room.year, "grade": "08",
        "status": "studying", "starts_on": since,
    }  # fmt: skip


def _account(number: int, now: Any) -> dict[str, Any]:
    return {
        "login": f"ph{number}", "name": f"Nông Thị {number}", "kind": "guardian", "password": "",
        "created_at": now, "password_changed_at": now,
    }  # fmt: skip


def _mother(number: int, account: Any, now: Any) -> dict[str, Any]:
    return {
        "name": f"Nông Thị {number}", "name_search": f"nong thi {number}",
        "phone": f"09{number:08}", "account": account, "created_at": now,
    }  # fmt: skip


def send(families: int) -> Told:
    """As the web role: the press of the button, then the slices one after another."""
    from django.db import transaction
    from django.utils import timezone

    from demo.tables import table
    from khue.contactbook.api import Audience, send_notice
    from khue.contactbook.services.notice_work import operation_of
    from khue.contactbook.services.notices import deliver_next
    from kit.fences import EVERYTHING, scoped

    now = timezone.localtime().replace(hour=9)
    told: Told = {"memory before": _memory()}
    with scoped(EVERYTHING):
        department = table("organisations.Organisation").objects.get(kind="department")
        actor = _officer(department)
        made: list[int] = []
        told["button"] = _timed(
            lambda: made.append(
                send_notice(
                    actor=actor, now=now, title=TITLE, text=TEXT, channels=("sms",),
                    audience=Audience("area", department.pk),
                )
            )
        )  # fmt: skip

        def slices() -> None:
            more = True
            while more:
                with transaction.atomic():
                    notice = table("contactbook.Notice").objects.get(pk=made[0])
                    more = deliver_next(actor, now, notice, operation_of(actor, now))

        told["outbox"] = _timed(slices)
        told["readers"] = table("contactbook.Receipt").objects.count()
        told["messages"] = table("messaging.Message").objects.count()
    told["memory most"] = _memory()
    assert told["readers"] == families, told
    return told


def _officer(department: Any) -> Any:
    from datetime import date

    from django.utils import timezone

    from demo.tables import write
    from khue.access.api import Role, actor_of_account

    facts = _account(99_999_999, "2026-09-01T00:00:00Z") | {"kind": "officer"}
    (account,) = write("access.Account", [facts])
    write("access.Grant", [{
        "account": account, "role": Role.DEPARTMENT_OFFICER, "place": department.path,
        "place_name": department.name, "province_id": department.pk,
        "valid_from": date(2025, 8, 1), "granted_at": "2025-08-01T00:00:00Z",
    }])  # fmt: skip
    return actor_of_account(account.pk, account.name, timezone.localdate())


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in ("fill", "send"):
        django.setup()
        print(json.dumps((fill if sys.argv[1] == "fill" else send)(int(sys.argv[2]))))
    else:
        main()
