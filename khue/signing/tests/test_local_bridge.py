"""The signer's own device: digests go out, values come back, and only right ones count."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from khue.signing.services.finishing import release_prepared
from khue.signing.services.local_bridge import PreparedHash, accept_values, prepare_slice
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import credential, hand_in, ids, now, person, requests, trust
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast


@pytest.fixture
def office(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Any) -> Cast:
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        trust(pki)
    return cast


def given(office: Cast, card: int, **more: Any) -> dict[str, Any]:
    act = {"actor": office.hoa.actor, "now": now(), "credential_id": card, "batch": uuid4()}
    return {**act, "request_ids": ids(), **more}


def made_by(key: Any, one: PreparedHash) -> bytes:
    """What the agent's token makes of a digest."""
    return bytes(key.sign(one.hash, PKCS1v15(), Prehashed(SHA256())))


def states() -> list[str]:
    return [row.state for row in requests()]


def test_values_of_the_right_key_are_accepted(office: Cast, pki: Pki) -> None:
    for n in range(3):
        hand_in(office, [person(office, "hoa")], key=str(n))
    card = credential(office, pki, "hoa", backend="local", agent="1")
    _, key = pki.person("hoa")
    with scoped(EVERYTHING):
        act = given(office, card)
        made = prepare_slice(**act)
        assert states() == ["prepared"] * 3
        values = {one.request_id: made_by(key, one) for one in made.hashes}
        outcome = accept_values(**act, values=values)
    assert (outcome.done, outcome.left, outcome.trouble) == (3, 0, "")
    assert states() == ["signed"] * 3


def test_a_value_of_another_key_is_refused_and_the_request_waits_again(
    office: Cast, pki: Pki
) -> None:
    for n in range(2):
        hand_in(office, [person(office, "hoa")], key=str(n))
    card = credential(office, pki, "hoa", backend="local", agent="1")
    (_, right), (_, wrong) = pki.person("hoa"), pki.person("mai")
    with scoped(EVERYTHING):
        act = given(office, card)
        first, second = prepare_slice(**act).hashes
        values = {
            first.request_id: made_by(right, first),
            second.request_id: made_by(wrong, second),
        }
        outcome = accept_values(**act, values=values)
    assert outcome.done == 1
    assert "không phải chữ ký của chứng thư" in outcome.trouble
    assert states() == ["signed", "waiting"]
    assert requests()[1].kept is None


def test_a_value_of_another_document_is_refused(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "hoa")])
    card = credential(office, pki, "hoa", backend="local", agent="1")
    _, key = pki.person("hoa")
    with scoped(EVERYTHING):
        act = given(office, card)
        (one,) = prepare_slice(**act).hashes
        other = PreparedHash(one.request_id, "", "sha256", hashlib.sha256(b"khac").digest())
        outcome = accept_values(**act, values={one.request_id: made_by(key, other)})
    assert (outcome.done, states()) == (0, ["waiting"])


def test_what_was_prepared_and_left_is_given_back_and_can_be_prepared_again(
    office: Cast, pki: Pki
) -> None:
    hand_in(office, [person(office, "hoa")])
    card = credential(office, pki, "hoa", backend="local", agent="1")
    with scoped(EVERYTHING):
        act = given(office, card)
        first = prepare_slice(**act).hashes
        again = prepare_slice(**{**act, "now": now() + timedelta(seconds=5)}).hashes
        assert [one.request_id for one in again] == [one.request_id for one in first]
        assert release_prepared(now=now()) == 0
        assert release_prepared(now=now() + timedelta(minutes=11)) == 1
    assert states() == ["waiting"]


def test_a_request_taken_back_meanwhile_is_not_signed(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "hoa")])
    card = credential(office, pki, "hoa", backend="local", agent="1")
    _, key = pki.person("hoa")
    with scoped(EVERYTHING):
        act = given(office, card)
        (one,) = prepare_slice(**act).hashes
        hand_in(office, [person(office, "hoa")], content=b"ban moi")
        outcome = accept_values(**act, values={one.request_id: made_by(key, one)})
    assert outcome.done == 0
    assert states() == ["withdrawn", "waiting"]
