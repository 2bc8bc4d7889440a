"""The stand-in of the signing agent keeps to its protocol; the browser is tried against it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import requests

from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import public_key_of
from khue.signing.tests.agent import ROOT, SigningAgent
from khue.signing.tests.pki import Pki

SITE = "https://khue.example.vn"
CONTENTS = [b"mot", b"hai", b"ba"]


def call(agent: SigningAgent, method: str, path: str, **more: Any) -> requests.Response:
    headers = {"Origin": SITE} | more.pop("headers", {})
    return requests.request(method, f"{agent.url}{ROOT}{path}", headers=headers, timeout=30, **more)


def pair(agent: SigningAgent) -> dict[str, str]:
    began = call(agent, "POST", "/pairings", json={"site": "Khuê"})
    state = call(agent, "GET", f"/pairings/{began.json()['pairing']}").json()
    assert began.json()["code"] in agent.shown[-1]
    return {"Authorization": f"Khue-Agent {state['token']}"}


def begin(agent: SigningAgent, headers: dict[str, str], name: str, count: int = 3) -> Any:
    told = {"certificate": name, "count": count, "title": "3 học bạ", "site": "Khuê"}
    return call(agent, "POST", "/acts", headers=headers, json=told)


def hashes(contents: list[bytes]) -> dict[str, Any]:
    made = [base64.b64encode(hashlib.sha256(one).digest()).decode() for one in contents]
    return {"digest": "sha256", "hashes": made}


def sign(agent: SigningAgent, headers: dict[str, str], act: str, contents: list[bytes]) -> Any:
    return call(agent, "POST", f"/acts/{act}/signatures", headers=headers, json=hashes(contents))


@pytest.mark.parametrize("who", ["hoa", "binh"])
def test_from_pairing_to_values(agent: SigningAgent, pki: Pki, who: str) -> None:
    name = agent.plug_in(*pki.person(who))
    headers = pair(agent)
    assert call(agent, "GET", "", headers=headers).json()["paired"] is True
    (told,) = call(agent, "GET", "/certificates", headers=headers).json()["certificates"]
    assert told["id"] == name
    act = begin(agent, headers, name).json()["act"]
    values = [
        base64.b64decode(one) for one in sign(agent, headers, act, CONTENTS).json()["signatures"]
    ]
    key = public_key_of(pki.certificate(who))
    assert all(
        verify_value(key, value, content, "sha256")
        for value, content in zip(values, CONTENTS, strict=True)
    )
    assert call(agent, "DELETE", f"/acts/{act}", headers=headers).status_code == 204
    assert sign(agent, headers, act, CONTENTS).json()["error"] == "NO_ACT"


def test_who_is_not_paired_gets_nothing(agent: SigningAgent, pki: Pki) -> None:
    agent.plug_in(*pki.person("hoa"))
    assert call(agent, "GET", "/certificates").json()["error"] == "ORIGIN_REFUSED"
    pair(agent)
    assert call(agent, "GET", "/certificates").json()["error"] == "NOT_PAIRED"
    agent.person.accepts_pairing = False
    began = call(agent, "POST", "/pairings", json={}).json()
    assert call(agent, "GET", f"/pairings/{began['pairing']}").json() == {"state": "refused"}


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({"Origin": "null"}, 403, "ORIGIN_REFUSED"),
        ({"Origin": "http://khue.example.vn"}, 403, "ORIGIN_REFUSED"),
        ({"Host": "evil.example"}, 421, "WRONG_HOST"),
    ],
)
def test_strange_places(
    agent: SigningAgent, headers: dict[str, str], status: int, error: str
) -> None:
    answer = call(agent, "GET", "", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_the_preflight_allows_exactly_this_origin(agent: SigningAgent) -> None:
    asked = {"Access-Control-Request-Private-Network": "true"}
    answer = call(agent, "OPTIONS", "/acts", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


def test_wrong_pins_lock(agent: SigningAgent, pki: Pki) -> None:
    name = agent.plug_in(*pki.person("hoa"))
    headers = pair(agent)
    agent.person.types = ["1", "2", "3"]
    left = [begin(agent, headers, name).json()["tries_left"] for _ in range(3)]
    assert left == [2, 1, 0]
    assert begin(agent, headers, name).json()["error"] == "PIN_LOCKED"


def test_the_window_is_closed_and_the_token_goes(agent: SigningAgent, pki: Pki) -> None:
    name = agent.plug_in(*pki.person("hoa"))
    headers = pair(agent)
    agent.person.types = [None]
    assert begin(agent, headers, name).json()["error"] == "CANCELLED"
    act = begin(agent, headers, name).json()["act"]
    agent.pull_out_after = 2
    answer = sign(agent, headers, act, CONTENTS)
    assert answer.status_code == 410
    assert len(answer.json()["signatures"]) == 2


def test_an_act_signs_no_more_than_it_says(agent: SigningAgent, pki: Pki) -> None:
    name = agent.plug_in(*pki.person("hoa"))
    headers = pair(agent)
    act = begin(agent, headers, name, count=2).json()["act"]
    assert sign(agent, headers, act, CONTENTS).json()["error"] == "TOO_MANY"
    short = {"digest": "sha384", "hashes": hashes(CONTENTS[:1])["hashes"]}
    answer = call(agent, "POST", f"/acts/{act}/signatures", headers=headers, json=short)
    assert answer.json()["error"] == "BAD_REQUEST"
