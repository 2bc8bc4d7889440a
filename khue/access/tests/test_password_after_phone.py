"""An account that was entered by phone alone gets its password later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.access.models import Account, Session
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

CHOSEN = "rau sắng đầu mùa"


@pytest.fixture
def mother(cast: Cast) -> Client:
    """Chị Lan, who only ever came in with a code to her phone."""
    client = cast.client("lan")
    with scoped(EVERYTHING):
        row = Account.objects.filter(pk=cast.lan.account.pk)
        row.update(password="", password_changed_at=None, first_code_digest="")
        Session.objects.filter(account_id=cast.lan.account.pk).update(created_at=timezone.now())
    return client


def choose(client: Client, password: str) -> str:
    answer = client.post(reverse("access.change_password"), {"password": password}, follow=True)
    return answer.content.decode()


def test_she_chooses_one_and_comes_in_with_it(cast: Cast, mother: Client) -> None:
    assert "Đặt mật khẩu" in mother.get(reverse("access.my_account")).content.decode()
    assert (
        "Mật khẩu đang dùng" not in mother.get(reverse("access.change_password")).content.decode()
    )
    assert "Đã đặt mật khẩu" in choose(mother, CHOSEN)
    sent = {"login": cast.lan.account.login, "password": CHOSEN}
    assert Client().post(reverse("access.login"), sent).status_code == 302
    with scoped(EVERYTHING):
        assert history_of(f"account:{cast.lan.account.pk}")[0].action == "choose_password"


def test_a_weak_one_is_refused(cast: Cast, mother: Client) -> None:
    assert "Chưa đặt được mật khẩu" in choose(mother, "12345678")


def test_not_on_a_device_left_open(cast: Cast, mother: Client) -> None:
    with scoped(EVERYTHING):
        Session.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert "vào lại bằng số điện thoại" in choose(mother, CHOSEN)
    with scoped(EVERYTHING):
        assert not Account.objects.get(pk=cast.lan.account.pk).password


def test_who_has_one_still_gives_the_old_one(cast: Cast, mother: Client) -> None:
    choose(mother, CHOSEN)
    assert "Mật khẩu đang dùng" in choose(mother, "một mật khẩu khác hẳn")
    sent = {"login": cast.lan.account.login, "password": CHOSEN}
    assert Client().post(reverse("access.login"), sent).status_code == 302
