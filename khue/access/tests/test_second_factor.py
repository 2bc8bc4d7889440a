"""The second factor: owed by leaders and officers, never the same code twice."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from khue.access.models import Account, Session
from khue.access.rules.second_factor import RECOVERY_CODES
from khue.access.services.attempts import TooManyAttempts
from khue.access.services.second_factor import (
    WrongCode,
    WrongRecoveryCode,
    confirm_second_factor,
    give_code,
    give_recovery_code,
    secret_to_confirm,
)
from khue.access.tests.people import NOW, enter, give_secret, signed_in
from tests.cast import PASSWORD, Cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MY, STEP = "/tai-khoan-cua-toi/", "/dang-nhap/xac-thuc/"


@pytest.mark.parametrize("person", ["mai", "dung", "ha"])
def test_leaders_and_officers_owe_a_code(cast: Cast, person: str) -> None:
    client = cast.client(person, second_factor=False)
    assert client.get(MY)["Location"].startswith(STEP)


@pytest.mark.parametrize("person", ["hoa", "thu", "lan", "minh", "stranger"])
def test_teachers_and_families_do_not(cast: Cast, person: str) -> None:
    assert cast.client(person, second_factor=False).get(MY).status_code == 200


def test_whoever_switched_it_on_owes_a_code_too(cast: Cast) -> None:
    give_secret(cast.hoa.account, SECRET)
    client = cast.client("hoa", second_factor=False)
    assert client.get(MY)["Location"].startswith(STEP)


def test_the_first_time_a_leader_sets_it_up(cast: Cast) -> None:
    client = Client()
    enter(client, "gv.mai", PASSWORD)
    assert client.get(STEP)["Location"].startswith("/dang-nhap/thiet-lap-xac-thuc/")
    page = client.get("/dang-nhap/thiet-lap-xac-thuc/")
    assert 'src="data:image/svg+xml' in page.text
    actor = signed_in(cast.mai.account)
    code = pyotp.TOTP(secret_to_confirm(actor=actor)).at(timezone.now())
    before = client.cookies["khue_session"].value
    done = client.post("/dang-nhap/thiet-lap-xac-thuc/", {"code": code, "next": MY})
    assert done.text.count('<li class="num">') == RECOVERY_CODES
    assert client.cookies["khue_session"].value != before
    assert client.get(MY).status_code == 200
    stolen = Client()
    stolen.cookies["khue_session"] = before
    assert stolen.get(MY).status_code == 302


def test_the_key_lies_sealed(cast: Cast) -> None:
    secret = secret_to_confirm(actor=signed_in(cast.mai.account))
    assert secret not in Account.objects.get(pk=cast.mai.account.pk).totp_sealed


def test_a_code_passes_once(cast: Cast, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    totp = give_secret(cast.mai.account, SECRET)
    code = totp.at(NOW)
    assert give_code(actor=signed_in(cast.mai.account), now=NOW, code=code, address=None)
    with pytest.raises(WrongCode):
        give_code(actor=signed_in(cast.mai.account), now=NOW, code=code, address=None)
    earlier = totp.at(NOW - timedelta(seconds=30))
    with pytest.raises(WrongCode):
        give_code(actor=signed_in(cast.mai.account), now=NOW, code=earlier, address=None)
    later = NOW + timedelta(seconds=30)
    actor = signed_in(cast.mai.account, now=later)
    assert give_code(actor=actor, now=later, code=totp.at(later), address=None)


@pytest.mark.parametrize("drift", [-30, 30])
def test_a_phone_may_be_half_a_minute_wrong(cast: Cast, drift: int) -> None:
    totp = give_secret(cast.mai.account, SECRET)
    code = totp.at(NOW + timedelta(seconds=drift))
    assert give_code(actor=signed_in(cast.mai.account), now=NOW, code=code, address=None)


def test_codes_cannot_be_tried_without_end(cast: Cast) -> None:
    give_secret(cast.mai.account, SECRET)
    actor = signed_in(cast.mai.account)
    for number in range(5):
        with pytest.raises(WrongCode):
            give_code(actor=actor, now=NOW, code=f"00000{number}", address=None)
    with pytest.raises(TooManyAttempts):
        give_code(actor=actor, now=NOW, code="000009", address=None)


def test_a_recovery_code_passes_once_and_lies_as_a_digest(cast: Cast) -> None:
    actor = signed_in(cast.mai.account)
    code = pyotp.TOTP(secret_to_confirm(actor=actor)).at(NOW)
    _, codes = confirm_second_factor(actor=actor, now=NOW, code=code, address=None)
    kept = Account.objects.get(pk=cast.mai.account.pk).recovery_digests
    assert len(kept) == len(set(codes)) == RECOVERY_CODES
    assert not set(codes) & set(kept)
    typed = codes[3].lower()
    actor = signed_in(cast.mai.account)
    assert give_recovery_code(actor=actor, now=NOW, code=typed, address=None)
    with pytest.raises(WrongRecoveryCode):
        give_recovery_code(actor=signed_in(cast.mai.account), now=NOW, code=typed, address=None)


def test_the_page_tells_the_code_only_in_the_demonstration(cast: Cast, settings: object) -> None:
    give_secret(cast.mai.account, SECRET)
    client = cast.client("mai", second_factor=False)
    shown = client.get(STEP).text
    assert "Chế độ trình diễn" in shown
    settings.DEMO = False  # type: ignore[attr-defined]
    assert "data-demonstration-code" not in client.get(STEP).text


def test_the_code_opens_the_page_that_was_wanted(cast: Cast) -> None:
    totp = give_secret(cast.mai.account, SECRET)
    client = cast.client("mai", second_factor=False)
    done = client.post(STEP, {"code": totp.at(timezone.now()), "next": "/tai-khoan/"})
    assert done["Location"] == "/tai-khoan/"
    assert client.get("/tai-khoan/").status_code == 200
    sessions = Session.objects.filter(account=cast.mai.account, ended_at__isnull=True)
    assert sessions.count() == 1
