"""Ordering messages: once for an intent, never beyond the budget, refused with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from khue.ledger.api import Author, Operation
from khue.messaging.api import Estimate, OrderRefused, estimate, tell_consent
from khue.messaging.tests.post import (
    NIGHT,
    NOW,
    PROVINCE,
    SCHOOL,
    Obedient,
    message,
    order,
    outgoing,
    phone,
    send,
    states,
    table,
)
from kit.fences import EVERYTHING, scoped

MONTH = date(2026, 11, 1)


def budget(limit: int, spent: int = 0) -> None:
    with scoped(EVERYTHING):
        table("Budget").objects.create(
            school_id=SCHOOL, province_id=PROVINCE, month=MONTH, limit=limit, spent=spent
        )


def spent() -> int:
    with scoped(EVERYTHING):
        return int(table("Budget").objects.get(school_id=SCHOOL).spent)


def test_a_message_is_written_down_sealed(channel: Obedient) -> None:
    batch = order([outgoing()])
    with scoped(EVERYTHING):
        made = table("Batch").objects.get(pk=batch)
    assert (made.messages, made.segments, made.cost) == (1, 1, 300)
    kept = message()
    assert kept.shown_address == "•••••••001"
    assert "vắng" not in kept.text
    assert phone(1) not in kept.address


def test_the_same_intent_is_one_message(channel: Obedient) -> None:
    order([outgoing(1), outgoing(1)])
    order([outgoing(1)])
    assert states() == {"waiting": 1}
    send()
    assert len(channel.sent) == 1


def test_a_number_that_is_none_is_refused_with_a_sentence(channel: Obedient) -> None:
    order([outgoing(address="12345")])
    assert message().state == "refused"
    assert "không phải là số điện thoại" in message().trouble


def test_two_thousand_characters_with_emoji_are_refused_before_sending(channel: Obedient) -> None:
    order([outgoing(text="😀" * 2000)])
    assert message().trouble == (
        "Nội dung dài 61 tin, nhà mạng chỉ nhận tối đa 3. Hãy viết ngắn lại."
    )
    assert not send()


def test_a_channel_without_provider_is_told(channel: Obedient) -> None:
    order([outgoing(channel="zns")])
    assert message().trouble == "Hệ thống chưa nối với kênh này nên tin không được gửi."


def test_what_it_costs_is_known_before(channel: Obedient) -> None:
    text = "Trường Sao Khuê báo: em Đặng Thị Huế vắng học buổi sáng 20/11/2026 chưa có phép."
    assert estimate([text], "sms") == Estimate(1, 2, 600)
    assert estimate([text], "sms", diacritics=False) == Estimate(1, 1, 300)
    assert estimate(["ạ" * 300], "sms").too_long == 1


def test_an_order_beyond_the_budget_is_refused_whole(channel: Obedient) -> None:
    budget(limit=10, spent=8)
    with pytest.raises(OrderRefused, match="cần 3 tin nhưng hạn mức tháng của trường chỉ còn 2"):
        order([outgoing(number) for number in range(3)])
    assert states() == {}
    order([outgoing(1), outgoing(2)])
    with pytest.raises(OrderRefused, match="chỉ còn 0"):
        order([outgoing(3)])


def test_the_budget_counts_what_is_sent(channel: Obedient) -> None:
    budget(limit=10)
    order([outgoing(1), outgoing(2, text="ạ" * 100)])
    send()
    assert spent() == 3


def test_a_budget_lowered_meanwhile_stops_what_no_longer_fits(channel: Obedient) -> None:
    budget(limit=10)
    order([outgoing(number) for number in range(4)])
    with scoped(EVERYTHING):
        table("Budget").objects.update(limit=3)
    send()
    assert states() == {"sent": 3, "refused": 1}
    assert spent() == 3


def test_the_database_keeps_the_budget(channel: Obedient) -> None:
    budget(limit=2, spent=2)
    with (
        pytest.raises(IntegrityError, match="messaging_budget_kept"),
        scoped(EVERYTHING),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update messaging_budget set spent = 3")


def test_who_refused_is_not_written_to(channel: Obedient) -> None:
    order([outgoing(1), outgoing(2)])
    with scoped(EVERYTHING):
        table("Address").objects.create(
            channel="sms",
            address_digest=message("test:1").address_digest,
            agreed=False,
            told_by="phụ huynh",
            told_at=NOW,
        )
    send()
    assert [letter.address for letter in channel.sent] == ["0900000002"]
    assert message("test:1").trouble == "Người nhận đã từ chối nhận loại tin này."


def test_a_refusal_told_meanwhile_is_kept(channel: Obedient) -> None:
    order([outgoing(1)])
    author = Operation(Author(8, "Phạm Thị Lan"), NOW)
    told: dict[str, Any] = {
        "operation": author,
        "now": NOW,
        "channel": "sms",
        "address": "0900000001",
    }
    with scoped(EVERYTHING):
        tell_consent(**told, agreed=False)
    send()
    assert channel.sent == []
    with scoped(EVERYTHING):
        tell_consent(**told, agreed=True)
    order([outgoing(2, address="0900000001")])
    send()
    assert len(channel.sent) == 1


@pytest.mark.parametrize(("kind", "sent"), [("absence", 1), ("fees", 0)])
def test_a_word_about_one_kind_counts_more(channel: Obedient, kind: str, sent: int) -> None:
    order([outgoing(1)])
    digest = message().address_digest
    with scoped(EVERYTHING):
        for about, agreed in (("", False), (kind, True)):
            table("Address").objects.create(
                channel="sms",
                address_digest=digest,
                kind=about,
                agreed=agreed,
                told_by="phụ huynh",
                told_at=NOW,
            )
    send()
    assert len(channel.sent) == sent


def test_a_care_message_waits_for_the_morning(channel: Obedient) -> None:
    order([outgoing(1)], now=NIGHT)
    order([outgoing(2, urgent=True)], now=NIGHT)
    send(now=NIGHT)
    assert [letter.address for letter in channel.sent] == ["0900000002"]
    send(now=NIGHT + timedelta(hours=8))
    assert states() == {"sent": 2}


def test_a_backlog_stops_at_night_too(channel: Obedient) -> None:
    order([outgoing(1), outgoing(2, urgent=True)])
    send(now=NIGHT)
    assert states() == {"waiting": 1, "sent": 1}


def test_what_comes_too_late_is_not_sent(channel: Obedient) -> None:
    order([outgoing(1, expires_at=NOW + timedelta(minutes=5))])
    send(now=NOW + timedelta(minutes=6))
    assert (message().state, message().trouble) == (
        "failed",
        "Quá hạn gửi trước khi đến lượt.",
    )


def test_without_any_provider_messages_inside_the_product_arrive(
    db: None, settings: Settings
) -> None:
    settings.MESSAGING = {"trong": {"kind": "app", "channel": "app"}}
    order([outgoing(1, channel="app", address="", account_id=7)])
    send()
    assert message().state == "delivered"
