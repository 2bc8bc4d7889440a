"""Sending a notice: who gets it, once, within the sender's own place."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pytest_django import Settings

from khue.access.api import OutsidePlace, Refused, scope_of
from khue.contactbook.api import notices_for, notices_sent_today, unread_count
from khue.contactbook.rules.audience import Audience
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.tests.notice_room import NOW, SMS, messages, receipts, rows, send, to_class
from kit.fences import scoped
from tests.cast import TODAY, Cast


def test_a_class_is_its_guardians_and_its_pupils(cast: Cast) -> None:
    with scoped(scope_of(cast.hoa.actor)):
        sent = send(cast.hoa.actor, to_class(cast))
    got = {(one.account_id, one.student_id) for one in receipts(sent)}
    child = cast.minh.student.pk
    assert got == {(cast.lan.account.pk, child), (cast.minh.account.pk, child)}
    assert receipts(sent)[0].fields["lop"] == "8A"


def test_the_parent_finds_it_with_the_child_it_is_about(cast: Cast) -> None:
    with scoped(scope_of(cast.hoa.actor)):
        sent = send(cast.hoa.actor, to_class(cast), title="Về em {ho_ten} lớp {lop}")
    with scoped(scope_of(cast.lan.actor)):
        [line] = notices_for(cast.lan.account.pk)
        assert unread_count(cast.lan.account.pk) == 1
    assert (line.id, line.student_id) == (sent, cast.minh.student.pk)
    assert line.title == "Về em Triệu Quang Minh lớp 8A"
    with scoped(scope_of(cast.nam.actor)):
        assert notices_for(cast.lan.account.pk) == []


@pytest.mark.parametrize("name", ["hoa", "binh", "mai", "thu"])
def test_whoever_teaches_or_leads_the_class_may_send(cast: Cast, name: str) -> None:
    actor = cast.people[name].actor
    with scoped(scope_of(actor)):
        assert send(actor, to_class(cast))


@pytest.mark.parametrize("name", ["nam", "ha", "stranger", "lan", "minh"])
def test_who_stands_elsewhere_may_not(cast: Cast, name: str) -> None:
    actor = cast.people[name].actor
    with scoped(scope_of(actor)), pytest.raises((OutsidePlace, Refused)):
        send(actor, to_class(cast))
    assert rows("contactbook.Notice") == []


def test_a_class_of_another_school_does_not_exist(cast: Cast) -> None:
    audience = Audience("classes", cast.school.pk, (cast.other_class.pk,))
    with scoped(scope_of(cast.mai.actor)), pytest.raises(OutsidePlace):
        send(cast.mai.actor, audience)


def test_a_teacher_does_not_send_to_the_whole_school(cast: Cast) -> None:
    with scoped(scope_of(cast.hoa.actor)), pytest.raises(Refused):
        send(cast.hoa.actor, Audience("school", cast.school.pk))


def test_the_commune_reaches_its_schools_with_their_staff(cast: Cast) -> None:
    sides = ("guardians", "pupils", "staff")
    with scoped(scope_of(cast.ha.actor)):
        sent = send(cast.ha.actor, Audience("area", cast.commune.pk, sides=sides))
    got = {one.account_id for one in receipts(sent)}
    ours = ("lan", "minh", "hoa", "mai", "thu", "binh")
    assert got == {cast.people[one].account.pk for one in ours}


def test_the_province_reaches_every_school(cast: Cast) -> None:
    with scoped(scope_of(cast.dung.actor)):
        sent = send(cast.dung.actor, Audience("area", cast.department.pk, sides=("staff",)))
    assert cast.nam.account.pk in {one.account_id for one in receipts(sent)}


def test_the_same_page_sent_twice_is_one_notice(cast: Cast) -> None:
    intent = uuid4()
    with scoped(scope_of(cast.hoa.actor)):
        first = send(cast.hoa.actor, to_class(cast), intent=intent)
        assert send(cast.hoa.actor, to_class(cast), intent=intent) == first
    assert len(rows("contactbook.Notice")) == 1
    assert len(receipts(first)) == 2


def test_one_telephone_message_a_parent_and_none_without_a_telephone(
    cast: Cast, settings: Settings
) -> None:
    settings.MESSAGING = SMS
    with scoped(scope_of(cast.hoa.actor)):
        send(cast.hoa.actor, to_class(cast), channels=("sms",))
    [message] = messages()
    assert message.account_id == cast.lan.account.pk
    assert (message.segments, message.encoding, message.cost) == (1, "GSM7", 300)


def test_nobody_to_read_is_said(cast: Cast) -> None:
    with scoped(scope_of(cast.mai.actor)), pytest.raises(NoticeRefused, match="Không có ai"):
        send(cast.mai.actor, Audience("classes", cast.school.pk, (cast.sister_class.pk,)))


def test_sent_today_counts_what_people_sent(cast: Cast) -> None:
    with scoped(scope_of(cast.mai.actor)):
        send(cast.mai.actor, to_class(cast))
        assert notices_sent_today(cast.school.pk, TODAY) == 1
    assert NOW.date() == TODAY
