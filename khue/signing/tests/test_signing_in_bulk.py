"""Signing in bulk: what is signed stays signed, nothing is half-signed, nobody else's is used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.signing.queries.documents import content_of, signatures_of
from khue.signing.rules.cms import read_cms
from khue.signing.rules.requests import State
from khue.signing.rules.shapes import Level
from khue.signing.rules.xades import read_xades
from khue.signing.services.bulk import SliceOutcome, sign_slice
from khue.signing.services.finishing import finish_unfinished
from khue.signing.services.requests import refuse
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import (
    PIN,
    credential,
    document,
    hand_in,
    ids,
    now,
    person,
    requests,
    seal,
    seal_credential,
    trust,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, Person


@pytest.fixture
def office(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Any) -> Cast:
    """The cast, with trusted authorities and a place for demonstration keys."""
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        trust(pki)
    return cast


def sign(who: Person, card: int, wanted: list[int], **more: Any) -> SliceOutcome:
    given = {"secret": PIN, "batch": uuid4(), "budget_seconds": 60.0, **more}
    with scoped(EVERYTHING):
        return sign_slice(
            actor=who.actor, now=now(), credential_id=card, request_ids=wanted, **given
        )


def states(**wanted: Any) -> list[str]:
    return [row.state for row in requests(**wanted)]


def test_many_files_are_signed_with_one_authorisation(office: Cast, pki: Pki) -> None:
    card = credential(office, pki, "hoa")
    papers = [hand_in(office, [person(office, "hoa")], key=str(n)) for n in range(30)]
    outcome = sign(office.hoa, card, ids())
    assert (outcome.done, outcome.left, outcome.trouble) == (30, 0, "")
    row = document(papers[0])
    found = read_cms(signatures_of(row), content_of(row))
    assert [one.intact for one in found] == [True]
    assert row.state == "signed"


def test_a_second_click_signs_nothing_twice(office: Cast, pki: Pki) -> None:
    card = credential(office, pki, "hoa")
    hand_in(office, [person(office, "hoa")])
    wanted = ids()
    assert sign(office.hoa, card, wanted).done == 1
    before = requests()[0].result_digest
    assert sign(office.hoa, card, wanted) == SliceOutcome(0, 0, 0, "")
    assert requests()[0].result_digest == before


def test_the_next_signer_waits_for_the_one_before(office: Cast, pki: Pki) -> None:
    paper = hand_in(
        office,
        [person(office, "hoa"), person(office, "mai", "Hiệu trưởng"), seal(office)],
        content=b"<so><dong>1</dong></so>",
        media_type="application/xml",
    )
    assert states() == [State.WAITING, State.BLOCKED, State.BLOCKED]
    sign(office.hoa, credential(office, pki, "hoa"), ids())
    assert states() == [State.SIGNED, State.WAITING, State.BLOCKED]
    sign(office.mai, credential(office, pki, "mai"), ids())
    sign(office.thu, seal_credential(office, pki), ids())
    assert states() == [State.SIGNED] * 3
    found = read_xades(content_of(document(paper)))
    assert [one.intact for one in found] == [True] * 3
    assert found[2].covers == ("noi-dung", "ky-1-value", "ky-2-value")


def test_another_persons_request_is_not_signed(office: Cast, pki: Pki) -> None:
    hand_in(office, [person(office, "mai")])
    outcome = sign(office.hoa, credential(office, pki, "hoa"), ids())
    assert (outcome.done, states()) == (0, [State.WAITING])


def test_another_persons_certificate_does_not_exist(office: Cast, pki: Pki) -> None:
    with pytest.raises((OutsidePlace, Refused)):
        sign(office.hoa, credential(office, pki, "mai"), [])


def test_a_wrong_pin_signs_nothing_and_counts(office: Cast, pki: Pki) -> None:
    card = credential(office, pki, "hoa")
    hand_in(office, [person(office, "hoa")])
    said = [sign(office.hoa, card, ids(), secret="000000").trouble for _ in range(3)]
    assert "Còn 2 lần" in said[0]
    assert "tạm bị chặn" in said[2]
    assert "tạm bị chặn" in sign(office.hoa, card, ids()).trouble
    assert states() == [State.WAITING]


@pytest.mark.parametrize("fault", ["expired", "future", "revoked", "usage", "weak", "stranger"])
def test_a_certificate_that_is_not_good_signs_nothing(office: Cast, pki: Pki, fault: str) -> None:
    hand_in(office, [person(office, "hoa")])
    outcome = sign(office.hoa, _unfit(office, pki, fault), ids())
    assert outcome.trouble
    assert (outcome.done, outcome.left) == (0, 1)
    assert states() == [State.WAITING]


def _unfit(office: Cast, pki: Pki, fault: str) -> int:
    return credential(office, pki, "hoa", label=fault)


def test_without_a_timestamp_nothing_is_accepted_until_it_comes(
    office: Cast, pki: Pki, authority: Authority
) -> None:
    card = credential(office, pki, "hoa")
    papers = [
        hand_in(office, [person(office, "hoa"), seal(office)], key=str(n), level=Level.B_T)
        for n in range(3)
    ]
    authority.down("tsa")
    outcome = sign(office.hoa, card, ids())
    assert (outcome.done, outcome.unfinished, outcome.left) == (0, 3, 0)
    assert "dấu thời gian" in requests(state=State.UNFINISHED)[0].trouble
    assert all(document(one).signatures is None for one in papers)
    assert states(step=2) == [State.BLOCKED] * 3
    assert authority.asked.count("/thu/tsa/tsa") <= 1
    _finish_when(office, authority, papers)


def _finish_when(office: Cast, authority: Authority, papers: list[int]) -> None:
    with scoped(EVERYTHING):
        assert finish_unfinished(now=now()).signed == 0
        _wait_is_over()
        assert finish_unfinished(now=now()).unfinished == 3
        assert requests(state=State.UNFINISHED)[0].attempts == 2
        authority.up("tsa")
        _wait_is_over(hours_ahead=3)
        assert finish_unfinished(now=now()).signed == 3, "a clock that was ahead holds nothing"
    assert states(step=1) == [State.SIGNED] * 3
    assert states(step=2) == [State.WAITING] * 3
    assert all(document(one).signatures for one in papers)
    assert [row.kept for row in requests(step=1)] == [None] * 3


def test_the_time_is_held_while_nobody_can_say_that_the_certificate_is_good(
    office: Cast, pki: Pki, authority: Authority
) -> None:
    """Signed at B-LT while OCSP and lists are down: the time stays that of the signing."""
    paper = hand_in(office, [person(office, "hoa")], level=Level.B_LT)
    card = credential(office, pki, "hoa")
    authority.down("ocsp", "crls")
    outcome = sign(office.hoa, card, ids())
    assert (outcome.done, outcome.unfinished) == (0, 1)
    assert "thu hồi" in requests()[0].trouble
    assert document(paper).signatures is None
    authority.up()
    authority.down("tsa")
    with scoped(EVERYTHING):
        _wait_is_over()
        assert finish_unfinished(now=now()).signed == 1
    row = document(paper)
    (found,) = read_cms(signatures_of(row), content_of(row))
    assert found.intact
    assert len(found.timestamps) == len(found.evidence.ocsp) == 1
    assert authority.asked.count("/thu/tsa/tsa") == 1


def test_a_list_of_megabytes_goes_into_no_signature(
    office: Cast, pki: Pki, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khue.signing.services.completing.LONGEST_LISTS", len(pki.crl("root")) + 10)
    hand_in(office, [person(office, "hoa")], level=Level.B_LT)
    card = credential(office, pki, "hoa")
    authority.down("ocsp")
    assert sign(office.hoa, card, ids()).unfinished == 1
    assert "quá dài" in requests()[0].trouble
    authority.up()
    with scoped(EVERYTHING):
        _wait_is_over()
        assert finish_unfinished(now=now()).signed == 1


def _wait_is_over(hours_ahead: int = 0) -> None:
    """By the clock of now, or by one that was so much ahead when the wait began."""
    from tests.cast import table

    waiting = table("signing.Request").objects.filter(state="unfinished")
    waiting.update(next_attempt_at=now() + timedelta(hours=hours_ahead))


def test_a_certificate_revoked_meanwhile_asks_for_another_signature(
    office: Cast, pki: Pki, authority: Authority
) -> None:
    hand_in(office, [person(office, "hoa")], level=Level.B_LT)
    card = credential(office, pki, "hoa")
    authority.down("tsa", "ocsp", "crls")
    assert sign(office.hoa, card, ids()).unfinished == 1
    authority.up()
    _revoke(office, pki)
    with scoped(EVERYTHING):
        _wait_is_over()
        finish_unfinished(now=now())
    row = requests()[0]
    assert row.state == State.WAITING
    assert "thu hồi" in row.trouble
    assert row.kept is None


def _revoke(office: Cast, pki: Pki) -> None:
    """The value is of a certificate that is revoked by now: as if the kept one were that one."""
    from dataclasses import replace

    from khue.signing.services.keeping import keep, take
    from tests.cast import table

    signer, _ = pki.signer("revoked")
    with scoped(EVERYTHING):
        row = table("signing.Request").objects.get()
        row.kept = keep(replace(take(row.kept), signer=signer))
        row.save()


def test_refusing_needs_a_reason_and_closes_what_follows(office: Cast, pki: Pki) -> None:
    paper = hand_in(office, [person(office, "hoa"), person(office, "mai"), seal(office)])
    with scoped(EVERYTHING), pytest.raises(Refused, match="Chưa ghi lý do"):
        refuse(actor=office.hoa.actor, now=now(), request_ids=ids(), reason="  ")
    with scoped(EVERYTHING):
        refuse(actor=office.hoa.actor, now=now(), request_ids=ids(), reason="Thiếu một em")
    assert states() == [State.REFUSED, State.WITHDRAWN, State.WITHDRAWN]
    assert document(paper).state == "refused"
    assert sign(office.hoa, credential(office, pki, "hoa"), ids()).done == 0


def test_a_new_version_takes_the_waiting_one_back_and_replaces_the_signed_one(
    office: Cast, pki: Pki
) -> None:
    card = credential(office, pki, "hoa")
    first = hand_in(office, [person(office, "hoa")])
    second = hand_in(office, [person(office, "hoa")], content=b"moi")
    assert (document(first).state, document(second).version) == ("withdrawn", 2)
    sign(office.hoa, card, ids())
    third = hand_in(office, [person(office, "hoa")], content=b"moi nua")
    assert document(second).state == "signed"
    sign(office.hoa, card, ids())
    assert (document(second).state, document(third).state) == ("superseded", "signed")


def test_a_clock_that_is_wrong_signs_nothing(office: Cast, pki: Pki, authority: Authority) -> None:
    from datetime import timedelta

    card = credential(office, pki, "hoa")
    hand_in(office, [person(office, "hoa")], level=Level.B_T)
    authority.clock = now() + timedelta(hours=3)
    outcome = sign(office.hoa, card, ids())
    assert "Đồng hồ" in outcome.trouble
    assert (outcome.done, states()) == (0, [State.WAITING])


def test_a_file_that_nobody_can_sign_says_why_and_does_not_hold_the_others(
    office: Cast, pki: Pki
) -> None:
    broken, pdf = b"khong phai PDF", "application/pdf"
    hand_in(office, [person(office, "hoa")], key="1", content=broken, media_type=pdf)
    hand_in(office, [person(office, "hoa")], key="2")
    outcome = sign(office.hoa, credential(office, pki, "hoa"), ids())
    assert (outcome.done, outcome.left, outcome.trouble) == (1, 1, "")
    assert "PDF" in requests(state=State.WAITING)[0].trouble
