"""Two at one door at once: a code opens once, an account is made once, a child added once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from khue.access.api import Role
from khue.access.models import Account, EntryCode
from khue.access.services.entry_codes import (
    Proved,
    WrongEntryCode,
    _digest_of_code,
    ask_for_code,
    enter_by_phone,
    give_entry_code,
)
from khue.records.api import RecordRefused
from khue.records.services.family_access import open_account_by_phone
from khue.records.services.family_codes import new_link_code
from khue.records.services.joining import join_account
from khue.records.services.linking import WrongLink, link_child
from kit.fences import EVERYTHING, NOTHING, scoped
from kit.vietnamese import search_key
from tests.cast import NOW, Cast, make_grant, table
from tests.test_two_at_once import at_once, living

__all__ = ["living"]
PHONE, CODE = "0912000001", "314159"


def code_for_lan() -> int:
    """A code is on its way to chị Lan; its id."""
    ask_for_code(phone=PHONE, address=None, now=NOW)
    with scoped(EVERYTHING):
        row = EntryCode.objects.get()
        row.code_digest = _digest_of_code(row.pk, CODE)
        row.save()
    return row.pk


def split(results: list[Any], kind: type) -> tuple[int, list[str]]:
    """How many came through, and what the others were told."""
    through = [one for one in results if isinstance(one, kind)]
    return len(through), sorted(type(one).__name__ for one in results if one not in through)


def test_one_code_typed_twice_at_once_opens_once(living: Cast) -> None:
    code_for_lan()
    given = {"phone": PHONE, "typed": CODE, "address": None, "now": NOW}
    results = at_once(give_entry_code, given, given, scope=NOTHING)
    assert split(results, Proved) == (1, [WrongEntryCode.__name__])


def test_one_right_code_makes_one_session(living: Cast) -> None:
    code_id = code_for_lan()
    give_entry_code(phone=PHONE, typed=CODE, address=None, now=NOW)
    given = {
        "phone": PHONE,
        "code_id": code_id,
        "person": living.lan.guardian.pk,
        "address": None,
        "device": "",
        "now": NOW,
    }
    results = at_once(enter_by_phone, given, given, scope=NOTHING)
    assert split(results, str) == (1, [WrongEntryCode.__name__])


def test_one_adult_gets_one_account(living: Cast) -> None:
    with scoped(EVERYTHING):
        guardian = table("records.Guardian").objects.create(
            name="Đặng Thị Bưởi",
            name_search=search_key("Đặng Thị Bưởi"),
            phone="0911222333",
            created_at=NOW,
        )
        table("records.Guardianship").objects.create(
            student=living.classmates[0],
            guardian=guardian,
            relation="guardian",
            starts_on=date(2026, 8, 1),
        )
    given = {"guardian_id": guardian.pk, "now": NOW}
    results = at_once(open_account_by_phone, given, given, scope=NOTHING)
    assert len(set(results)) == 1
    assert Account.objects.filter(name="Đặng Thị Bưởi").count() == 1


def test_one_link_code_adds_one_child_once(living: Cast) -> None:
    child = living.classmates[0]
    code = new_link_code(
        student_id=child.pk,
        guardian_id=living.lan.guardian.pk,
        now=NOW,
        until=NOW + timedelta(days=30),
    )
    given = {
        "actor": living.lan.actor,
        "now": NOW,
        "code": code,
        "born": date.fromisoformat(child.born),
        "relation": "mother",
        "address": None,
    }
    results = at_once(link_child, given, given, scope=NOTHING)
    assert split(results, str) == (1, [WrongLink.__name__])
    with scoped(EVERYTHING):
        assert table("records.Guardianship").objects.filter(student=child).count() == 1


def test_one_account_is_joined_to_one_of_two_files(living: Cast) -> None:
    with scoped(EVERYTHING):
        account = table("access.Account").objects.create(
            login="mai.moi", name=living.mai.name, kind="staff", created_at=NOW
        )
        place = living.school.organisation
        make_grant(account, Role.PRINCIPAL, place.path, place.name, school=living.school)
        files = [living.mai.staff, living.hoa.staff]
        rows = table("records.Staff").objects.filter(pk__in=[one.pk for one in files])
        rows.update(account=None, name=living.mai.name)
    given = [
        {
            "actor": living.thu.actor,
            "now": NOW,
            "staff_id": one.pk,
            "account_id": account.pk,
        }
        for one in files
    ]
    results = at_once(join_account, *given, scope=EVERYTHING)
    assert split(results, str) == (1, [RecordRefused.__name__])
    with scoped(EVERYTHING):
        assert rows.filter(account_id=account.pk).count() == 1
