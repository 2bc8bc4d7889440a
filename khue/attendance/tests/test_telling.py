"""Families hear of an absence the same morning: once, after a wait, and of a mistake as well."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from khue.access.api import scope_of
from khue.attendance.api import Entry, ask_leave, take_attendance
from khue.attendance.services.telling import tell_absences, tell_corrections
from khue.contactbook.rules.policies import FamilyPolicy, value_of
from khue.records.services.families import block_guardian
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, TODAY, Cast, make_cast, table
from tests.test_two_at_once import at_once

SOON = NOW + timedelta(minutes=16)
TRIAL = {"thu": {"kind": "trial", "channel": "sms", "price": 300}}


def take(cast: Cast, kinds: dict[Any, str], version: int, now: datetime = NOW, **more: Any) -> None:
    given: dict[str, Any] = {
        "actor": cast.hoa.actor,
        "now": now,
        "class_id": cast.school_class.pk,
        "day": TODAY,
        "session": "am",
        "entries": [Entry(one.pk, kind) for one, kind in kinds.items()],
        "base_version": version,
    }
    set_scope(scope_of(cast.hoa.actor))
    take_attendance(**given | more)


def choose(cast: Cast, **more: Any) -> None:
    with scoped(EVERYTHING):
        table("contactbook.ContactPolicy").objects.create(
            school=cast.school, starts_on=date(2026, 9, 1), value=value_of(FamilyPolicy(**more))
        )


def received(cast: Cast, name: str = "lan") -> list[str]:
    """The titles in the inbox of one of the family, in order."""
    with scoped(EVERYTHING):
        rows = table("contactbook.Receipt").objects.filter(account=cast.people[name].account)
        return [one.notice.title for one in rows.select_related("notice").order_by("id")]


def texts_by_phone() -> int:
    with scoped(EVERYTHING):
        return int(table("messaging.Message").objects.filter(channel="sms").count())


def test_an_absence_is_told_once_when_the_wait_is_over(cast: Cast) -> None:
    take(cast, {cast.minh.student: "k"}, 0)
    assert tell_absences(now=NOW + timedelta(minutes=5)) == 0
    assert tell_absences(now=SOON) == 1
    assert tell_absences(now=SOON) == 0
    assert received(cast) == ["Báo vắng buổi sáng 20/11/2026"]
    with scoped(EVERYTHING):
        receipt = table("contactbook.Receipt").objects.get(account=cast.lan.account)
        lines = table("ledger.Entry").objects.filter(subject=f"notice:{receipt.notice_id}")
        assert [one.action for one in lines] == ["send"]
    assert receipt.text == (
        "Trường THCS Sao Khuê: em Triệu Quang Minh, lớp 8A vắng không phép buổi sáng 20/11/2026. "
        "Nếu em nghỉ có lý do, gia đình gửi đơn xin nghỉ trên Khuê "
        "hoặc gọi cho giáo viên chủ nhiệm."
    )


def test_a_correction_in_time_tells_nobody(cast: Cast) -> None:
    take(cast, {cast.minh.student: "k"}, 0)
    take(cast, {}, 1, NOW + timedelta(minutes=4))
    assert tell_absences(now=SOON) == 0
    assert tell_corrections(now=SOON) == 0
    assert received(cast) == []


@pytest.mark.parametrize(
    ("kinds", "words"), [({}, "có mặt"), ("m", "đi muộn"), ("p", "nghỉ có phép")]
)
def test_a_late_correction_is_told_once(cast: Cast, kinds: Any, words: str) -> None:
    take(cast, {cast.minh.student: "k"}, 0)
    tell_absences(now=SOON)
    take(cast, {cast.minh.student: kinds} if kinds else {}, 1, SOON)
    assert tell_corrections(now=SOON) == 1
    assert tell_corrections(now=SOON) == 0
    assert received(cast)[-1] == "Đính chính báo vắng buổi sáng 20/11/2026"
    with scoped(EVERYTHING):
        last = table("contactbook.Receipt").objects.filter(account=cast.lan.account).latest("id")
    assert f"{words}. Mong gia đình" in last.text


def test_with_permission_nobody_is_told(cast: Cast) -> None:
    take(cast, {cast.minh.student: "p", cast.classmates[0]: "m"}, 0)
    assert tell_absences(now=SOON) == 0


def test_while_leave_is_asked_for_nobody_is_told(cast: Cast) -> None:
    set_scope(scope_of(cast.lan.actor))
    ask_leave(
        actor=cast.lan.actor,
        now=NOW,
        student_id=cast.minh.student.pk,
        first_day=TODAY,
        first_session="am",
        last_day=TODAY,
        last_session="am",
        reason="Cháu sốt",
    )
    take(cast, {cast.minh.student: "k"}, 0)
    assert tell_absences(now=SOON) == 0


def test_a_school_may_switch_it_off(cast: Cast) -> None:
    choose(cast, absence="off")
    take(cast, {cast.minh.student: "k"}, 0)
    assert tell_absences(now=SOON) == 0


def test_a_telephone_text_goes_to_each_number_once(cast: Cast, settings: Settings) -> None:
    settings.MESSAGING = TRIAL
    choose(cast, absence="sms", absence_after=0)
    take(cast, {cast.minh.student: "k"}, 0)
    tell_absences(now=NOW)
    tell_absences(now=NOW)
    with scoped(EVERYTHING):
        message = table("messaging.Message").objects.get()
    assert (message.channel, message.segments) == ("sms", 1)
    assert message.shown_address.endswith("001")


def test_a_spent_budget_leaves_the_application(cast: Cast, settings: Settings) -> None:
    settings.MESSAGING = TRIAL
    choose(cast, absence="sms", absence_after=0)
    with scoped(EVERYTHING):
        table("messaging.Budget").objects.create(
            school_id=cast.school.pk,
            province_id=cast.department.pk,
            month=date(2026, 11, 1),
            limit=0,
        )
    take(cast, {cast.minh.student: "k"}, 0)
    assert tell_absences(now=NOW) == 1
    assert texts_by_phone() == 0
    assert received(cast) == ["Báo vắng buổi sáng 20/11/2026"]


def test_who_is_kept_away_by_a_court_hears_nothing(cast: Cast) -> None:
    with scoped(EVERYTHING):
        link = table("records.Guardianship").objects.get(student=cast.minh.student)
        block_guardian(
            actor=cast.mai.actor, now=NOW, guardianship_id=link.pk, reason="Quyết định 12/2026"
        )
    take(cast, {cast.minh.student: "k"}, 0)
    assert tell_absences(now=SOON) == 1
    assert received(cast) == []
    assert received(cast, "minh") == ["Báo vắng buổi sáng 20/11/2026"]


def test_two_workers_at_once_tell_once(committed_database: str) -> None:
    with scoped(EVERYTHING):
        cast = make_cast()
    take(cast, {cast.minh.student: "k"}, 0)
    given = {"now": SOON}
    assert sorted(at_once(tell_absences, given, given, scope=EVERYTHING)) == [0, 1]
    assert len(received(cast)) == 1
