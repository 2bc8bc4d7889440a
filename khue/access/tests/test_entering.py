"""Signing in: who gets in, who waits, who is sent where."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils import timezone

from khue.access.models import Account, LoginAttempt, Session
from khue.access.rules.tokens import digest_of
from khue.access.services import signing_in
from khue.access.services.accounts import create_account, issue_slip_code
from khue.access.services.attempts import TooManyAttempts, forget_old_attempts
from khue.access.services.signing_in import WrongCredentials, sign_in
from khue.access.tests.people import GOOD, NOW, SYSTEM, enter
from tests.cast import PASSWORD, Cast

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


def attempt(login: str, secret: str, *, address: str = HERE, seconds: int = 0) -> str:
    return sign_in(
        login=login,
        secret=secret,
        address=address,
        device="",
        now=NOW + timedelta(seconds=seconds),
    )


def fail(login: str, times: int, *, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            attempt(login, "sai mật khẩu", address=address)


def test_the_right_password_opens_a_session_known_by_its_digest(cast: Cast) -> None:
    response = enter(Client(), "gv.hoa", PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == "/"
    cookie = response.cookies["khue_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    kept = Session.objects.get(pk=digest_of(cookie.value))
    assert kept.account_id == cast.hoa.account.pk
    assert cookie.value not in str(Session.objects.values())


def test_the_name_may_be_typed_with_capitals_and_spaces(cast: Cast) -> None:
    assert enter(Client(), " GV.Hoa ", PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["gv.hoa", "khong.co.ai"])
def test_nobody_is_told_whether_the_name_or_the_password_was_wrong(cast: Cast, name: str) -> None:
    response = enter(Client(), name, "sai mật khẩu")
    assert response.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in response.text
    assert "khue_session" not in response.cookies


def test_an_unknown_name_costs_as_much_hashing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def counting(password: str, kept: str) -> bool:
        hashed.append(kept)
        return check_password(password, kept)

    monkeypatch.setattr(signing_in, "check_password", counting)
    fail("khong.co.ai", 1)
    fail("gv.hoa", 1)
    assert len(hashed) == 2
    assert all(hashed)


def test_a_closed_account_is_not_told_apart(cast: Cast) -> None:
    Account.objects.filter(pk=cast.hoa.account.pk).update(closed_at=NOW)
    with pytest.raises(WrongCredentials):
        attempt("gv.hoa", PASSWORD)


def test_the_sixth_mistake_waits_and_is_told_how_long(cast: Cast) -> None:
    fail("gv.hoa", 5)
    with pytest.raises(TooManyAttempts) as refusal:
        attempt("gv.hoa", PASSWORD)
    assert refusal.value.wait == timedelta(seconds=30)
    assert "30 giây" in str(refusal.value)
    assert attempt("gv.hoa", PASSWORD, seconds=31)


def test_mistakes_of_a_stranger_elsewhere_do_not_lock_the_owner_out(cast: Cast) -> None:
    attempt("gv.hoa", PASSWORD, address=HERE)
    fail("gv.hoa", 5, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        attempt("gv.hoa", PASSWORD, address=ELSEWHERE)
    assert attempt("gv.hoa", PASSWORD, address=HERE)


def test_one_address_cannot_try_one_password_on_everybody(cast: Cast) -> None:
    LoginAttempt.objects.bulk_create(
        LoginAttempt(at=NOW, login=f"ai{number}", address=HERE, succeeded=False)
        for number in range(60)
    )
    with pytest.raises(TooManyAttempts):
        attempt("gv.hoa", PASSWORD, address=HERE)
    assert attempt("gv.hoa", PASSWORD, address=ELSEWHERE)


def test_old_attempts_are_forgotten(cast: Cast) -> None:
    fail("gv.hoa", 3)
    assert forget_old_attempts(now=NOW + timedelta(days=29)) == 0
    assert forget_old_attempts(now=NOW + timedelta(days=31)) == 3


def test_the_page_of_a_guesser_says_429(cast: Cast) -> None:
    client = Client()
    for _ in range(5):
        enter(client, "gv.hoa", "sai mật khẩu")
    response = enter(client, "gv.hoa", PASSWORD)
    assert response.status_code == 429
    assert "thử lại sau" in response.text


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("/tai-khoan-cua-toi/?x=1", "/tai-khoan-cua-toi/?x=1"),
        ("https://xa.example/", "/"),
        ("//xa.example/", "/"),
        ("/\\xa.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(cast: Cast, wanted: str, sent: str) -> None:
    assert enter(Client(), "gv.hoa", PASSWORD, next=wanted)["Location"] == sent


def test_a_stranger_is_sent_to_sign_in_and_back(cast: Cast) -> None:
    response = Client().get("/tai-khoan-cua-toi/")
    assert response["Location"] == "/dang-nhap/?next=%2Ftai-khoan-cua-toi%2F"


def test_an_instrument_on_a_page_is_told_401_and_where_to_sign_in(cast: Cast) -> None:
    partial = Client().get("/tai-khoan-cua-toi/", headers={"HX-Request": "true"})
    assert partial.status_code == 401
    assert partial["HX-Redirect"].startswith("/dang-nhap/")
    machine = Client().get("/tai-khoan-cua-toi/", headers={"Accept": "application/json"})
    assert machine.status_code == 401


def test_whoever_is_in_does_not_sign_in_again(cast: Cast) -> None:
    assert cast.client("hoa").get("/dang-nhap/").status_code == 302


def test_a_new_token_is_given_at_each_sign_in(cast: Cast) -> None:
    client = Client()
    client.cookies["khue_session"] = "planted-by-somebody-else"
    enter(client, "gv.hoa", PASSWORD)
    assert client.cookies["khue_session"].value != "planted-by-somebody-else"
    assert client.get("/tai-khoan-cua-toi/").status_code == 200


# --- the first time, with a slip ---------------------------------------------------------------


def newcomer() -> int:
    return create_account(operation=SYSTEM, login="moi.den", name="Hà Thị Mới", kind="staff")


def test_a_slip_leads_to_a_password_and_is_then_worth_nothing(cast: Cast) -> None:
    slip = issue_slip_code(operation=SYSTEM, account_id=newcomer())
    Account.objects.filter(pk=slip.account_id).update(
        first_code_expires=timezone.now() + timedelta(days=1)
    )
    client = Client()
    typed = slip.code.lower().replace("-", " ")
    response = client.post("/dang-nhap/lan-dau/", {"login": "moi.den", "code": typed})
    assert response.status_code == 302
    assert "dat-mat-khau" in client.get("/tai-khoan-cua-toi/")["Location"]
    easy = client.post("/dang-nhap/dat-mat-khau/", {"password": "12345678"})
    assert "dãy liền nhau" in easy.text
    assert client.post("/dang-nhap/dat-mat-khau/", {"password": GOOD}).status_code == 302
    assert client.get("/tai-khoan-cua-toi/").status_code == 200
    assert enter(Client(), "moi.den", slip.code).status_code == 422
    assert enter(Client(), "moi.den", GOOD).status_code == 302


def test_a_slip_ends_with_its_day(cast: Cast) -> None:
    slip = issue_slip_code(operation=SYSTEM, account_id=newcomer())
    late = int(timedelta(days=31).total_seconds())
    with pytest.raises(WrongCredentials):
        attempt("moi.den", slip.code, seconds=late)
    assert attempt("moi.den", slip.code)


def test_an_account_without_password_has_no_empty_one(cast: Cast) -> None:
    newcomer()
    with pytest.raises(WrongCredentials):
        attempt("moi.den", "")


def test_only_the_digest_of_a_code_is_kept(cast: Cast) -> None:
    slip = issue_slip_code(operation=SYSTEM, account_id=newcomer())
    kept = str(list(Account.objects.filter(pk=slip.account_id).values()))
    assert slip.code not in kept
    assert slip.code.replace("-", "") not in kept
