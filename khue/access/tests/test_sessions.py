"""Sessions end: by idling, by age, by hand, and wherever a password changes."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import load_workbook

from khue.access.models import Account, Session
from khue.access.pages import address_of
from khue.access.queries import find_session
from khue.access.services.passwords import PasswordRefused, change_password
from khue.access.services.sessions import open_session, touch_session
from khue.access.services.signing_in import WrongCredentials
from khue.access.tests.people import GOOD, NOW, enter, signed_in
from tests.cast import PASSWORD, Cast

MY = "/tai-khoan-cua-toi/"


def test_a_session_dies_after_twelve_idle_hours(cast: Cast) -> None:
    token = open_session(account_id=cast.hoa.account.pk, now=NOW)
    assert find_session(token, NOW + timedelta(hours=11, minutes=59))
    assert find_session(token, NOW + timedelta(hours=12)) is None


def test_a_busy_session_dies_after_seven_days(cast: Cast) -> None:
    token = open_session(account_id=cast.hoa.account.pk, now=NOW)
    for hours in range(10, 24 * 7, 10):
        found = find_session(token, NOW + timedelta(hours=hours))
        assert found is not None
        touch_session(found, now=NOW + timedelta(hours=hours))
    assert find_session(token, NOW + timedelta(days=7)) is None


def test_a_session_is_noted_at_most_every_five_minutes(cast: Cast) -> None:
    token = open_session(account_id=cast.hoa.account.pk, now=NOW)
    found = find_session(token, NOW)
    assert found is not None
    touch_session(found, now=NOW + timedelta(minutes=4))
    found.refresh_from_db()
    assert found.seen_at == NOW
    touch_session(found, now=NOW + timedelta(minutes=5))
    found.refresh_from_db()
    assert found.seen_at == NOW + timedelta(minutes=5)


def test_signing_out_ends_the_session_at_the_server(cast: Cast) -> None:
    client = cast.client("hoa")
    stolen = client.cookies["khue_session"].value
    assert client.post("/dang-xuat/").status_code == 302
    thief = Client()
    thief.cookies["khue_session"] = stolen
    assert thief.get(MY).status_code == 302


def test_signing_out_needs_a_form(cast: Cast) -> None:
    assert cast.client("hoa").get("/dang-xuat/").status_code == 405


def test_the_list_shows_where_one_is_signed_in(cast: Cast) -> None:
    here, there = cast.client("hoa"), Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604")
    enter(there, "gv.hoa", PASSWORD)
    shown = here.get(f"{MY}phien/").text
    assert "Safari trên iPhone" in shown
    assert shown.count("Thiết bị này") == 1


def test_the_list_is_taken_along_without_what_opens_a_session(cast: Cast) -> None:
    here, there = cast.client("hoa"), Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604")
    enter(there, "gv.hoa", PASSWORD)
    content = here.get(f"{MY}phien/?format=xlsx").content
    rows = load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[:2] == [["Các phiên đăng nhập", "", "", "", ""], [cast.hoa.name, "", "", "", ""]]
    assert rows[2][0::4] == ["Thiết bị", "Thiết bị này"]
    assert len(rows) == 5
    assert rows[3][4] == "x"
    assert rows[4][0] == "Safari trên iPhone"
    keys = set(Session.objects.values_list("pk", flat=True))
    assert not keys & {cell for row in rows for cell in row}


def test_one_session_is_ended_from_another(cast: Cast) -> None:
    here, there = cast.client("hoa"), cast.client("hoa")
    key = Session.objects.filter(account=cast.hoa.account).order_by("created_at").last().pk  # type: ignore[union-attr]
    here.post(f"{MY}phien/ket-thuc/", {"key": key})
    assert there.get(MY).status_code == 302
    assert here.get(MY).status_code == 200


def test_nobody_ends_the_session_of_another(cast: Cast) -> None:
    victim = cast.client("nam")
    key = Session.objects.get(account=cast.nam.account).pk
    cast.client("hoa").post(f"{MY}phien/ket-thuc/", {"key": key})
    assert victim.get(MY).status_code == 200


def test_signing_out_everywhere(cast: Cast) -> None:
    here, there = cast.client("hoa"), cast.client("hoa")
    here.post(f"{MY}phien/ket-thuc-het/")
    assert here.get(MY).status_code == there.get(MY).status_code == 302


def test_the_others_are_signed_out_and_this_one_stays(cast: Cast) -> None:
    here, there = cast.client("hoa"), cast.client("hoa")
    here.post(f"{MY}phien/ket-thuc-khac/")
    assert here.get(MY).status_code == 200
    assert there.get(MY).status_code == 302


def test_a_changed_password_ends_the_sessions_elsewhere(cast: Cast) -> None:
    here, there = cast.client("hoa"), cast.client("hoa")
    done = here.post(f"{MY}mat-khau/", {"current": PASSWORD, "password": GOOD})
    assert done.status_code == 302
    assert here.get(MY).status_code == 200
    assert there.get(MY).status_code == 302
    assert enter(Client(), "gv.hoa", GOOD).status_code == 302


def test_a_password_changes_only_with_the_old_one(cast: Cast) -> None:
    actor = signed_in(cast.hoa.account)
    with pytest.raises(WrongCredentials):
        change_password(actor=actor, now=NOW, current="sai", password=GOOD, address=None)


def test_a_password_made_of_name_and_school_is_refused(cast: Cast) -> None:
    actor = signed_in(cast.mai.account, second_factor=True)
    with pytest.raises(PasswordRefused) as refusal:
        change_password(
            actor=actor, now=NOW, current=PASSWORD, password="SaoKhue-Mai-2026", address=None
        )
    assert refusal.value.refusal.key == "CONTEXT"


def test_a_closed_account_is_out_at_once(cast: Cast) -> None:
    client = cast.client("hoa")
    Account.objects.filter(pk=cast.hoa.account.pk).update(closed_at=NOW)
    assert client.get(MY).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "told"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "1.2.3.4, 5.6.7.8", "5.6.7.8"),
        (2, "1.2.3.4, 5.6.7.8", "1.2.3.4"),
        (1, "not an address", None),
    ],
)
def test_a_forwarded_address_counts_only_behind_our_own_proxies(
    rf: object, settings: object, proxies: int, forwarded: str, told: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies  # type: ignore[attr-defined]
    request = rf.get("/", headers={"X-Forwarded-For": forwarded})  # type: ignore[attr-defined]
    assert address_of(request) == told
