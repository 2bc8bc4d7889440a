"""Keys on a real PKCS#11 module: right and wrong PINs, both kinds of keys, a token that goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from khue.signing.services.backends import (
    KeyTrouble,
    KeyUnfit,
    ServiceDown,
    TokenGone,
    WrongSecret,
    open_key,
)
from khue.signing.services.backends.modules import keys_named, keys_numbered, token_keys
from khue.signing.tests.cards import all_fit, card_of
from khue.signing.tests.pki import Pki
from khue.signing.tests.tokens import PIN, SoftToken

CONTENTS = [f"Học bạ {number}".encode() for number in range(300)]


def on_token(token: SoftToken, pki: Pki, who: str) -> Any:
    signer, key = pki.person(who)
    return card_of("pkcs11", signer, token.hold(signer, key))


@pytest.mark.parametrize("who", ["hoa", "binh"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_the_token_signs(token: SoftToken, pki: Pki, who: str, digest: str) -> None:
    card = on_token(token, pki, who)
    with open_key(card, PIN, count=3) as key:
        values = key.sign(CONTENTS[:3], digest)
    assert all_fit(card, CONTENTS[:3], values, digest)


def test_a_wrong_pin_opens_nothing_and_the_right_one_still_does(token: SoftToken, pki: Pki) -> None:
    card = on_token(token, pki, "hoa")
    with pytest.raises(WrongSecret) as trouble, open_key(card, "000000", count=1):
        pass
    assert "000000" not in trouble.value.sentence
    with open_key(card, PIN, count=1) as key:
        assert key.sign([b"x"], "sha256")


def test_the_token_is_closed_after_each_act(token: SoftToken, pki: Pki) -> None:
    card = on_token(token, pki, "hoa")
    with open_key(card, PIN, count=1):
        pass
    with pytest.raises(WrongSecret), open_key(card, "999999", count=1):
        pass


def test_a_token_pulled_out_in_the_middle_hands_back_what_is_done(
    token: SoftToken, pki: Pki
) -> None:
    card = on_token(token, pki, "hoa")
    pulled = pulled_after(token, CONTENTS, 120)
    with pytest.raises(TokenGone) as trouble, open_key(card, PIN, count=300) as key:
        key.sign(pulled, "sha256")
    done = trouble.value.done
    assert 0 < len(done) <= 121
    assert all_fit(card, CONTENTS[: len(done)], done, "sha256")
    token.put_back()
    with open_key(card, PIN, count=300 - len(done)) as key:
        rest = key.sign(CONTENTS[len(done) :], "sha256")
    assert all_fit(card, CONTENTS, done + rest, "sha256")


class pulled_after(list[bytes]):  # noqa: N801
    """The contents; while the one numbered `number` is fetched, the token is pulled out."""

    def __init__(self, token: SoftToken, contents: list[bytes], number: int) -> None:
        super().__init__(contents)
        self.token, self.number = token, number

    def __iter__(self) -> Any:
        for position, content in enumerate(super().__iter__()):
            if position == self.number:
                self.token.pull_out()
            yield content


def test_a_token_that_is_not_there(token: SoftToken, pki: Pki) -> None:
    card = on_token(token, pki, "hoa")
    token.lose()
    with pytest.raises(TokenGone) as trouble, open_key(card, PIN, count=1):
        pass
    assert trouble.value.done == []
    assert "thiết bị" in trouble.value.sentence


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"module": "/tmp/evil.so"}, KeyUnfit),
        ({"module": ""}, KeyUnfit),
        ({"key": "7f"}, KeyUnfit),
        ({"key": "không phải số"}, KeyUnfit),
        ({"token": "Token khác"}, TokenGone),
        ({"serial": "0000"}, TokenGone),
    ],
)
def test_settings_that_lead_nowhere(
    token: SoftToken, pki: Pki, change: dict[str, str], expected: type[KeyTrouble]
) -> None:
    signer, key = pki.person("hoa")
    card = card_of("pkcs11", signer, token.hold(signer, key) | change)
    with pytest.raises(expected), open_key(card, PIN, count=1):
        pass


def test_no_pin_is_no_try(token: SoftToken, pki: Pki) -> None:
    card = on_token(token, pki, "hoa")
    with pytest.raises(KeyUnfit), open_key(card, "", count=1):
        pass


def test_a_module_that_is_not_there(settings: Any, pki: Pki) -> None:
    settings.PKCS11_MODULES = {"gone": "/nonexistent/libtoken.so"}
    signer, _ = pki.person("hoa")
    card = card_of("pkcs11", signer, {"module": "gone", "token": "t", "serial": "1", "key": "01"})
    with pytest.raises(ServiceDown), open_key(card, PIN, count=1):
        pass


def test_the_keys_of_a_token_are_listed_without_a_pin(token: SoftToken, pki: Pki) -> None:
    for who in ("hoa", "binh"):
        token.hold(*pki.person(who))
    found = {one.facts.name: one for one in token_keys()}
    assert set(found) == {"Nông Thị Hoa", "Lý Văn Bình"}
    assert found["Nông Thị Hoa"].signer.chain == pki.chain("hoa")
    assert [one.facts.name for one in keys_named("nong thi hoa")] == ["Nông Thị Hoa"]
    serial = found["Lý Văn Bình"].facts.serial
    assert [one.facts.name for one in keys_numbered(f"00{serial.upper()}")] == ["Lý Văn Bình"]
    assert keys_numbered("") == []


def test_several_people_sign_at_once_and_each_with_her_own_pin(token: SoftToken, pki: Pki) -> None:
    card = on_token(token, pki, "hoa")
    outcomes: list[str] = []

    def act(pin: str) -> Callable[[], None]:
        def run() -> None:
            try:
                with open_key(card, pin, count=20) as key:
                    values = key.sign(CONTENTS[:20], "sha256")
                outcomes.append("signed" if all_fit(card, CONTENTS[:20], values, "sha256") else "?")
            except WrongSecret:
                outcomes.append("wrong")

        return run

    threads = [threading.Thread(target=act(pin)) for pin in [PIN, "000000", PIN, "111111", PIN]]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["signed", "signed", "signed", "wrong", "wrong"]
