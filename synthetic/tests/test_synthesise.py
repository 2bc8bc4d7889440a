"""Making, checking and removing a small synthetic province in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from khue.access.api import actor_of_account
from khue.organisations.api import schools_in_reach
from khue.records.queries.sealed import open_text
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from synthetic.build import province_of, standing
from synthetic.management.commands.synthesise import DEMONSTRATION_PASSWORD
from synthetic.plan import YEAR
from synthetic.school import plan_school
from tests.cast import NOW, TODAY, make_organisation, table
from tests.database import Server, point_to

SCHOOLS = 3


def synthesise(*options: str) -> str:
    told = StringIO()
    call_command("synthesise", "--skeleton", "--no-figures", *options, stdout=told, stderr=told)
    return told.getvalue()


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """Three schools in a database of their own; what the command said."""
    before = connection.settings_dict["NAME"]
    name = database_server.copy(template_database, "synthetic")
    with django_db_blocker.unblock():
        point_to(database_server, name)
        yield synthesise("--skeleton", "--schools", str(SCHOOLS))
        connections.close_all()
        point_to(database_server, before)
    database_server.drop(name)


@pytest.fixture
def province(made: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The same three schools for every test: what one changes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), scoped(EVERYTHING):
        yield made
        transaction.set_rollback(True)


def rows(label: str, **where: Any) -> Any:
    return table(label).objects.filter(**where)


def test_a_small_province_stands_as_it_was_planned(province: str) -> None:
    row = standing()
    assert row is not None
    assert (row.finished_at is not None, row.schools_done) == (True, SCHOOLS)
    planned = [plan_school(province_of(row), one) for one in province_of(row).schools]
    seated = rows("records.Enrolment", year=YEAR, status="studying")
    assert seated.count() == sum(one.outline.size for one in planned)
    assert f"{seated.count()}" in province
    assert "Mọi số liệu đều khớp" in synthesise("--check")
    for school in planned:
        found = rows("organisations.Organisation", pk=school.id).get()
        assert (found.name, found.path) == (school.outline.name, school.path)


def test_the_check_finds_a_child_that_is_gone(province: str) -> None:
    seat = rows("records.Enrolment", year=YEAR).first()
    seat.delete()
    told = StringIO()
    with pytest.raises(CommandError, match="khác với số liệu đã biết"):
        call_command("synthesise", "--check", stdout=told, stderr=told)
    assert "Học sinh theo khối" in told.getvalue()


def test_sealed_numbers_open_and_digests_find_them(province: str) -> None:
    row = standing()
    assert row
    school = plan_school(province_of(row), province_of(row).schools[0])
    known = {one.id: one for one in school.pupils}
    for found in rows("records.Student", pk__in=list(known)):
        opened = open_text(found.personal_number_sealed, "student.personal_number")
        assert opened == known[found.pk].number
        assert bool(found.personal_number_digest) == bool(opened)


def test_the_people_of_the_province_can_sign_in(province: str, client: Client) -> None:
    answer = client.post("/dang-nhap/", {"login": "gv.001.01", "password": DEMONSTRATION_PASSWORD})
    assert answer.status_code == 302
    assert rows("access.Session", account__login="gv.001.01").exists()


def test_the_gate_knows_them(province: str) -> None:
    for login, seen in (("so.01", SCHOOLS), ("ht.001", 1), ("gv.002.01", 1)):
        account = rows("access.Account", login=login).get()
        actor = actor_of_account(account.pk, account.name, TODAY)
        assert len(schools_in_reach(actor, "organisations.view_school", 10)) == seen


def test_whoever_writes_next_gets_an_id_behind(province: str) -> None:
    highest = rows("records.Guardian").order_by("-pk").first().pk
    made = table("records.Guardian").objects.create(
        name="Người Mới", name_search="nguoi moi", created_at="2026-11-22T00:00Z"
    )
    assert made.pk > highest


def test_each_school_has_its_entry_in_the_ledger(province: str) -> None:
    entries = rows("ledger.Entry", action="import", reason="Dựng tỉnh tổng hợp")
    assert entries.count() == SCHOOLS
    assert set(entries.values_list("school_id", flat=True)) == set(
        rows("organisations.School").values_list("pk", flat=True)
    )


def test_removing_leaves_nothing_but_the_ledger(province: str) -> None:
    assert "Đã gỡ bỏ" in synthesise("--remove")
    for label in ("organisations.Organisation", "records.Student", "access.Account",
                  "access.Grant", "records.Guardian", "organisations.SchoolYear"):  # fmt: skip
        assert not rows(label).exists(), label
    assert rows("ledger.Entry", action="remove").exists()
    assert rows("organisations.Subject").exists()
    assert "1/1 trường" in synthesise("--skeleton", "--schools", "1")


def test_a_ministry_that_stood_before_is_used_and_stays(province: str) -> None:
    synthesise("--remove")
    ministry = make_organisation("ministry", "BO-CU", "Bộ đã có từ trước")
    synthesise("--skeleton", "--schools", "1")
    school = rows("organisations.Organisation", kind="school").get()
    assert school.path.startswith(f"/{ministry.pk}/")
    synthesise("--remove")
    assert [one.code for one in rows("organisations.Organisation")] == ["BO-CU"]


def test_the_live_figures_follow_by_themselves(province: str) -> None:
    row = standing()
    assert row is not None
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
        at_department = rows("statistics.Figure", place_id=province_of(row).department_id)
        told = at_department.get(year=YEAR, theme="enrolment").counts
    assert told["pupils"] == sum(one.size for one in province_of(row).schools)


def test_a_second_province_is_refused(province: str) -> None:
    with pytest.raises(CommandError, match="Ở đây đã có tỉnh tổng hợp"):
        synthesise("--skeleton", "--schools", "1")


def test_a_province_that_was_broken_off_is_removed_first(province: str) -> None:
    row = standing()
    assert row
    row.finished_at, row.schools_done = None, 2
    row.save()
    with pytest.raises(CommandError, match="dừng lại sau 2/3 trường"):
        synthesise("--skeleton", "--schools", "1")
