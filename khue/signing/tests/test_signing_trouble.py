"""Trouble in the middle: a token pulled out, a server killed, two browsers at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.access.api import Refused
from khue.gradebook.tests.test_trouble import at_once
from khue.signing.rules.requests import Ask, OpenRequest, Signable, Signed
from khue.signing.rules.shapes import Format, Level
from khue.signing.services import kinds
from khue.signing.services.bulk import SliceOutcome, sign_slice
from khue.signing.services.finishing import finish_unfinished
from khue.signing.services.kinds import SigningKind, register_signing_kind
from khue.signing.services.requests import ask_for_signatures, refuse, withdraw_requests
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import (
    PIN,
    act,
    credential,
    hand_in,
    ids,
    now,
    person,
    requests,
    trust,
)
from khue.signing.tests.tokens import SoftToken
from kit.fences import EVERYTHING, scoped
from machinery.surroundings import ROOT
from tests.cast import Cast, make_cast, table

KIND = "test.note"


class Notes:
    """A kind whose documents are short notes, and what was accepted for each."""

    def __init__(self) -> None:
        self.accepted: dict[str, list[bytes]] = {}
        self.opened = 0
        self.at_opening: Callable[[int], None] = lambda _: None

    def open_many(self, wanted: Sequence[OpenRequest]) -> dict[int, Signable]:
        for _ in wanted:
            self.opened += 1
            self.at_opening(self.opened)
        return {one.id: Signable(f"Ghi chú {one.key}".encode()) for one in wanted}

    def accept_many(self, signed: Sequence[Signed]) -> None:
        for one in signed:
            self.accepted.setdefault(one.key, []).append(one.result)


@pytest.fixture
def notes() -> Iterator[Notes]:
    before, made = dict(kinds._kinds), Notes()
    register_signing_kind(SigningKind(KIND, "Ghi chú", made.open_many, made.accept_many))
    yield made
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def office(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Any) -> Cast:
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        trust(pki)
    return cast


@pytest.fixture
def living(
    committed_database: str, pki: Pki, authority: Authority, settings: Any, tmp_path: Any
) -> Cast:
    """The cast in a database in which commits are real."""
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        trust(pki)
        return make_cast()


def ask(cast: Cast, count: int, *, step: int = 1, level: Level = Level.B_B) -> list[int]:
    asks = [
        Ask(
            kind=KIND,
            key=f"{step}.{number}",
            bundle=f"note {number}",
            step=step,
            group="notes",
            group_title="Ghi chú",
            title=f"Ghi chú {number}",
            position=number,
            account_id=cast.hoa.account.pk,
            format=Format.CMS,
            level=level,
            school_id=cast.school.pk,
            province_id=cast.department.pk,
        )
        for number in range(count)
    ]
    with scoped(EVERYTHING):
        return ask_for_signatures(operation=act(cast.thu.actor), asks=asks)


def sign(cast: Cast, card: int, wanted: list[int], secret: str = PIN) -> SliceOutcome:
    with scoped(EVERYTHING):
        return sign_slice(
            actor=cast.hoa.actor,
            now=now(),
            credential_id=card,
            secret=secret,
            request_ids=wanted,
            batch=uuid4(),
            budget_seconds=300,
        )


def count(state: str) -> int:
    return len(ids(state=state))


def test_a_token_pulled_out_in_the_middle_of_many(
    office: Cast, pki: Pki, token: SoftToken, notes: Notes
) -> None:
    place = token.hold(*pki.person("hoa"))
    card = credential(office, pki, "hoa", backend="pkcs11", **place)
    wanted = ask(office, 80)
    notes.at_opening = lambda number: token.pull_out() if number == 60 else None
    stopped = sign(office, card, wanted)
    assert "thiết bị" in stopped.trouble
    assert stopped.done + stopped.left == 80
    assert (stopped.done, len(notes.accepted)) == (count("signed"), count("signed"))
    assert 50 <= stopped.done < 80
    token.put_back()
    token.notice()
    rest = sign(office, card, wanted)
    assert (rest.trouble, rest.done, rest.left) == ("", stopped.left, 0)
    assert all(len(results) == 1 for results in notes.accepted.values())


def test_a_wrong_pin_of_a_token_is_counted_and_then_it_rests(
    office: Cast, pki: Pki, token: SoftToken, notes: Notes
) -> None:
    place = token.hold(*pki.person("hoa"))
    card = credential(office, pki, "hoa", backend="pkcs11", **place)
    wanted = ask(office, 2)
    said = [sign(office, card, wanted, secret="999999").trouble for _ in range(3)]
    assert "chưa đúng" in said[0]
    assert "tạm bị chặn" in said[2]
    assert (count("waiting"), notes.accepted) == (2, {})


def test_two_browsers_on_the_same_requests_sign_each_once(living: Cast, pki: Pki) -> None:
    with scoped(EVERYTHING):
        for number in range(40):
            hand_in(living, [person(living, "hoa"), person(living, "mai")], key=str(number))
    card, wanted = credential(living, pki, "hoa"), ids(step=1)
    outcomes = at_once(*[lambda: sign(living, card, wanted)] * 3)
    assert [one.trouble for one in outcomes] == ["", "", ""]
    assert sum(one.done for one in outcomes) == 40
    assert count("signed") == 40
    assert len(ids(step=2, state="waiting")) == 40
    with scoped(EVERYTHING):
        assert table("ledger.Entry").objects.filter(action="sign").count() == 40
        assert not table("signing.Document").objects.filter(signatures=None).exists()


def test_two_who_sign_the_last_of_one_step_at_once_open_the_next(
    living: Cast, pki: Pki, notes: Notes
) -> None:
    rows = [("hoa", 1), ("mai", 1), ("thu", 2)]
    asks = [
        Ask(
            kind=KIND,
            key=who,
            bundle="one",
            step=step,
            group="one",
            group_title="Một",
            title="Một",
            account_id=living.people[who].account.pk,
            format=Format.CMS,
            level=Level.B_B,
            school_id=living.school.pk,
            province_id=living.department.pk,
        )
        for who, step in rows
    ]
    with scoped(EVERYTHING):
        wanted = ask_for_signatures(operation=act(living.thu.actor), asks=asks)
    hoa, mai = credential(living, pki, "hoa"), credential(living, pki, "mai")
    at_once(lambda: sign(living, hoa, wanted), lambda: _mai(living, mai, wanted))
    assert [row.state for row in requests()] == ["signed", "signed", "waiting"]
    assert set(notes.accepted) == {"hoa", "mai"}


def _mai(cast: Cast, card: int, wanted: list[int]) -> SliceOutcome:
    with scoped(EVERYTHING):
        return sign_slice(
            actor=cast.mai.actor,
            now=now(),
            credential_id=card,
            secret=PIN,
            request_ids=wanted,
            batch=None,
        )


def test_a_server_killed_in_the_middle_resumes_exactly_where_it_stopped(
    living: Cast, pki: Pki, committed_database: str, tmp_path: Any
) -> None:
    with scoped(EVERYTHING):
        for number in range(90):
            hand_in(living, [person(living, "hoa")], key=str(number))
    card = credential(living, pki, "hoa")
    server = _start(living, card, committed_database, tmp_path)
    _wait_until(lambda: count("signed") >= 25)
    server.send_signal(signal.SIGKILL)
    server.wait()
    before = count("signed")
    assert 25 <= before < 90
    assert before + count("waiting") == 90
    with scoped(EVERYTHING):
        signed = table("signing.Document").objects.filter(state="signed")
        assert signed.exclude(signatures=None).count() == before
    rest = sign(living, card, ids())
    assert (rest.done, rest.left) == (90 - before, 0)
    with scoped(EVERYTHING):
        assert table("ledger.Entry").objects.filter(action="sign").count() == 90


def _start(cast: Cast, card: int, url: str, folder: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": url, "KHUE_DATA_DIR": str(folder)}
    module = [sys.executable, "-m", "khue.signing.tests.sign_slowly"]
    given = [str(cast.hoa.account.pk), str(card), PIN]
    return subprocess.Popen([*module, *given], cwd=ROOT, env=environment)


def _wait_until(reached: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.05)
        connection.close()


ACTS = st.lists(
    st.sampled_from(["sign", "sign_without_time", "finish", "refuse", "withdraw", "ask_again"]),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_whatever_happens_nothing_is_signed_without_a_result_and_nothing_twice(
    office: Cast, pki: Pki, authority: Authority, notes: Notes, acts: list[str]
) -> None:
    card = _card(office, pki)
    with transaction.atomic():
        mark = transaction.savepoint()
        notes.accepted.clear()
        ask(office, 3, level=Level.B_T)
        for one in acts:
            _do(one, office, authority, card)
            _nothing_is_half_signed(notes)
        authority.up()
        transaction.savepoint_rollback(mark)


def _card(office: Cast, pki: Pki) -> int:
    with scoped(EVERYTHING):
        held = table("signing.Credential").objects.filter(account=office.hoa.account).first()
    return held.pk if held else credential(office, pki, "hoa")


def _do(one: str, office: Cast, authority: Authority, card: int) -> None:
    authority.up()
    if one == "sign_without_time":
        authority.down("tsa")
    wanted = ids()
    with scoped(EVERYTHING):
        table("signing.Request").objects.filter(state="unfinished").update(next_attempt_at=now())
        if one.startswith("sign"):
            sign(office, card, wanted[:2])
        elif one == "finish":
            finish_unfinished(now=now())
        elif one == "refuse":
            _refuse(office, wanted[-1:])
        elif one == "withdraw":
            by = act(office.thu.actor)
            withdraw_requests(operation=by, kind=KIND, keys=["1.0"], reason="Sửa lại")
        elif (
            not table("signing.Request")
            .objects.filter(key="1.2")
            .exclude(state__in=["refused", "withdrawn"])
        ):
            _again(office)


def _refuse(office: Cast, wanted: list[int]) -> None:
    try:
        refuse(actor=office.hoa.actor, now=now(), request_ids=wanted, reason="Sai tên")
    except Refused:
        return


def _again(office: Cast) -> None:
    row = table("signing.Request").objects.filter(key="1.2").latest("pk")
    row.pk, row.state, row.kept = None, "waiting", None
    row.save()


def _nothing_is_half_signed(notes: Notes) -> None:
    for row in requests():
        results = notes.accepted.get(row.key, [])
        if row.state == "signed":
            assert len(results) == 1
            assert row.result_digest
            assert row.kept is None
        assert (row.kept is not None) == (row.state == "unfinished")
    signed = [row.key for row in requests(state="signed")]
    assert len(signed) == len(set(signed))
    assert all(len(results) == 1 for results in notes.accepted.values())
