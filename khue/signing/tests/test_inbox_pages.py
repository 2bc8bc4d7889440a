"""The pages of the inbox: who sees what, ticking, acts of signing, reading, refusing, reminding."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from khue.signing.rules.codes import CodeFacts
from khue.signing.services.codes import look_up_code
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import (
    PIN,
    credential,
    document,
    hand_in,
    ids,
    person,
    requests,
    seal,
    seal_credential,
    trust,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

JSON = {"Accept": "application/json"}


@pytest.fixture
def office(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Any) -> Cast:
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        trust(pki)
    return cast


def begin(client: Client, **ticked: Any) -> str:
    """Tick and go on; the address of the act."""
    answer = client.post("/ky-so/dot/", ticked)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("hoa", 200),
        ("mai", 200),
        ("thu", 200),
        ("dung", 200),
        ("lan", 403),
        ("minh", 403),
        ("stranger", 403),
        ("nobody", 302),
    ],
)
def test_who_opens_the_inbox(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get("/ky-so/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("hoa", 200), ("mai", 404), ("nam", 404), ("thu", 404), ("lan", 403)]
)
def test_only_the_signer_reads_her_request(office: Cast, who: str, status: int) -> None:
    hand_in(office, [person(office, "hoa")])
    assert office.client(who).get(f"/ky-so/ban/{ids()[0]}/").status_code == status


def test_lines_of_the_inbox_hold_what_belongs_together(office: Cast) -> None:
    for n in range(3):
        hand_in(office, [person(office, "hoa")], key=str(n), group_title="Toán · 8A")
    hand_in(office, [person(office, "hoa")], key="9", group_title="Ngữ văn · 8A")
    page = words(office.client("hoa"), "/ky-so/")
    assert page.count('name="groups"') == 2
    assert "Toán · 8A" in words(office.client("hoa"), "/ky-so/?q=toan")
    assert "Toán · 8A" not in words(office.client("hoa"), "/ky-so/?q=ngu+van")
    assert "Không có gì chờ" in words(office.client("mai"), "/ky-so/")


def test_ticked_lines_are_signed_in_slices(office: Cast, pki: Pki) -> None:
    for n in range(30):
        hand_in(office, [person(office, "hoa")], key=str(n))
    card, client = credential(office, pki, "hoa"), office.client("hoa")
    act = begin(client, groups=[ids()[0]])
    page = words(client, act)
    assert "Ký 30 bản" in page
    assert "Nông Thị Hoa" in page
    assert "Số chứng thư" in page
    _slices_until_done(client, act, {"credential": card, "secret": PIN})
    assert "Không còn bản nào" in words(client, act)


def _slices_until_done(client: Client, act: str, given: dict[str, Any]) -> None:
    """As the script of the page does; a slow machine needs more slices."""
    left = 30
    while left:
        told = client.post(f"{act}ky/", given, headers=JSON).json()
        assert told["trouble"] == ""
        assert told["left"] < left
        left = told["left"]


def test_a_wrong_pin_is_told_and_the_rest_waits(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "hoa")])
    card, client = credential(office, pki, "hoa"), office.client("hoa")
    act = begin(client, ids=ids())
    told = client.post(f"{act}ky/", {"credential": card, "secret": "1"}, headers=JSON).json()
    assert "Mã PIN chưa đúng" in told["trouble"]
    assert told["left"] == 1
    answer = client.post(f"{act}ky/", {"credential": card, "secret": "2"}, follow=True)
    assert "Còn 1 lần" in answer.content.decode() or "Chỉ còn một lần" in answer.content.decode()


def test_without_a_script_a_form_signs_too(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "hoa")])
    card, client = credential(office, pki, "hoa"), office.client("hoa")
    act = begin(client, ids=ids())
    answer = client.post(f"{act}ky/", {"credential": card, "secret": PIN}, follow=True)
    assert "Không còn bản nào" in answer.content.decode()
    assert requests()[0].state == "signed"


def test_nobody_opens_anothers_act(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "hoa")])
    act = begin(office.client("hoa"), ids=ids())
    assert office.client("mai").get(act).status_code == 404
    card = credential(office, pki, "mai")
    given = {"credential": card, "secret": PIN}
    assert office.client("mai").post(f"{act}ky/", given, headers=JSON).json()["done"] == 0
    assert requests()[0].state == "waiting"


def test_what_is_not_mine_cannot_be_ticked(office: Cast) -> None:
    hand_in(office, [person(office, "hoa")])
    answer = office.client("mai").post("/ky-so/dot/", {"ids": ids()})
    assert answer.headers["Location"] == "/ky-so/"


def test_the_seal_is_offered_to_who_may_use_it(office: Cast, pki: Pki) -> None:
    hand_in(office, [seal(office)])
    card = seal_credential(office, pki)
    assert "Không có gì chờ" in words(office.client("hoa"), "/ky-so/")
    client = office.client("thu")
    act = begin(client, ids=ids())
    assert "Con dấu" in words(client, act)
    told = client.post(f"{act}ky/", {"credential": card, "secret": PIN}, headers=JSON).json()
    assert told["done"] == 1
    assert requests()[0].signed_by == office.thu.name


def test_marking_one_by_one_gathers_an_act(office: Cast) -> None:
    for n in range(3):
        hand_in(office, [person(office, "hoa")], key=str(n))
    client, (first, second, _) = office.client("hoa"), ids()
    answer = client.post(f"/ky-so/ban/{first}/danh-dau/", {"marked": "1"})
    assert answer.headers["Location"] == f"/ky-so/ban/{second}/"
    assert "Ký 1 bản đã đánh dấu" in words(client, "/ky-so/")
    client.post(f"/ky-so/ban/{first}/danh-dau/", {"marked": "0"})
    assert "đã đánh dấu" not in words(client, "/ky-so/")


def test_refusing_tells_the_reason_to_who_asked(office: Cast) -> None:
    hand_in(office, [person(office, "hoa"), person(office, "mai")])
    client = office.client("hoa")
    answer = client.post("/ky-so/tu-choi/", {"ids": ids(), "reason": " "}, follow=True)
    assert "Chưa ghi lý do" in answer.content.decode()
    client.post("/ky-so/tu-choi/", {"ids": ids(), "reason": "Thiếu em Minh"})
    assert "Thiếu em Minh" in words(client, "/ky-so/muc/tu-choi/")
    asked = words(office.client("thu"), "/ky-so/muc/toi-de-nghi/")
    assert "1 bị từ chối" in asked


def test_who_asked_sees_the_turn_and_reminds_once(office: Cast) -> None:
    hand_in(office, [person(office, "hoa"), person(office, "mai")])
    client = office.client("thu")
    assert office.hoa.name in words(client, "/ky-so/muc/toi-de-nghi/")
    first = ids()[0]
    client.post(f"/ky-so/de-nghi/{first}/nhac/")
    assert "Được nhắc" in words(office.client("hoa"), "/ky-so/")
    again = client.post(f"/ky-so/de-nghi/{first}/nhac/", follow=True).content.decode()
    assert "Đã nhắc trong 12 giờ qua" in again
    assert office.client("mai").post(f"/ky-so/de-nghi/{first}/nhac/").status_code == 404


def test_a_file_is_downloaded_by_its_signers_and_those_who_may_see_it(
    office: Cast, pki: Pki
) -> None:
    paper = hand_in(office, [person(office, "hoa")])
    card, client = credential(office, pki, "hoa"), office.client("hoa")
    act = begin(client, ids=ids())
    client.post(f"{act}ky/", {"credential": card, "secret": PIN}, headers=JSON)
    assert client.get(f"/ky-so/van-ban/{paper}/tai/").content == "Danh sách lớp 8A".encode()
    assert client.get(f"/ky-so/van-ban/{paper}/chu-ky.p7s").content[:1] == b"\x30"
    assert "Đã ký đủ" in words(office.client("mai"), f"/ky-so/van-ban/{paper}/")
    assert office.client("nam").get(f"/ky-so/van-ban/{paper}/tai/").status_code == 404


def test_the_policy_lets_the_agent_in_on_one_page_only(
    office: Cast, pki: Pki, settings: Any
) -> None:
    settings.SIGNING_AGENTS = ["http://127.0.0.1:14207"]
    hand_in(office, [person(office, "hoa")])
    credential(office, pki, "hoa", backend="local", agent="1")
    client = office.client("hoa")
    act = begin(client, ids=ids())
    assert "127.0.0.1:14207" in client.get(act).headers["Content-Security-Policy"]
    assert "127.0.0.1:14207" not in client.get("/ky-so/").headers["Content-Security-Policy"]


def known(code: str) -> CodeFacts:
    found = look_up_code(code)
    assert found is not None
    return found


def test_whoever_has_the_code_of_a_file_learns_its_state(office: Cast, pki: Pki) -> None:
    paper = hand_in(office, [person(office, "hoa")])
    code = document(paper).verify_code
    assert known(code).state == "waiting"
    card, client = credential(office, pki, "hoa"), office.client("hoa")
    client.post(f"{begin(client, ids=ids())}ky/", {"credential": card, "secret": PIN}, headers=JSON)
    facts = known(code)
    assert (facts.state, facts.signatures, facts.issuer) == ("valid", 1, "Trường THCS Sao Khuê")
    assert client.get(f"/kiem-tra/{code}/").status_code == 200


def test_the_first_page_tells_how_much_waits(office: Cast) -> None:
    hand_in(office, [person(office, "hoa")])
    assert "1 bản chờ thầy cô ký số" in words(office.client("hoa"), "/")
    assert "chờ thầy cô ký số" not in words(office.client("mai"), "/")
