"""SMPP 3.4 against a message centre that drops, delays, throttles, repeats and stays silent."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from khue.messaging.services.channels.smpp import unbind_all
from khue.messaging.services.sending import Drain, drain
from khue.messaging.tests.post import message, order, outgoing, states, table
from khue.messaging.tests.smsc import Centre, message_centre
from kit.fences import EVERYTHING, scoped


def smpp(centre: Centre, **more: Any) -> dict[str, Any]:
    facts = {
        "kind": "smpp",
        "channel": "sms",
        "host": "127.0.0.1",
        "port": centre.port,
        "system_id": "khue",
        "password": "thu",
        "sender": "SAO KHUE",
        "price": 300,
        "timeout": 2,
        **more,
    }
    return {"tong-dai": facts}


@pytest.fixture
def centre(db: None, settings: Settings) -> Iterator[Centre]:
    with message_centre() as made:
        settings.MESSAGING = smpp(made)
        yield made
        unbind_all()


def day() -> datetime:
    """A moment of today at which texts may be sent."""
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)


def run(
    *, listen: float = 0.3, ahead: timedelta = timedelta(), seconds: float = 15
) -> Counter[str]:
    moment = day() + ahead
    return drain(Drain(clock=lambda: moment), seconds=seconds, listen=listen)


def post(*messages: Any) -> None:
    order(list(messages), now=day())


def test_a_message_goes_out_and_its_receipt_comes_back(centre: Centre) -> None:
    post(outgoing(1, text="Em Minh vang sang nay."))
    run()
    held = centre.held[0]
    assert (held.source, held.destination) == ("SAO KHUE", "84900000001")
    assert (held.coding, held.esm_class, held.registered) == (0, 0, 1)
    assert message().state == "delivered"
    assert centre.acknowledged == [0]


def test_vietnamese_letters_go_as_ucs2_in_parts_with_a_header(centre: Centre) -> None:
    text = "Trường Sao Khuê báo em Đặng Thị Huế vắng học buổi sáng nay, chưa có phép. Xin hỏi lại."
    post(outgoing(1, text=text))
    run()
    assert [part.coding for part in centre.held] == [8, 8]
    assert [part.esm_class for part in centre.held] == [0x40, 0x40]
    assert [part.octets[3:6] for part in centre.held] == [
        bytes((message().pk & 0xFF, 2, 1)),
        bytes((message().pk & 0xFF, 2, 2)),
    ]
    assert "".join(centre.texts_to("84900000001")) == text
    assert message().state == "delivered"


def test_a_hundred_messages_use_one_bind_and_a_window(centre: Centre) -> None:
    post(*(outgoing(number) for number in range(100)))
    run(listen=1)
    run()
    assert centre.seen["bind"] == 1
    assert centre.seen["submit"] == 100
    assert len({part.destination for part in centre.held}) == 100
    assert states() == {"delivered": 100}


def test_a_throttling_centre_gets_every_message_once(centre: Centre) -> None:
    centre.habits.throttle_next = 7
    post(*(outgoing(number) for number in range(30)))
    for minute in range(6):
        run(ahead=timedelta(minutes=minute), listen=0.3, seconds=5)
    assert centre.seen["throttled"] > 0
    assert Counter(part.destination for part in centre.held).most_common(1)[0][1] == 1
    assert states() == {"delivered": 30}


def test_our_own_rate_keeps_below_the_limit_of_the_centre(
    centre: Centre, settings: Settings
) -> None:
    settings.MESSAGING = smpp(centre, rate=30)
    centre.habits.rate = 40
    post(*(outgoing(number) for number in range(75)))
    begun = time.monotonic()
    run(listen=0)
    assert time.monotonic() - begun >= 2.4
    assert centre.seen["throttled"] == 0
    assert len(centre.held) == 75


def test_a_line_cut_in_the_middle_sends_nothing_twice(centre: Centre) -> None:
    centre.habits.drop_after = 5
    centre.habits.silent = True
    post(*(outgoing(number) for number in range(20)))
    run(listen=0)
    run(ahead=timedelta(minutes=5), listen=0)
    assert Counter(part.destination for part in centre.held).most_common(1)[0][1] == 1
    assert states()["unknown"] >= 1
    assert states()["sent"] + states()["unknown"] == 20


def test_a_report_resolves_what_a_cut_line_left_unknown(centre: Centre) -> None:
    centre.habits.drop_after = 1
    centre.habits.silent = True
    post(outgoing(1))
    run(listen=0)
    assert message().state == "unknown"
    centre.habits.silent = False
    run(listen=0.1)
    centre.report_everything()
    run(listen=0.5)
    assert message().state == "delivered"


def test_a_centre_that_takes_and_never_answers_leaves_it_unknown(centre: Centre) -> None:
    centre.habits.stall = True
    post(outgoing(1))
    run(listen=0)
    centre.habits.stall = False
    run(ahead=timedelta(minutes=10), listen=0)
    assert message().state == "unknown"
    assert len(centre.held) == 1


def test_a_centre_that_never_reports_is_asked_after_two_days(centre: Centre) -> None:
    centre.habits.silent = True
    post(outgoing(1))
    run(listen=0)
    assert message().state == "sent"
    run(ahead=timedelta(hours=49), listen=0)
    assert centre.seen["query"] == 1
    assert message().state == "delivered"


def test_reports_that_repeat_or_come_first_count_once(centre: Centre) -> None:
    centre.habits.report_times, centre.habits.report_first = 3, True
    post(outgoing(1))
    run(listen=0.5)
    assert message().state == "delivered"
    assert centre.acknowledged == [0, 0, 0]


def test_a_phone_that_cannot_be_reached(centre: Centre) -> None:
    centre.habits.unreachable = {"84900000001"}
    centre.habits.bad_numbers = {"84900000002"}
    post(outgoing(1), outgoing(2))
    run()
    assert message("test:1").trouble == "Nhà mạng báo không đến được máy nhận."
    assert message("test:2").trouble == "Nhà mạng báo số điện thoại không nhận được tin."
    assert states() == {"failed": 2}


def test_a_busy_centre_is_tried_again(centre: Centre) -> None:
    centre.habits.busy_next = 1
    post(outgoing(1))
    run(listen=0)
    assert (message().state, message().attempts) == ("waiting", 1)
    run(ahead=timedelta(minutes=1))
    assert message().state == "delivered"


def test_a_centre_that_is_away_costs_no_attempt(centre: Centre) -> None:
    centre.habits.refuse_binds = True
    post(outgoing(1))
    run(listen=0, seconds=0.5)
    assert (message().state, message().attempts) == ("waiting", 0)
    assert message().trouble == "Tổng đài từ chối đăng nhập."
    centre.habits.refuse_binds = False
    run(ahead=timedelta(minutes=1))
    assert message().state == "delivered"


def test_a_slow_centre_is_waited_for(centre: Centre) -> None:
    centre.habits.delay = 0.2
    post(*(outgoing(number) for number in range(5)))
    run()
    assert states() == {"delivered": 5}


def test_a_text_from_an_unknown_phone_is_kept_and_not_answered(centre: Centre) -> None:
    run(listen=0.1)
    centre.phone_says("84912345678", "KQ 123")
    run(listen=0.5)
    with scoped(EVERYTHING):
        kept = table("Inbound").objects.get()
    assert (kept.state, kept.reason) == ("refused", "Số điện thoại chưa được đăng ký với trường.")
    assert kept.shown_sender == "•••••••678"
    assert centre.held == []
