"""The drain: groups, retries, throttling, reports, and what a dead worker leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from khue.messaging.api import Outcome, Provider, Report, Verdict
from khue.messaging.rules.outcomes import Letter
from khue.messaging.rules.rates import TokenBucket
from khue.messaging.services.claiming import claim, hand_over
from khue.messaging.services.recording import apply_report
from khue.messaging.services.sending import Drain, drain, forget_ended
from khue.messaging.tests.post import (
    NOW,
    SMS,
    Obedient,
    message,
    message_table,
    order,
    outgoing,
    send,
    states,
    table,
)
from kit.fences import EVERYTHING, scoped

LATER = NOW + timedelta(minutes=4)


def provider(rate: float = 0) -> Provider:
    return Provider("mang", "obedient", "sms", rate, 300, 3, SMS["mang"])


def report(reference: str, said: Report = Report.DELIVERED, **more: Any) -> None:
    with scoped(EVERYTHING):
        apply_report(provider="mang", reference=reference, report=said, now=NOW, **more)


def dead_worker(*, handed: bool) -> None:
    """Claims as a worker does, and is never heard of again."""
    with scoped(EVERYTHING):
        claimed = claim(provider(), who="dead", now=NOW)
        if handed:
            hand_over(claimed, who="dead", now=NOW)


def test_a_thousand_messages_go_once_each_in_groups(channel: Obedient) -> None:
    order([outgoing(number) for number in range(1000)])
    counts = send()
    assert counts == {"accepted": 1000}
    assert len({letter.address for letter in channel.sent}) == len(channel.sent) == 1000
    assert max(channel.groups) == 50
    assert states() == {"sent": 1000}


def test_urgent_ones_go_first(channel: Obedient) -> None:
    order([*(outgoing(number) for number in range(20)), outgoing(99, urgent=True)])
    send()
    assert channel.sent[0].address == "0900000099"


def test_trouble_that_passes_is_tried_again_after_growing_waits(channel: Obedient) -> None:
    channel.answer = lambda letter: Outcome(Verdict.LATER, {}, "Tổng đài bận.")
    order([outgoing()])
    moment, waits = NOW, []
    for _ in range(5):
        send(now=moment)
        due = message().next_attempt_at
        waits.append(int((due - moment).total_seconds()))
        moment = max(due, moment)
    assert waits[:4] == [30, 120, 600, 1800]
    assert (message().state, message().attempts) == ("failed", 5)
    assert message().trouble == "Đã thử 5 lần không được. Tổng đài bận."
    assert len(channel.sent) == 5


def test_after_the_clock_was_set_back_messages_do_not_wait_for_its_time(channel: Obedient) -> None:
    ahead = NOW + timedelta(hours=2)
    order([outgoing(number) for number in range(3)], now=ahead)
    later = order([outgoing(9)], now=ahead, not_before=ahead + timedelta(hours=1))
    with scoped(EVERYTHING):
        claimed = table("Message").objects.filter(intent="test:1")
        claimed.update(state="claimed", claimed_by="gone", claimed_until=ahead)
    send(now=NOW)
    assert len(channel.sent) == 3
    assert later
    send(now=ahead + timedelta(hours=1))
    assert len(channel.sent) == 4


def test_being_throttled_slows_down_and_uses_up_no_attempt(channel: Obedient) -> None:
    pauses: list[float] = []
    channel.answer = lambda letter: Outcome(Verdict.LATER, {}, "Quá nhanh.", counts=False)
    order([outgoing()])
    run = Drain(clock=lambda: NOW, sleep=pauses.append)
    drain(run, seconds=1)
    assert max(pauses) == 1.0
    assert (message().state, message().attempts) == ("waiting", 0)


def test_a_refusal_of_the_provider_ends_it_and_costs_nothing(channel: Obedient) -> None:
    with scoped(EVERYTHING):
        table("Budget").objects.create(
            school_id=37, province_id=2, month=NOW.date().replace(day=1), limit=5
        )
    channel.answer = lambda letter: Outcome(Verdict.FAILED, {}, "Số không tồn tại.")
    order([outgoing()])
    send()
    assert (message().state, message().trouble) == ("failed", "Số không tồn tại.")
    with scoped(EVERYTHING):
        assert table("Budget").objects.get().spent == 0


def test_what_may_have_gone_out_is_never_sent_again(channel: Obedient) -> None:
    channel.answer = lambda letter: Outcome(Verdict.UNKNOWN, {}, "Đứt kết nối khi đang gửi.")
    order([outgoing()])
    send()
    send(now=NOW + timedelta(hours=5))
    assert message().state == "unknown"
    assert len(channel.sent) == 1


def test_what_a_dead_worker_had_not_handed_over_is_sent_by_the_next(channel: Obedient) -> None:
    order([outgoing()])
    dead_worker(handed=False)
    send()
    assert channel.sent == []
    send(now=LATER)
    assert len(channel.sent) == 1


def test_what_a_dead_worker_had_handed_over_is_unknown(channel: Obedient) -> None:
    order([outgoing()])
    dead_worker(handed=True)
    send(now=LATER)
    assert channel.sent == []
    assert message().state == "unknown"


def test_a_provider_that_remembers_says_what_became_of_it(channel: Obedient) -> None:
    order([outgoing(1), outgoing(2)])
    dead_worker(handed=True)

    class Memory(dict[str, Outcome]):
        def get(self, reference: str, default: Any = None) -> Any:
            self[reference] = Outcome(
                Verdict.LATER if self else Verdict.ACCEPTED, {} if self else {"r1": "underway"}
            )
            return self[reference]

    channel.memory = Memory()
    send(now=LATER)
    assert states() == {"sent": 1, "waiting": 1}


def test_a_claim_that_ran_out_is_not_handed_over(channel: Obedient) -> None:
    order([outgoing()])
    with scoped(EVERYTHING):
        claimed = claim(provider(), who="slow", now=NOW)
        assert hand_over(claimed, who="slow", now=LATER) == []


def test_a_report_told_twice_is_one(channel: Obedient) -> None:
    order([outgoing()])
    send()
    reference = f"ref-{message().pk}"
    report(reference)
    ended = message().ended_at
    report(reference)
    assert (message().state, message().ended_at) == ("delivered", ended)


def test_a_report_may_come_before_the_sending_is_written_down(channel: Obedient) -> None:
    def answer(letter: Letter) -> Outcome:
        report(f"ref-{letter.id}")
        return Outcome(Verdict.ACCEPTED, {f"ref-{letter.id}": "underway"})

    channel.answer = answer
    order([outgoing()])
    send()
    assert message().state == "delivered"


def test_a_long_message_has_arrived_when_every_part_has(channel: Obedient) -> None:
    channel.answer = lambda letter: Outcome(Verdict.ACCEPTED, {"p1": "underway", "p2": "underway"})
    order([outgoing(text="ạ" * 100)])
    send()
    report("p1")
    assert message().state == "sent"
    report("p2")
    assert message().state == "delivered"


def test_a_report_finds_the_message_of_a_dead_worker_by_our_number(channel: Obedient) -> None:
    order([outgoing()])
    dead_worker(handed=True)
    send(now=LATER)
    report("strange", phone="0900000001", hint=message().pk & 0xFFFF)
    assert message().state == "delivered"


def test_a_provider_that_never_reports_is_asked_then_given_up(channel: Obedient) -> None:
    order([outgoing()])
    send()
    send(now=NOW + timedelta(hours=49))
    assert (message().state, message().trouble) == (
        "unknown",
        "Nhà cung cấp không báo đã đến máy hay chưa.",
    )


def test_zalo_falls_back_to_sms_once(channel: Obedient, settings: Settings) -> None:
    settings.MESSAGING = {**SMS, "zalo": {"kind": "obedient", "channel": "zns"}}
    channel.answer = lambda letter: (
        Outcome(Verdict.FAILED, {}, "Người nhận chặn Zalo.")
        if letter.data.get("template_id")
        else Outcome(Verdict.ACCEPTED, {f"ref-{letter.id}": "underway"})
    )
    order([outgoing(1, channel="zns", falls_back_to="sms", data={"template_id": "9"})])
    send()
    send()
    assert message("test:1").state == "failed"
    assert message("test:1@sms").state == "sent"
    assert states() == {"failed": 1, "sent": 1}
    with scoped(EVERYTHING):
        assert table("Batch").objects.get().messages == 2


def test_texts_are_cleared_long_after_the_end(channel: Obedient) -> None:
    channel.answer = lambda letter: Outcome(Verdict.DELIVERED)
    order([outgoing()])
    send()
    assert forget_ended(now=NOW + timedelta(days=91), kept=timedelta(days=90)) == 1
    assert (message().text, message().address, message().state) == ("", "", "delivered")


@pytest.mark.parametrize(("parts", "seconds"), [(30, 1.0), (300, 10.0), (1, 1 / 30)])
def test_the_bucket_begins_empty(parts: int, seconds: float) -> None:
    assert TokenBucket(30).wait_for(parts, 100.0) == pytest.approx(seconds)


def test_ten_thousand_parts_keep_to_thirty_a_second() -> None:
    bucket, moment = TokenBucket(30), 0.0
    for _ in range(1000):
        moment += bucket.wait_for(10, moment)
    assert moment == pytest.approx(10_000 / 30, abs=0.5)


def test_a_limit_makes_groups_of_at_most_a_second(channel: Obedient, settings: Settings) -> None:
    settings.MESSAGING = {"mang": {**SMS["mang"], "rate": 10}}
    waits: list[float] = []
    order([outgoing(number) for number in range(25)])
    drain(Drain(clock=lambda: NOW, sleep=waits.append), seconds=5)
    assert set(channel.groups) == {1}
    assert sum(waits) >= 2.4
    with scoped(EVERYTHING):
        assert message_table().objects.filter(state="sent").count() == 25
