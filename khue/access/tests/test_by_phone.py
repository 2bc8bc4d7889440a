"""Entering by phone and one-time code: who comes in, who learns nothing, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from khue.access.models import Account, EntryCode, Session
from khue.access.rules.entry_codes import (
    AGAIN_AFTER,
    DAY,
    HOUR,
    MOST_A_DAY,
    MOST_AN_HOUR,
    read_entry_code,
    wait_for_phone,
)
from khue.access.services.entry_codes import (
    AskedTooOften,
    WrongEntryCode,
    ask_for_code,
    forget_old_codes,
    give_entry_code,
    send_code,
)
from khue.access.tests.people import NOW
from khue.messaging.services import providers
from khue.messaging.tests.post import SMS, Obedient, send
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key
from tests.cast import TODAY, Cast, table

LAN, NOBODY = "0912000001", "0987654321"
ADDRESS, AUTUMN = "10.0.0.9", date(2026, 8, 1)


@pytest.fixture
def phones(db: None, settings: Settings) -> Iterator[Obedient]:
    """What the network brought to phones."""
    settings.MESSAGING = SMS
    obedient = Obedient()
    providers.register_channel("obedient", obedient.open)
    yield obedient
    del providers._OPENERS["obedient"]


def ask(phone: str, *, seconds: int = 0, address: str = ADDRESS) -> None:
    ask_for_code(phone=phone, address=address, now=NOW + timedelta(seconds=seconds))


def deliver(phones: Obedient, *, seconds: int = 0) -> str:
    """Do the job that follows, and read the newest code that a phone got."""
    now = NOW + timedelta(seconds=seconds)
    for row in everything(EntryCode):
        send_code(code_id=row.pk, now=now)
    send(now=now)
    return newest_code(phones)


def newest_code(phones: Obedient) -> str:
    found = [re.search(r"\d{6}", one) for one in phones.texts()]
    return found[-1][0] if found and found[-1] else ""


def everything(model: Any) -> list[Any]:
    with scoped(EVERYTHING):
        return list(model.objects.all())


def give(phone: str, code: str, *, seconds: int = 5, address: str = ADDRESS) -> Any:
    return give_entry_code(
        phone=phone, typed=code, address=address, now=NOW + timedelta(seconds=seconds)
    )


def add_guardian(child: Any, name: str, phone: str = LAN, relation: str = "guardian") -> Any:
    with scoped(EVERYTHING):
        guardian = table("records.Guardian").objects.create(
            name=name, name_search=search_key(name), phone=phone, created_at=NOW
        )
        return table("records.Guardianship").objects.create(
            student=child, guardian=guardian, relation=relation, starts_on=AUTUMN
        )


def browse(phones: Obedient, phone: str = LAN) -> tuple[Client, str]:
    """A browser that typed the phone, and the code that came."""
    client = Client()
    answer = client.post("/dang-nhap/phu-huynh/", {"phone": phone})
    assert answer["Location"] == "/dang-nhap/phu-huynh/ma/"
    now = timezone.now()
    for row in everything(EntryCode):
        send_code(code_id=row.pk, now=now)
    send(now=now)
    return client, newest_code(phones)


def test_a_registered_phone_comes_in(cast: Cast, phones: Obedient) -> None:
    client, code = browse(phones, "0912 000 001")
    answer = client.post("/dang-nhap/phu-huynh/ma/", {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Session.objects.get(ended_at=None).account_id == cast.lan.account.pk
    assert client.get("/tai-khoan-cua-toi/").status_code == 200
    assert phones.texts() == [
        f"Khue: ma dang nhap la {code}, dung trong 5 phut. Khong dua ma nay cho bat ky ai."
    ]


def test_nothing_personal_stands_in_an_address_a_cookie_or_the_table(
    cast: Cast, phones: Obedient
) -> None:
    client, code = browse(phones)
    kept = str([vars(one) for one in everything(EntryCode)])
    jobs = str(table("procrastinate.ProcrastinateJob").objects.values())
    for place in [kept, jobs, client.cookies["khue_phone"].value]:
        assert LAN not in place
        assert code not in place
    cookie = client.cookies["khue_phone"]
    assert (cookie["httponly"], cookie["path"]) == (True, "/dang-nhap/phu-huynh/")


def test_a_strange_phone_sees_the_same_pages_and_gets_no_message(
    cast: Cast, phones: Obedient
) -> None:
    pages = {}
    for phone in (LAN, NOBODY):
        client, _ = browse(phones, phone)
        page = client.get("/dang-nhap/phu-huynh/ma/").text
        wrong = client.post("/dang-nhap/phu-huynh/ma/", {"code": "000000"})
        shown = f"{phone[:4]} ••• {phone[-3:]}"
        pages[phone] = [
            re.sub(r"[A-Za-z0-9]{64}", "", one).replace(shown, "") for one in (page, wrong.text)
        ]
    assert pages[LAN] == pages[NOBODY]
    assert len(phones.sent) == 1


def statements(work: Any) -> list[str]:
    with CaptureQueriesContext(connection) as caught, suppress(WrongEntryCode):
        work()
    return [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in caught.captured_queries]


def test_a_known_and_a_strange_phone_cost_the_same_statements(cast: Cast, phones: Obedient) -> None:
    asked = {phone: statements(lambda phone=phone: ask(phone)) for phone in (LAN, NOBODY)}
    assert len(asked[LAN]) == len(asked[NOBODY])
    deliver(phones)
    given = {phone: statements(lambda phone=phone: give(phone, "12")) for phone in (LAN, NOBODY)}
    assert given[LAN] == given[NOBODY]


def test_a_code_opens_once(cast: Cast, phones: Obedient) -> None:
    ask(LAN)
    code = deliver(phones)
    assert [one.name for one in give(LAN, code).people] == ["Đàm Thị Lan"]
    with pytest.raises(WrongEntryCode, match="đã dùng"):
        give(LAN, code)


def test_a_code_of_yesterday_or_of_another_phone_opens_nothing(
    cast: Cast, phones: Obedient
) -> None:
    ask(LAN)
    code = deliver(phones)
    with pytest.raises(WrongEntryCode, match="hết hạn"):
        give(LAN, code, seconds=301)
    with pytest.raises(WrongEntryCode):
        give(NOBODY, code)


def test_five_guesses_and_the_code_is_worth_nothing(cast: Cast, phones: Obedient) -> None:
    ask(LAN)
    code = deliver(phones)
    wrong = "111111" if code != "111111" else "222222"
    for guess in range(5):
        with pytest.raises(WrongEntryCode, match="chưa đúng"):
            give(LAN, wrong, address=f"10.0.1.{guess}")
    late = 40  # the patience of a phone ends after five mistakes; the owner waits half a minute
    with pytest.raises(WrongEntryCode, match="sai 5 lần"):
        give(LAN, code, seconds=late)


def test_a_guesser_at_one_phone_must_wait(cast: Cast, phones: Obedient) -> None:
    client, _ = browse(phones, NOBODY)
    said = [
        client.post("/dang-nhap/phu-huynh/ma/", {"code": f"00000{one}"}).status_code
        for one in range(7)
    ]
    assert said == [422, 422, 422, 422, 422, 429, 429]


def test_a_new_code_comes_after_a_minute_and_ends_the_old_one(cast: Cast, phones: Obedient) -> None:
    ask(LAN)
    old = deliver(phones)
    with pytest.raises(AskedTooOften, match="giây"):
        ask(LAN, seconds=59)
    ask(LAN, seconds=61)
    new = deliver(phones, seconds=61)
    if old != new:
        with pytest.raises(WrongEntryCode):
            give(LAN, old, seconds=65)
    assert give(LAN, new, seconds=66).people


def test_a_double_click_sends_one_message(cast: Cast, phones: Obedient) -> None:
    client, _ = browse(phones)
    again = client.post("/dang-nhap/phu-huynh/", {"phone": LAN}, follow=True)
    assert "chưa đầy một phút trước vẫn dùng được" in again.text
    assert len(everything(EntryCode)) == 1


def test_resending_too_soon_is_told(cast: Cast, phones: Obedient) -> None:
    client, _ = browse(phones)
    answer = client.post("/dang-nhap/phu-huynh/gui-lai/", follow=True)
    assert "Hãy đợi" in answer.text


def test_an_hour_and_an_address_have_their_limits(cast: Cast, phones: Obedient) -> None:
    for number in range(MOST_AN_HOUR):
        ask(LAN, seconds=number * 61)
    with pytest.raises(AskedTooOften) as refused:
        ask(LAN, seconds=600)
    assert not refused.value.just_asked
    ask(LAN, seconds=3601)
    for number in range(120):
        ask(f"0987{number:06}", address="10.9.9.9")
    with pytest.raises(AskedTooOften):
        ask(NOBODY, address="10.9.9.9")
    ask(NOBODY, address="10.9.9.8")


def test_two_adults_of_one_phone_say_who_they_are(cast: Cast, phones: Obedient) -> None:
    add_guardian(cast.minh.student, "Triệu Thị Mão")
    client, code = browse(phones)
    assert "Mão" not in client.get("/dang-nhap/phu-huynh/ma/").text
    assert client.get("/dang-nhap/phu-huynh/chon/").status_code == 302
    answer = client.post("/dang-nhap/phu-huynh/ma/", {"code": code})
    assert answer["Location"] == "/dang-nhap/phu-huynh/chon/"
    page = client.get("/dang-nhap/phu-huynh/chon/").text
    assert "Đàm Thị Lan" in page
    assert "Triệu Thị Mão" in page
    assert client.post("/dang-nhap/phu-huynh/chon/", {}).status_code == 422
    stranger = client.post("/dang-nhap/phu-huynh/chon/", {"person": "999999"})
    assert stranger["Location"] == "/dang-nhap/phu-huynh/"


def test_a_grandmother_without_an_account_gets_one_at_the_first_right_code(
    cast: Cast, phones: Obedient
) -> None:
    link = add_guardian(cast.classmates[0], "Đặng Thị Bưởi", "0911222333")
    client, code = browse(phones, "0911222333")
    assert client.post("/dang-nhap/phu-huynh/ma/", {"code": code})["Location"] == "/"
    made = Account.objects.get(login="0911222333")
    with scoped(EVERYTHING):
        told = table("ledger.Entry").objects.filter(subject=f"account:{made.pk}")
        assert {one.action for one in told} == {"create", "grant"}
        link.guardian.refresh_from_db()
    assert link.guardian.account_id == made.pk
    home = client.get("/", follow=True)
    assert home.status_code == 200
    assert "Đặng Thùy Dương" in home.text


def test_one_phone_at_two_schools_sees_both_children(cast: Cast, phones: Obedient) -> None:
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.create(
            student=cast.other_student,
            guardian=add_guardian(cast.classmates[1], "Nông Văn Tài", "0911222333").guardian,
            relation="guardian",
            starts_on=AUTUMN,
        )
    client, code = browse(phones, "0911222333")
    client.post("/dang-nhap/phu-huynh/ma/", {"code": code})
    home = client.get("/").text
    assert "Nông Văn Ân" in home
    assert "Lục Văn Sơn" in home


@pytest.mark.parametrize("trouble", ["blocked", "ended", "closed"])
def test_who_has_nobody_to_see_gets_no_code(cast: Cast, phones: Obedient, trouble: str) -> None:
    with scoped(EVERYTHING):
        links = table("records.Guardianship").objects.filter(guardian=cast.lan.guardian)
        if trouble == "blocked":
            links.update(blocked_reason="Quyết định 12/2026/QĐST-HNGĐ")
        elif trouble == "ended":
            links.update(ends_on=TODAY - timedelta(days=30))
        else:
            Account.objects.filter(pk=cast.lan.account.pk).update(closed_at=NOW)
    ask(LAN)
    assert deliver(phones) == ""


def test_the_right_code_of_a_guardian_blocked_meanwhile_opens_nothing(
    cast: Cast, phones: Obedient
) -> None:
    client, code = browse(phones)
    with scoped(EVERYTHING):
        links = table("records.Guardianship").objects.filter(guardian=cast.lan.guardian)
        links.update(blocked_reason="Quyết định 12/2026/QĐST-HNGĐ")
    assert client.post("/dang-nhap/phu-huynh/ma/", {"code": code}).status_code == 422


def test_a_slip_that_lies_about_is_worth_nothing_after_the_phone_was_used(
    cast: Cast, phones: Obedient
) -> None:
    Account.objects.filter(pk=cast.lan.account.pk).update(
        password="", first_code_digest="a" * 64, first_code_expires=NOW + timedelta(days=900)
    )
    client, code = browse(phones)
    client.post("/dang-nhap/phu-huynh/ma/", {"code": code})
    assert client.get("/tai-khoan-cua-toi/").status_code == 200
    assert Account.objects.get(pk=cast.lan.account.pk).first_code_digest == ""


def test_a_forged_or_missing_cookie_begins_again(cast: Cast, phones: Obedient) -> None:
    client = Client()
    assert client.get("/dang-nhap/phu-huynh/ma/")["Location"] == "/dang-nhap/phu-huynh/"
    client.cookies["khue_phone"] = "v1.AAAA"
    for way in ("ma", "gui-lai", "chon"):
        answer = client.post(f"/dang-nhap/phu-huynh/{way}/", {"code": "1", "person": "1"})
        assert answer["Location"] == "/dang-nhap/phu-huynh/"


@pytest.mark.parametrize("typed", ["", "12", "abc", "0912 000", "<script>"])
def test_what_is_no_phone_is_told(cast: Cast, typed: str) -> None:
    answer = Client().post("/dang-nhap/phu-huynh/", {"phone": typed})
    assert "field-error" in answer.text


def test_a_house_without_sms_says_so_and_names_the_slip(cast: Cast, settings: Settings) -> None:
    settings.MESSAGING = {}
    page = Client().get("/dang-nhap/phu-huynh/").text
    assert "chưa gửi được tin nhắn" in page
    assert "/dang-nhap/lan-dau/" in page


def test_a_network_that_is_down_leaves_the_page_and_names_the_slip(
    cast: Cast, phones: Obedient
) -> None:
    phones.answer = lambda letter: 1 / 0  # type: ignore[assignment,return-value]
    client = Client()
    client.post("/dang-nhap/phu-huynh/", {"phone": LAN})
    page = client.get("/dang-nhap/phu-huynh/ma/").text
    assert "phiếu mã" in page
    assert "nhà mạng đang chậm" in page


def test_old_codes_are_forgotten(cast: Cast, phones: Obedient) -> None:
    ask(LAN)
    assert forget_old_codes(now=NOW + timedelta(hours=1)) == 0
    assert forget_old_codes(now=NOW + timedelta(days=2)) == 1


moments = st.lists(st.integers(0, 86_400), max_size=15)


@given(moments)
def test_the_wait_is_never_too_short(ages: list[int]) -> None:
    asked = [NOW - timedelta(seconds=age) for age in ages]
    then = NOW + wait_for_phone(asked, NOW)
    for within, most in [(AGAIN_AFTER, 1), (HOUR, MOST_AN_HOUR), (DAY, MOST_A_DAY)]:
        assert sum(then - at < within for at in asked) < most


@pytest.mark.parametrize(
    ("typed", "read"), [("123 456", "123456"), ("12-34-56", "123456"), ("1234567", "1234567")]
)
def test_a_code_may_be_typed_with_spaces(typed: str, read: str) -> None:
    assert read_entry_code(typed) == read
