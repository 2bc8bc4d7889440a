"""Grants hold between their days, follow facts of other contexts, and leave a trace."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from khue.access.api import (
    LoginMalformed,
    LoginTaken,
    NewAccount,
    NewGrant,
    Role,
    accounts_by_ids,
    actor_of_account,
    child_place,
    class_place,
    create_account,
    create_accounts,
    end_grants,
    grant_role,
    grant_roles,
    issue_slip_code,
    rename_account,
    suggest_login,
    suggest_logins,
)
from khue.access.models import Account, Grant
from khue.access.tests.people import SYSTEM
from khue.ledger.models import Entry
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)


def roles_on(cast: Cast, day: date) -> list[Role]:
    account = cast.stranger.account
    return actor_of_account(account.pk, account.name, day).roles


def teach(cast: Cast, *, first: date = FIRST, last: date | None = None, key: str = "t:1") -> int:
    return grant_role(
        operation=SYSTEM,
        account_id=cast.stranger.account.pk,
        role=Role.HOMEROOM_TEACHER,
        place=class_place(cast.school.organisation.path, cast.sister_class.pk),
        place_name="Lớp 8B",
        school_id=cast.school.pk,
        province_id=cast.department.pk,
        valid_from=first,
        valid_to=last,
        source="assignment",
        source_key=key,
    )


def entries(cast: Cast) -> list[tuple[str, str, object]]:
    with scoped(EVERYTHING):
        found = Entry.objects.filter(subject=f"account:{cast.stranger.account.pk}").order_by("id")
        return [(one.action, one.label, one.new) for one in found]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (FIRST - timedelta(days=1), False),
        (FIRST, True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
    ],
)
def test_a_grant_holds_from_its_first_to_its_last_day(
    cast: Cast, day: date, *, holds: bool
) -> None:
    teach(cast, last=LAST)
    assert (Role.HOMEROOM_TEACHER in roles_on(cast, day)) is holds


def test_the_same_fact_again_adjusts_its_days(cast: Cast) -> None:
    made = teach(cast)
    assert teach(cast, last=LAST) == made
    assert teach(cast, last=LAST) == made
    assert Grant.objects.filter(source_key="t:1").count() == 1
    assert [action for action, _, _ in entries(cast)] == ["grant", "adjust_grant"]


def test_a_fact_that_ends_takes_its_grants_along(cast: Cast) -> None:
    teach(cast)
    teach(cast, key="t:2")
    day = date(2026, 10, 15)
    assert end_grants(operation=SYSTEM, source_key="t:1", day=day, reason="Đổi phân công") == 1
    Grant.objects.filter(source_key="t:2").delete()
    assert Role.HOMEROOM_TEACHER in roles_on(cast, day)
    assert roles_on(cast, day + timedelta(days=1)) == []
    assert entries(cast)[-1] == (
        "end_grant",
        "Giáo viên chủ nhiệm, Lớp 8B",
        "đến hết 15/10/2026",
    )


def test_what_ends_before_it_begins_never_held(cast: Cast) -> None:
    teach(cast, first=date(2026, 10, 1))
    end_grants(operation=SYSTEM, source_key="t:1", day=date(2026, 9, 20))
    assert roles_on(cast, date(2026, 10, 2)) == []
    assert end_grants(operation=SYSTEM, source_key="t:1", day=date(2026, 9, 20)) == 0


def test_many_grants_are_written_at_once(cast: Cast, django_assert_max_num_queries: object) -> None:
    wanted = [
        NewGrant(
            cast.stranger.account.pk,
            Role.GUARDIAN,
            child_place(number),
            f"Em số {number}",
            cast.school.pk,
            cast.department.pk,
            FIRST,
            source="family",
            source_key=f"g:{number}",
        )
        for number in range(300)
    ]
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert grant_roles(operation=SYSTEM, grants=wanted) == 300


def test_nothing_is_granted_when_the_use_case_fails(cast: Cast) -> None:
    def fail_after_granting() -> None:
        with transaction.atomic():
            teach(cast)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_granting()
    assert not Grant.objects.filter(source_key="t:1").exists()
    assert entries(cast) == []


# --- accounts ---------------------------------------------------------------------------------


def test_login_names_are_suggested_without_repeats(cast: Cast) -> None:
    create_account(operation=SYSTEM, login="hoant", name="Nguyễn Thị Hoa", kind="staff")
    assert suggest_login("Nông Thị Hòa") == "hoant2"
    names = ["Ngô Thu Hoa", "Nghiêm Thị Hoa", "Lê An"]
    assert suggest_logins(names) == ["hoant2", "hoant3", "anl"]
    assert suggest_login("Triệu Minh", kind="student") == "hs.minht"


def test_a_guardian_signs_in_with_the_phone_while_it_is_free(cast: Cast) -> None:
    assert suggest_login("Lê Lan", kind="guardian", phone="0987 654 321") == "0987654321"
    assert suggest_login("Lê Lan", kind="guardian", phone="0912000001") == "lanl"


def test_a_taken_login_is_refused_in_words(cast: Cast) -> None:
    with pytest.raises(LoginTaken, match=r"gv\.hoa"):
        create_account(operation=SYSTEM, login="gv.hoa", name="Ai Đó", kind="staff")
    people = [NewAccount("hai.nguoi", "Một", "staff"), NewAccount("hai.nguoi", "Hai", "staff")]
    with pytest.raises(LoginTaken):
        create_accounts(operation=SYSTEM, people=people)
    assert not Account.objects.filter(login="hai.nguoi").exists()


@pytest.mark.parametrize("login", ["", "ab", "Có Dấu", "a b c", "x" * 65, "-abc"])
def test_a_malformed_login_is_refused_in_words(cast: Cast, login: str) -> None:
    with pytest.raises(LoginMalformed, match="không dùng được"):
        create_account(operation=SYSTEM, login=login, name="Ai Đó", kind="staff")


def test_a_card_tells_whether_the_account_is_ready(cast: Cast) -> None:
    made = create_account(operation=SYSTEM, login="moi.den", name="Hà Mới", kind="staff")
    cards = accounts_by_ids([made, cast.hoa.account.pk])
    assert not cards[made].ready
    assert cards[cast.hoa.account.pk].ready
    issue_slip_code(operation=SYSTEM, account_id=cast.hoa.account.pk)
    assert not accounts_by_ids([cast.hoa.account.pk])[cast.hoa.account.pk].ready


def test_a_new_name_is_found_and_traced(cast: Cast) -> None:
    rename_account(operation=SYSTEM, account_id=cast.stranger.account.pk, name="Đỗ Thị Ước")
    found = Account.objects.get(name_search__contains="uoc")
    assert found.pk == cast.stranger.account.pk
    assert entries(cast) == [("rename", "họ và tên", "Đỗ Thị Ước")]
