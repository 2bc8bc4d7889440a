"""Looking after others: never above the own place, never stronger than oneself."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import load_workbook

from khue.access.models import Account, Grant, Session
from khue.access.queries import actor_of_account
from khue.access.queries.managing import AccountFilter, managed_accounts
from khue.access.rules.gate import OutsidePlace, Refused
from khue.access.rules.roles import Role
from khue.access.services.delegating import NotDelegated, delegate_role, withdraw_delegation
from khue.access.services.managing import (
    NeedsReason,
    NotGranted,
    TooManySlips,
    close_account,
    hand_out_role,
    open_account,
    print_slips,
    reopen_account,
    reset_second_factor,
    withdraw_grant,
)
from khue.access.tests.people import NOW, enter, signed_in
from khue.ledger.models import Entry
from kit.fences import EVERYTHING, scoped
from tests.cast import PASSWORD, TODAY, Cast

WEEK = timedelta(days=7)


def hand_out(cast: Cast, by: str, to: str, role: Role, path: str, **more: Any) -> int:
    given = {"valid_from": TODAY, "valid_to": None, "reason": "Quyết định số 12", **more}
    return hand_out_role(
        actor=cast.people[by].actor,
        now=NOW,
        account_id=cast.people[to].account.pk,
        role=role,
        path=path,
        **given,
    )


def school(cast: Cast) -> str:
    return str(cast.school.organisation.path)


def test_a_principal_hands_out_roles_of_the_school(cast: Cast) -> None:
    made = hand_out(cast, "mai", "hoa", Role.VICE_PRINCIPAL, school(cast))
    grant = Grant.objects.get(pk=made)
    assert (grant.school_id, grant.granted_by_id) == (cast.school.pk, cast.mai.account.pk)
    with scoped(EVERYTHING):
        entry = Entry.objects.get(subject=f"account:{cast.hoa.account.pk}", action="grant")
    assert entry.reason == "Quyết định số 12"
    assert entry.label == "Phó hiệu trưởng, Trường THCS Sao Khuê"


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.VICE_PRINCIPAL])
def test_nobody_hands_out_a_stronger_role(cast: Cast, role: Role) -> None:
    with pytest.raises(NotGranted):
        hand_out(cast, "thu", "hoa", role, school(cast))


def test_nobody_hands_out_roles_above_the_own_place(cast: Cast) -> None:
    with pytest.raises(Refused):
        hand_out(cast, "mai", "hoa", Role.COMMUNE_OFFICER, cast.commune.path)
    with pytest.raises(OutsidePlace):
        hand_out(cast, "mai", "hoa", Role.STAFF, cast.other_school.organisation.path)


def test_a_role_belongs_to_a_kind_of_place(cast: Cast) -> None:
    with pytest.raises(NotGranted):
        hand_out(cast, "dung", "hoa", Role.PRINCIPAL, cast.department.path)
    with pytest.raises(NotGranted):
        hand_out(cast, "dung", "hoa", Role.HOMEROOM_TEACHER, school(cast))


def test_nobody_hands_out_a_role_to_oneself(cast: Cast) -> None:
    with pytest.raises(Refused, match="chính mình"):
        hand_out(cast, "mai", "mai", Role.OFFICE, school(cast))


def test_the_same_role_is_not_handed_out_twice(cast: Cast) -> None:
    hand_out(cast, "mai", "hoa", Role.STAFF, school(cast))
    with pytest.raises(NotGranted, match="đang giữ"):
        hand_out(cast, "mai", "hoa", Role.STAFF, school(cast))


def test_days_and_reason_must_make_sense(cast: Cast) -> None:
    with pytest.raises(NotGranted, match="đứng trước"):
        hand_out(cast, "mai", "hoa", Role.STAFF, school(cast), valid_to=TODAY - WEEK)
    with pytest.raises(NeedsReason):
        hand_out(cast, "mai", "hoa", Role.STAFF, school(cast), reason=" ")


def act(cast: Cast, by: str, to: str) -> dict[str, Any]:
    people = cast.people
    return {
        "actor": people[by].actor,
        "now": NOW,
        "account_id": people[to].account.pk,
        "reason": "Theo đề nghị",
    }


@pytest.mark.parametrize(
    ("by", "to", "outcome"),
    [
        ("mai", "hoa", None),
        ("mai", "lan", None),
        ("thu", "hoa", None),
        ("thu", "minh", None),
        ("ha", "mai", None),
        ("dung", "mai", None),
        ("dung", "ha", None),
        ("thu", "mai", Refused),
        ("mai", "nam", OutsidePlace),
        ("mai", "dung", Refused),
        ("ha", "nam", OutsidePlace),
        ("hoa", "binh", Refused),
        ("mai", "mai", Refused),
        ("mai", "stranger", OutsidePlace),
    ],
)
def test_whose_account_may_be_closed(
    cast: Cast, by: str, to: str, outcome: type[Exception] | None
) -> None:
    if outcome:
        with pytest.raises(outcome):
            close_account(**act(cast, by, to))
    else:
        close_account(**act(cast, by, to))
    closed = Account.objects.get(pk=cast.people[to].account.pk).closed_at is not None
    assert closed is (outcome is None)


def test_a_teacher_of_two_schools_is_looked_after_from_above(cast: Cast) -> None:
    hand_out(cast, "dung", "hoa", Role.STAFF, cast.other_school.organisation.path)
    with pytest.raises(Refused, match="Đồi Sim"):
        close_account(**act(cast, "mai", "hoa"))
    close_account(**act(cast, "dung", "hoa"))


def test_an_account_is_closed_and_opened_again(cast: Cast) -> None:
    client = cast.client("hoa")
    close_account(**act(cast, "mai", "hoa"))
    assert client.get("/tai-khoan-cua-toi/").status_code == 302
    assert enter(Client(), "gv.hoa", PASSWORD).status_code == 422
    reopen_account(**act(cast, "mai", "hoa"))
    assert enter(Client(), "gv.hoa", PASSWORD).status_code == 302


def test_a_lost_phone_is_reset_with_a_reason(cast: Cast) -> None:
    with pytest.raises(NeedsReason):
        reset_second_factor(**{**act(cast, "dung", "mai"), "reason": ""})
    reset_second_factor(**act(cast, "dung", "mai"))
    account = Account.objects.get(pk=cast.mai.account.pk)
    assert (account.totp_sealed, account.totp_confirmed_at) == ("", None)


def test_slips_end_passwords_and_sessions(cast: Cast) -> None:
    client = cast.client("hoa")
    ids = [cast.lan.account.pk, cast.hoa.account.pk, cast.binh.account.pk]
    slips = print_slips(actor=cast.thu.actor, now=NOW, account_ids=ids)
    assert [slip.name for slip in slips] == ["Lý Văn Bình", "Nông Thị Hoa", "Đàm Thị Lan"]
    assert len({slip.code for slip in slips}) == 3
    assert client.get("/tai-khoan-cua-toi/").status_code == 302
    assert enter(Client(), "gv.hoa", PASSWORD).status_code == 422


def test_slips_are_printed_for_all_or_for_none(cast: Cast) -> None:
    ids = [cast.hoa.account.pk, cast.mai.account.pk]
    with pytest.raises(Refused):
        print_slips(actor=cast.thu.actor, now=NOW, account_ids=ids)
    assert Account.objects.get(pk=cast.hoa.account.pk).password
    with pytest.raises(TooManySlips):
        print_slips(actor=cast.thu.actor, now=NOW, account_ids=range(501))


def test_the_printed_page_is_never_kept(cast: Cast) -> None:
    ids = {"ids": [str(cast.hoa.account.pk), str(cast.lan.account.pk)]}
    response = cast.client("thu").post("/tai-khoan/in-phieu/", ids)
    assert "no-store" in response["Cache-Control"]
    assert response.text.count('class="slip"') == 2
    assert "Nông Thị Hoa" in response.text
    assert "http://testserver" in response.text


def test_an_officer_is_added_with_a_first_role(cast: Cast) -> None:
    made = open_account(
        actor=cast.dung.actor,
        now=NOW,
        login="xa.moi",
        name="Lò Thị Mới",
        kind="officer",
        role=Role.COMMUNE_OFFICER,
        path=cast.other_commune.path,
        valid_from=TODAY,
        valid_to=None,
    )
    assert actor_of_account(made, "", TODAY).roles == [Role.COMMUNE_OFFICER]


def test_a_role_is_taken_back_but_not_one_that_follows_an_assignment(cast: Cast) -> None:
    made = hand_out(cast, "mai", "hoa", Role.STAFF, school(cast))
    given: Any = {"actor": cast.mai.actor, "now": NOW, "reason": "Hết việc"}
    withdraw_grant(grant_id=made, **given)
    assert Role.STAFF not in cast.hoa.actor.roles
    taught = Grant.objects.get(account=cast.hoa.account, role=Role.SUBJECT_TEACHER)
    Grant.objects.filter(pk=taught.pk).update(source="assignment")
    with pytest.raises(Refused, match="phân công"):
        withdraw_grant(grant_id=taught.pk, **given)
    with pytest.raises(OutsidePlace):
        withdraw_grant(grant_id=0, **given)


@pytest.mark.parametrize(
    ("by", "wanted", "found"),
    [
        ("mai", "nong thi hoa", {"gv.hoa"}),
        ("mai", "GV.", {"gv.hoa", "gv.mai", "gv.thu", "gv.binh"}),
        ("mai", "hoang van nam", set()),
        ("ha", "", {"xa.ha", "gv.hoa", "gv.mai", "gv.thu", "gv.binh"}),
        ("hoa", "", set()),
    ],
)
def test_the_list_holds_the_accounts_of_the_own_place(
    cast: Cast, by: str, wanted: str, found: set[str]
) -> None:
    listed = managed_accounts(cast.people[by].actor, AccountFilter(wanted=wanted), now=NOW)
    assert {one.login for one in listed} == found


def test_the_list_is_filtered_and_sorted_by_given_name(cast: Cast) -> None:
    def listed(**chosen: str) -> list[str]:
        found = managed_accounts(cast.mai.actor, AccountFilter(**chosen), now=NOW)
        return [one.name for one in found]

    staff = ["Lý Văn Bình", "Nông Thị Hoa", "Lương Thị Mai", "Vi Thị Thu"]
    assert listed(kind="staff") == staff
    assert listed(kind="staff", sort="-name") == staff[::-1]
    assert listed(kind="guardian") == ["Đàm Thị Lan"]
    assert listed(role="homeroom_teacher") == ["Lý Văn Bình"]
    assert listed(state="closed") == []


# --- delegation -------------------------------------------------------------------------------


def delegate(cast: Cast, to: str = "hoa", by: str = "mai", **more: Any) -> int:
    own = Grant.objects.filter(account=cast.people[by].account).order_by("id")[0]
    days = {"first": TODAY, "last": TODAY + WEEK, **more}
    return delegate_role(
        actor=cast.people[by].actor,
        now=NOW,
        grant_id=own.pk,
        account_id=cast.people[to].account.pk,
        reason="Đi công tác",
        **days,
    )


def lasting(grant_id: int) -> None:
    """Let a delegation hold on whatever day the test is run."""
    Grant.objects.filter(pk=grant_id).update(valid_to=date(2099, 1, 1))


def holds(cast: Cast, day: date, person: str = "hoa") -> bool:
    account = cast.people[person].account
    return Role.PRINCIPAL in actor_of_account(account.pk, account.name, day).roles


def test_a_leader_lends_the_role_and_it_ends_by_itself(cast: Cast) -> None:
    delegate(cast)
    days = [TODAY - WEEK, TODAY, TODAY + WEEK, TODAY + WEEK + timedelta(days=1)]
    assert [holds(cast, day) for day in days] == [False, True, True, False]
    with scoped(EVERYTHING):
        traced = Entry.objects.filter(action__in=["grant", "delegate"]).values_list(
            "subject", flat=True
        )
        assert set(traced) == {f"account:{cast.people[key].account.pk}" for key in ("hoa", "mai")}


def test_delegations_are_taken_along_by_both_sides(cast: Cast) -> None:
    lasting(delegate(cast))
    for person, word, other in [("mai", "Giao cho", cast.hoa), ("hoa", "Nhận từ", cast.mai)]:
        answer = cast.client(person, second_factor=True).get("/uy-quyen/?format=xlsx")
        rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert rows[0][0] == "Danh sách ủy quyền"
        (line,) = rows[3:]
        assert line[:3] == [word, other.name, "Hiệu trưởng"]
        assert line[4:6] == [TODAY, date(2099, 1, 1)]
        assert line[7] == "Đi công tác"


def test_whoever_is_lent_a_leader_s_role_owes_a_code(cast: Cast) -> None:
    lasting(delegate(cast))
    client = cast.client("hoa", second_factor=False)
    assert client.get("/tai-khoan-cua-toi/").status_code == 302


@pytest.mark.parametrize(
    ("to", "more"),
    [
        ("nam", {}),
        ("lan", {}),
        ("stranger", {}),
        ("mai", {}),
        ("hoa", {"last": TODAY - WEEK}),
        ("hoa", {"last": TODAY + timedelta(days=400)}),
    ],
)
def test_a_role_is_lent_only_within_the_house_and_for_a_while(
    cast: Cast, to: str, more: dict[str, Any]
) -> None:
    with pytest.raises(NotDelegated):
        delegate(cast, to, **more)


def test_what_was_lent_is_not_lent_on(cast: Cast) -> None:
    lent = delegate(cast)
    with pytest.raises(OutsidePlace):
        delegate_role(
            actor=cast.hoa.actor,
            now=NOW,
            grant_id=lent,
            account_id=cast.binh.account.pk,
            first=TODAY,
            last=TODAY + WEEK,
            reason="",
        )


def test_what_was_lent_ends_with_the_role_it_came_from(cast: Cast) -> None:
    delegate(cast)
    Grant.objects.filter(account=cast.mai.account).update(valid_to=TODAY)
    assert holds(cast, TODAY)
    assert not holds(cast, TODAY + timedelta(days=1))


def test_whoever_lent_it_takes_it_back(cast: Cast) -> None:
    lent = delegate(cast)
    with pytest.raises(OutsidePlace):
        withdraw_delegation(actor=cast.thu.actor, now=NOW, grant_id=lent, reason="")
    withdraw_delegation(actor=cast.mai.actor, now=NOW, grant_id=lent, reason="Về sớm")
    assert not holds(cast, TODAY)


def test_both_see_the_delegation(cast: Cast) -> None:
    lasting(delegate(cast))
    assert "Nông Thị Hoa" in cast.client("mai").get("/uy-quyen/").text
    shown = cast.client("hoa", second_factor=True).get("/tai-khoan-cua-toi/")
    assert "Ủy quyền của Lương Thị Mai" in shown.text


def test_sessions_of_the_acting_person_stay(cast: Cast) -> None:
    actor = signed_in(cast.mai.account, second_factor=True)
    close_account(**{**act(cast, "mai", "hoa"), "actor": actor})
    assert Session.objects.get(pk=actor.session_key).ended_at is None
