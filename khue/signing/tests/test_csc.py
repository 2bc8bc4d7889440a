"""Remote signing: permissions bound to hashes and number, codes, and every kind of trouble."""

from __future__ import annotations

import time
from typing import Any

import pytest

from khue.signing.queries.credentials import CredentialCard
from khue.signing.services.backends import (
    KeyLocked,
    KeyTrouble,
    KeyUnfit,
    ServiceDown,
    WrongSecret,
    ask_for_code,
    open_key,
    secret_of,
)
from khue.signing.services.backends.csc_key import remote_credentials
from khue.signing.tests.cards import all_fit, card_of
from khue.signing.tests.csc_service import OTP, CscStandIn
from khue.signing.tests.pki import Pki

CONTENTS = [f"Học bạ {number}".encode() for number in range(230)]
PIN = "1234"


def remote(csc: CscStandIn, pki: Pki, who: str = "hoa", **more: Any) -> CredentialCard:
    signer, key = pki.person(who)
    return card_of("csc", signer, csc.hold(who, signer, key, pin=PIN, **more))


def sign(card: CredentialCard, secret: str, contents: list[bytes], digest: str = "sha256") -> Any:
    with open_key(card, secret, count=len(contents)) as key:
        return key.sign(contents, digest)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(
    ("who", "more"),
    [("hoa", {}), ("binh", {}), ("binh", {"raw_ecdsa": True}), ("hoa", {"scal": "1"})],
)
def test_the_service_signs(
    csc: CscStandIn, pki: Pki, who: str, more: dict[str, Any], digest: str
) -> None:
    card = remote(csc, pki, who, **more)
    values = sign(card, PIN, CONTENTS[:3], digest)
    assert all_fit(card, CONTENTS[:3], values, digest)


def test_many_are_signed_with_one_permission(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki)
    values = sign(card, PIN, CONTENTS)
    assert all_fit(card, CONTENTS, values, "sha256")
    asked = csc.methods_asked()
    assert asked.count("credentials/authorize") == 1
    assert asked.count("signatures/signHash") == 3
    assert asked.count("credentials/extendTransaction") == 2
    assert next(body for name, body in csc.asked if name == "credentials/authorize")[
        "numSignatures"
    ] == len(CONTENTS)


def test_a_service_that_allows_few_at_a_time_is_asked_again(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki, multisign=5)
    values = sign(card, PIN, CONTENTS[:12])
    assert all_fit(card, CONTENTS[:12], values, "sha256")
    assert csc.methods_asked().count("credentials/authorize") == 3


def test_the_pin_goes_nowhere_but_to_the_permission(csc: CscStandIn, pki: Pki) -> None:
    sign(remote(csc, pki), PIN, CONTENTS[:3])
    told = [name for name, body in csc.asked if PIN in str(body)]
    assert told == ["credentials/authorize"]


def test_a_code_is_sent_and_used_once(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki, otp=True)
    assert card.asks_pin
    assert card.asks_code
    assert card.sends_code
    assert ask_for_code(card)
    secret = secret_of(PIN, OTP)
    values = sign(card, secret, CONTENTS[:3])
    assert all_fit(card, CONTENTS[:3], values, "sha256")
    with pytest.raises(WrongSecret):
        sign(card, secret, CONTENTS[:3])


def test_one_code_is_enough_for_all_slices_of_an_act(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki, otp=True)
    ask_for_code(card)
    secret, done, rest = secret_of(PIN, OTP), [], CONTENTS[:30]
    while rest:
        with open_key(card, secret, count=len(rest)) as key:
            done += key.sign(rest[:10], "sha256")
            secret = key.secret_for_next
        rest = rest[10:]
        assert PIN not in secret
        assert OTP not in secret
    assert all_fit(card, CONTENTS[:30], done, "sha256")
    assert csc.methods_asked().count("credentials/authorize") == 1


def test_a_code_does_not_reach_further_than_the_service_allows(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki, otp=True, multisign=5)
    ask_for_code(card)
    with pytest.raises(ServiceDown) as trouble:
        sign(card, secret_of(PIN, OTP), CONTENTS[:8])
    assert len(trouble.value.done) == 5
    assert "5 văn bản" in trouble.value.sentence


def test_the_signer_confirms_on_her_telephone(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki, on_phone=True)
    values = sign(card, PIN, CONTENTS[:2])
    assert all_fit(card, CONTENTS[:2], values, "sha256")
    assert csc.methods_asked().count("credentials/authorizeCheck") == 3


def test_nobody_confirms(csc: CscStandIn, pki: Pki, settings: Any) -> None:
    settings.CSC_SERVICES["mau"]["confirm_seconds"] = 0
    with pytest.raises(ServiceDown, match="điện thoại"):
        sign(remote(csc, pki, on_phone=True), PIN, CONTENTS[:1])


def test_a_wrong_pin_three_times_locks(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki)
    for _ in range(3):
        with pytest.raises(WrongSecret) as trouble:
            sign(card, "0000", CONTENTS[:1])
        assert "0000" not in trouble.value.sentence
    with pytest.raises(KeyLocked):
        sign(card, PIN, CONTENTS[:1])


def test_a_permission_that_ended(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki)
    with open_key(card, PIN, count=20) as key:
        key.sign(CONTENTS[:5], "sha256")
        for sad in csc.sads.values():
            sad.ends = time.monotonic() - 1
        with pytest.raises(ServiceDown, match="hết hạn"):
            key.sign(CONTENTS[5:10], "sha256")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda csc: csc.down(), "không trả lời"),
        (lambda csc: csc.failing(), "quá tải"),
        (lambda csc: csc.garbled("credentials/info"), "không đúng chuẩn"),
        (lambda csc: csc.failing("credentials/authorize"), "quá tải"),
        (lambda csc: csc.cut("signatures/signHash"), "Mất kết nối"),
        (lambda csc: setattr(csc, "delay", 3), "không trả lời"),
        (lambda csc: setattr(csc, "wrong_values", True), "không khớp"),
    ],
)
def test_a_service_in_trouble(csc: CscStandIn, pki: Pki, break_it: Any, words: str) -> None:
    card = remote(csc, pki)
    break_it(csc)
    with pytest.raises(ServiceDown) as trouble:
        sign(card, PIN, CONTENTS[:3])
    assert words in trouble.value.sentence
    assert trouble.value.done == []
    assert PIN not in repr(trouble.value)
    assert trouble.value.__cause__ is None


def test_a_service_that_breaks_in_the_middle_hands_back_what_is_done(
    csc: CscStandIn, pki: Pki
) -> None:
    card = remote(csc, pki)
    with open_key(card, PIN, count=230) as key:
        first = key.sign(CONTENTS[:30], "sha256")
        csc.failing("signatures/signHash")
        with pytest.raises(ServiceDown):
            key.sign(CONTENTS[30:], "sha256")
    assert all_fit(card, CONTENTS[:30], first, "sha256")


def test_what_changes_something_is_sent_once_only(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki)
    csc.cut("signatures/signHash")
    with pytest.raises(ServiceDown):
        sign(card, PIN, CONTENTS[:1])
    assert csc.methods_asked().count("signatures/signHash") == 1
    assert csc.methods_asked().count("credentials/authorize") == 1


def test_an_access_token_that_ended_is_renewed(csc: CscStandIn, pki: Pki) -> None:
    card = remote(csc, pki)
    sign(card, PIN, CONTENTS[:1])
    csc.tokens.clear()
    assert sign(card, PIN, CONTENTS[:1])


@pytest.mark.parametrize(
    ("change", "works"),
    [
        ({"client_secret": "sai"}, False),
        ({"auth": "login", "user": "khue", "password": "mật khẩu"}, True),
        ({"auth": "login", "user": "khue", "password": "sai"}, False),
        ({"auth": "token", "token": "không có"}, False),
    ],
)
def test_how_the_installation_enters(
    csc: CscStandIn, pki: Pki, settings: Any, change: dict[str, str], *, works: bool
) -> None:
    settings.CSC_SERVICES["mau"] |= change
    card = remote(csc, pki)
    if works:
        assert sign(card, PIN, CONTENTS[:1])
        return
    with pytest.raises(ServiceDown, match="không chấp nhận"):
        sign(card, PIN, CONTENTS[:1])


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"status": "disabled"}, KeyUnfit), ({"mode": "oauth2code"}, KeyUnfit)],
)
def test_keys_that_cannot_sign_here(
    csc: CscStandIn, pki: Pki, more: dict[str, str], expected: type[KeyTrouble]
) -> None:
    with pytest.raises(expected):
        sign(remote(csc, pki, **more), PIN, CONTENTS[:1])


def test_a_service_that_is_not_set_up(settings: Any, pki: Pki) -> None:
    settings.CSC_SERVICES = {}
    signer, _ = pki.person("hoa")
    with pytest.raises(KeyUnfit):
        sign(card_of("csc", signer, {"service": "mau", "credential": "x"}), PIN, CONTENTS[:1])


@pytest.mark.parametrize("stingy", [False, True])
def test_the_credentials_of_a_user(csc: CscStandIn, pki: Pki, *, stingy: bool) -> None:
    csc.stingy = stingy
    remote(csc, pki, "hoa", otp=True)
    remote(csc, pki, "binh")
    (found,) = remote_credentials("mau", "hoa")
    assert found.id == "KHOA-hoa"
    assert found.certificates == (pki.certificate("hoa"), *pki.chain("hoa"))
    assert found.factors() == {"pin": "PIN", "code": "OTP", "sends": "1"}
    assert remote_credentials("mau", "nobody") == []
