"""Telephone messages and readings of notices reach every figure above, and drift nowhere."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from khue.access.api import Actor
from khue.contactbook.services.notice_acts import recall
from khue.contactbook.services.notice_answers import acknowledge, read_notice
from khue.contactbook.tests.notice_room import send, to_class
from khue.messaging.api import (
    Outcome,
    Provider,
    Report,
    Sender,
    Verdict,
    cancel_waiting,
    register_channel,
)
from khue.messaging.services.recording import apply_report, expire
from khue.messaging.tests import post
from khue.statistics.api import Theme, figures_of
from khue.statistics.services.checking import check_figures
from khue.statistics.services.following import count_again, follow, follow_to_the_end
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import YEAR, Cast, table

NOW = post.NOW
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def channel(settings: Settings) -> post.Obedient:
    settings.MESSAGING = {"mang": {"kind": "told", "channel": "sms", "price": 300}}
    _told[0] = post.Obedient()
    register_channel("told", _open)
    return _told[0]


_told = [post.Obedient()]


def _open(provider: Provider) -> Sender:
    return _told[0].open(provider)


@pytest.fixture(autouse=True)
def everything(cast: Cast, channel: post.Obedient) -> Any:
    with scoped(EVERYTHING):
        follow_to_the_end(now=NOW)
        yield


def order(cast: Cast, *numbers: int, **more: Any) -> None:
    at = {"school_id": cast.school.pk, "province_id": cast.department.pk}
    post.order([post.outgoing(one, **at) for one in numbers], **more)


def told(actor: Actor, place: Any, *keys: str) -> list[int | None]:
    path = getattr(place, "organisation", place).path
    found = figures_of(actor, path, YEAR, [Theme.MESSAGES])[Theme.MESSAGES]
    return [found.count(key) for key in keys]


def test_a_message_moves_from_state_to_state_at_the_school_and_above(
    cast: Cast, channel: post.Obedient
) -> None:
    order(cast, 1, 2, 3)
    follow(now=NOW)
    assert told(cast.mai.actor, cast.school, "sms_waiting", "sms_sent") == [3, 0]
    post.send()
    apply_report(
        provider="mang",
        reference=f"ref-{channel.sent[0].id}",
        report=Report.DELIVERED,
        now=NOW,
    )
    apply_report(
        provider="mang", reference=f"ref-{channel.sent[1].id}", report=Report.FAILED, now=NOW
    )
    step = follow(now=NOW)
    assert step is not None
    assert step.moved >= 3
    keys = ("sms_waiting", "sms_sent", "sms_delivered", "sms_failed")
    for place in (cast.school, cast.commune, cast.department):
        reader = cast.mai.actor if place is cast.school else cast.dung.actor
        assert told(reader, place, *keys) == [0, 1, 1, 1]
    assert follow(now=NOW) is None
    assert check_figures(now=NOW).differences == []


def test_a_parent_who_reads_and_acknowledges_moves_the_figures_of_the_school(cast: Cast) -> None:
    sent = send(cast.hoa.actor, to_class(cast), asks_receipt=True)
    follow_to_the_end(now=NOW)
    keys = ("notices", "receipts", "read", "receipts_asked", "acknowledged")
    assert told(cast.mai.actor, cast.school, *keys) == [1, 2, 0, 2, 0]
    with scoped(Scope(students=(cast.minh.student.pk,))):
        read_notice(actor=cast.lan.actor, now=NOW + WEEK, notice_id=sent)
    follow(now=NOW)
    assert told(cast.dung.actor, cast.department, *keys) == [1, 2, 1, 2, 0]
    acknowledge(actor=cast.lan.actor, now=NOW, notice_id=sent)
    follow_to_the_end(now=NOW)
    assert told(cast.dung.actor, cast.commune, *keys) == [1, 2, 1, 2, 1]
    recall(actor=cast.hoa.actor, now=NOW, notice_id=sent, reason="Nhầm ngày")
    follow_to_the_end(now=NOW)
    assert told(cast.mai.actor, cast.school, *keys) == [0, 0, 0, 0, 0]
    assert check_figures(now=NOW).differences == []


def test_reading_again_or_a_message_that_stays_where_it_is_wakes_nobody(cast: Cast) -> None:
    sent = send(cast.hoa.actor, to_class(cast))
    read_notice(actor=cast.lan.actor, now=NOW, notice_id=sent)
    follow_to_the_end(now=NOW)
    read_notice(actor=cast.lan.actor, now=NOW, notice_id=sent)
    assert follow(now=NOW) is None


@pytest.mark.parametrize("seed", range(2))
def test_whatever_becomes_of_messages_and_notices_ends_where_counting_anew_ends(
    cast: Cast, channel: post.Obedient, seed: int
) -> None:
    chance = random.Random(seed)
    channel.answer = lambda letter: Outcome(
        chance.choice(list(Verdict)), {f"ref-{letter.id}": "underway"}
    )
    for number in range(0, 60, 5):
        now = NOW + timedelta(days=chance.randrange(20))
        act = chance.randrange(6)
        if act < 2:
            order(cast, *range(number, number + 5), now=now)
        elif act == 2:
            post.send(now=now)
        elif act == 3:
            cancel_waiting(intent_prefix="test:1", now=now, why="Hủy")
            expire(now=now)
        elif act == 4:
            for one in channel.sent[-2:]:
                report = chance.choice([Report.DELIVERED, Report.FAILED])
                apply_report(provider="mang", reference=f"ref-{one.id}", report=report, now=now)
        else:
            sent = send(cast.hoa.actor, to_class(cast))
            read_notice(actor=cast.lan.actor, now=now, notice_id=sent)
        if chance.random() < 0.5:
            follow_to_the_end(now=NOW)
    follow_to_the_end(now=NOW)
    assert check_figures(now=NOW).differences == []


def test_the_check_names_a_day_that_is_wrong_and_counting_again_mends_it(cast: Cast) -> None:
    order(cast, 1)
    follow_to_the_end(now=NOW)
    table("statistics.FamilyDay").objects.update(counts={"sms_waiting": 4})
    told = [str(one) for one in check_figures(now=NOW).differences]
    where = f"school {cast.school.pk}, 2026, messages"
    assert told[0] == f"{where}, 2026-11-20 sms_waiting: đang lưu 4, đếm lại 1"
    count_again(now=NOW)
    assert check_figures(now=NOW).differences == []
