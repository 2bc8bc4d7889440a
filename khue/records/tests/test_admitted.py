"""Who was let in before there was a file: shown, joined by a person or a login, never by a name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from khue.access.api import OutsidePlace, Refused, Role, scope_of
from khue.intake.queries.runs import RowView, plan_page, rows_of, run_view
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import receive_file
from khue.intake.services.undoing import undo_run
from khue.intake.tests.sheets import workbook
from khue.records.api import PostingFacts, RecordRefused, StaffFacts, create_staff
from khue.records.models import Posting, Staff
from khue.records.queries.admitted import free_accounts, staff_to_compare
from khue.records.services.entering import open_staff_accounts
from khue.records.services.joining import join_account
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, TODAY, YEAR, Cast, make_account, make_grant, table

NAME, LOGIN = "Hoàng Thị Sen", "sen.hoang"
POST = PostingFacts(kind="02", starts_on=TODAY)
HEADER = ["TT", "Họ và tên", "Ngày sinh", "Phái", "Chức vụ", "Tài khoản đã có"]


def let_in(
    cast: Cast, login: str, name: str, school: Any = None, role: Role = Role.VICE_PRINCIPAL
) -> Any:
    """The department gives somebody an account at a school."""
    at = school or cast.school
    account = make_account(login, name, "staff")
    place = at.organisation
    make_grant(account, role, place.path, place.name, school=at, province=cast.department)
    return account


@pytest.fixture
def sen(cast: Cast) -> Any:
    """Whom the department let in as deputy head before the school had her file."""
    for code, title in [("02", "Phó hiệu trưởng"), ("28", "Cấp THCS")]:
        table("organisations.Code").objects.create(list="staff-kinds", code=code, name=title)
    account = let_in(cast, LOGIN, NAME)
    set_scope(scope_of(cast.thu.actor))
    return account


def file_of(cast: Cast, name: str = NAME, **more: Any) -> Staff:
    made = create_staff(
        actor=cast.thu.actor, now=NOW, school_id=cast.school.pk,
        facts=StaffFacts(name=name, sex="F", born="1980"), posting=POST, **more,
    )  # fmt: skip
    return Staff.objects.get(pk=made.id)


def join(cast: Cast, staff: Staff, account: Any, by: str = "thu") -> str:
    return join_account(
        actor=cast.people[by].actor, now=NOW, staff_id=staff.pk, account_id=account.pk
    )


def test_a_file_is_joined_to_the_account_that_stands(cast: Cast, sen: Any) -> None:
    staff = file_of(cast)
    many = table("access.Account").objects.count()
    assert join(cast, staff, sen) == LOGIN
    assert Staff.objects.get(pk=staff.pk).account_id == sen.pk
    assert table("access.Account").objects.count() == many
    held = table("access.Grant").objects.filter(account=sen, ended_at__isnull=True)
    assert set(held.values_list("role", flat=True)) == {Role.VICE_PRINCIPAL, Role.STAFF}
    (told,) = table("ledger.Entry").objects.filter(action="join_account")
    assert (told.subject, told.school_id) == (f"staff:{staff.pk}", cast.school.pk)
    assert LOGIN in told.label
    assert free_accounts(cast.school.pk, TODAY) == []


def test_nobody_is_joined_by_a_name_alone(cast: Cast, sen: Any) -> None:
    staff = file_of(cast)
    assert Staff.objects.get(pk=staff.pk).account_id is None
    assert staff_to_compare(cast.school.pk, TODAY) == {staff.pk: NAME}
    open_staff_accounts(actor=cast.thu.actor, now=NOW, school_id=cast.school.pk)
    assert Staff.objects.get(pk=staff.pk).account_id is None
    join(cast, staff, sen)
    assert staff_to_compare(cast.school.pk, TODAY) == {}


def test_a_name_without_diacritics_is_shown_and_takes_the_name_of_the_file(cast: Cast) -> None:
    account = let_in(cast, LOGIN, "Hoang Thi Sen")
    with scoped(EVERYTHING):
        staff = file_of(cast)
        assert staff_to_compare(cast.school.pk, TODAY) == {staff.pk: NAME}
        join(cast, staff, account)
        account.refresh_from_db()
        assert account.name == NAME


def test_another_name_is_no_match(cast: Cast, sen: Any) -> None:
    staff = file_of(cast, "Hoàng Thị Sơn")
    assert staff_to_compare(cast.school.pk, TODAY) == {}
    with pytest.raises(RecordRefused, match="mang tên Hoàng Thị Sen, hồ sơ mang tên Hoàng Thị Sơn"):
        join(cast, staff, sen)


def test_an_account_of_another_school_is_never_joined(cast: Cast, sen: Any) -> None:
    elsewhere = let_in(cast, "sen.khac", NAME, cast.other_school)
    staff = file_of(cast)
    assert [one.login for one in free_accounts(cast.school.pk, TODAY)] == [LOGIN]
    with pytest.raises(RecordRefused, match="thuộc trường khác"):
        join(cast, staff, elsewhere)


@pytest.mark.parametrize("what", ["closed", "family", "held"])
def test_only_open_accounts_of_staff_without_a_file_are_free(
    cast: Cast, sen: Any, what: str
) -> None:
    if what == "closed":
        sen.closed_at = NOW
        sen.save()
    elif what == "family":
        sen.kind = "guardian"
        sen.save()
    else:
        with scoped(EVERYTHING):
            Staff.objects.filter(pk=cast.nam.staff.pk).update(account=sen)
    assert free_accounts(cast.school.pk, TODAY) == []


def test_who_may_not_keep_files_joins_nothing(cast: Cast, sen: Any) -> None:
    staff = file_of(cast)
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            join(cast, staff, sen, by="hoa")
        with pytest.raises(OutsidePlace):
            join(cast, staff, sen, by="nam")
    assert Staff.objects.get(pk=staff.pk).account_id is None
    assert not table("ledger.Entry").objects.filter(action="join_account").exists()


def test_a_file_that_has_an_account_gets_no_second(cast: Cast, sen: Any) -> None:
    staff = file_of(cast, account_id=sen.pk)
    with pytest.raises(RecordRefused, match="đã có tài khoản"):
        join(cast, staff, sen)
    with pytest.raises(RecordRefused, match="đã có hồ sơ"):
        file_of(cast, account_id=sen.pk)
    assert Staff.objects.filter(name=NAME).count() == 1


# The form.


def entered(cast: Cast, **more: str) -> Any:
    given = {
        "name": NAME, "sex": "F", "born": "1980", "kind": "02", "starts_on": "20/11/2026", **more
    }  # fmt: skip
    return cast.client("thu").post(reverse("records.new_staff"), given, follow=True)


def test_the_form_asks_before_it_makes_a_second_person(cast: Cast, sen: Any) -> None:
    asked = entered(cast).content.decode()
    assert "Ở trường đã có tài khoản mang tên này" in asked
    assert f"{LOGIN} (Phó hiệu trưởng)" in asked
    assert not Staff.objects.filter(name=NAME).exists()
    said = entered(cast, account=str(sen.pk)).content.decode()
    assert f"Đã lập hồ sơ của {NAME} và gắn với tài khoản đã có." in said
    assert Staff.objects.get(name=NAME).account_id == sen.pk


def test_the_form_makes_another_person_when_told_so(cast: Cast, sen: Any) -> None:
    page = entered(cast, account="none").content.decode()
    staff = Staff.objects.get(name=NAME)
    assert staff.account_id is None
    assert "Ở trường đã có tài khoản mang tên này" in page
    join_at = reverse("records.join_staff_account", args=[staff.pk, sen.pk])
    said = cast.client("thu").post(join_at, follow=True).content.decode()
    assert "Đã gắn hồ sơ với tài khoản đã có" in said
    again = cast.client("thu").post(join_at, follow=True).content.decode()
    assert "Thầy cô đã có tài khoản." in again


def test_the_form_does_not_ask_where_no_name_meets(cast: Cast, sen: Any) -> None:
    empty = cast.client("thu").get(reverse("records.new_staff"))
    assert empty.status_code == 200
    assert "Tài khoản đã có" not in empty.content.decode()
    assert "Đã lập hồ sơ" in entered(cast, name="Hoàng Thị Sơn").content.decode()


def test_all_at_once_leaves_the_unclear_ones_and_says_so(cast: Cast, sen: Any) -> None:
    file_of(cast)
    address = reverse("records.staff_accounts", args=[cast.school.pk])
    said = cast.client("thu").post(address, follow=True).content.decode()
    assert f"Chưa mở cho {NAME}: ở trường đã có tài khoản mang tên này" in said


# The sheet.


def send(cast: Cast, *rows: list[Any]) -> UUID:
    received = receive_file(
        actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, kind="can-bo", year=YEAR,
        file_name="cb.xlsx", content=workbook(["TRƯỜNG THCS SAO KHUÊ"], HEADER, *rows),
        limit_bytes=20 * 1024 * 1024,
    )  # fmt: skip
    return received.public_id


def planned(cast: Cast, public_id: UUID) -> list[RowView]:
    view = run_view(actor=cast.thu.actor, public_id=public_id)
    assert view.state == "planned", view.problem
    return rows_of(plan_page(actor=cast.thu.actor, public_id=public_id, verdict="", page=1))


def row(login: str = "", name: str = NAME, number: int = 1) -> list[Any]:
    return [number, name, "1980", "Nữ", "Phó hiệu trưởng", login]


def test_the_sheet_joins_by_the_login_and_is_taken_back(cast: Cast, sen: Any) -> None:
    public_id = send(cast, row("Sen.Hoang"))
    (told,) = planned(cast, public_id)
    assert told.verdict == "create"
    assert told.reasons == [f"Gắn với tài khoản đã có: {LOGIN} (Phó hiệu trưởng)."]
    assert apply_run(actor=cast.thu.actor, now=NOW, public_id=public_id) == "applied"
    post = Posting.objects.get(staff__account_id=sen.pk)
    followed = table("access.Grant").objects.filter(source_key=f"posting:{post.pk}")
    assert followed.get().ended_at is None
    undo_run(actor=cast.thu.actor, now=NOW, public_id=public_id)
    assert not Staff.objects.filter(name=NAME).exists()
    assert followed.get().ended_at is not None
    assert [one.login for one in free_accounts(cast.school.pk, TODAY)] == [LOGIN]


def test_the_sheet_shows_a_name_that_meets_and_joins_nothing(cast: Cast, sen: Any) -> None:
    public_id = send(cast, row())
    (told,) = planned(cast, public_id)
    assert told.verdict == "create"
    assert f"mang tên này: {LOGIN} (Phó hiệu trưởng)" in told.reasons[0]
    apply_run(actor=cast.thu.actor, now=NOW, public_id=public_id)
    assert Staff.objects.get(name=NAME).account_id is None
    (again,) = planned(cast, send(cast, row(LOGIN)))
    assert again.verdict == "same"
    assert "ở trang hồ sơ" in again.reasons[0]


@pytest.mark.parametrize(
    ("login", "name", "reason"),
    [
        ("sen.khac", NAME, "không có tài khoản “sen.khac”"),
        (LOGIN, "Hoàng Thị Sơn", "mang tên Hoàng Thị Sen, dòng này ghi Hoàng Thị Sơn"),
    ],
)
def test_the_sheet_refuses_a_login_that_does_not_fit(
    cast: Cast, sen: Any, login: str, name: str, reason: str
) -> None:
    let_in(cast, "sen.khac", NAME, cast.other_school)
    (told,) = planned(cast, send(cast, row(login, name)))
    assert told.verdict == "refuse"
    assert reason in told.reasons[0]


def test_two_rows_do_not_share_an_account(cast: Cast, sen: Any) -> None:
    other = [2, NAME, "1991", "Nữ", "Giáo viên", LOGIN]
    told = planned(cast, send(cast, row(LOGIN), other))
    assert [one.verdict for one in told] == ["create", "refuse"]
    assert "đã có ở dòng" in told[1].reasons[0]
