"""Approved results go to families: the own child's only, once, and again if they changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from khue.access.api import OutsidePlace, Refused, scope_of
from khue.gradebook.models import BookState, MarkRow, StudentResult
from khue.gradebook.queries.family_texts import SendingClass, sending_classes
from khue.gradebook.rules.family_texts import ResultTold, long_text, short_text
from khue.gradebook.rules.levels import Level
from khue.gradebook.services import lock_term
from khue.gradebook.services.family_results import ResultsSent, send_results
from khue.messaging.api import OrderRefused
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, YEAR, Cast, Person, table

TRIAL = {"thu": {"kind": "trial", "channel": "sms", "price": 300}}


@pytest.fixture
def marked(cast: Cast) -> Cast:
    """Em Minh and a mate have a result in maths, Minh also his levels."""
    with scoped(EVERYTHING):
        for student, average in ((cast.minh.student, 85), (cast.classmates[0], 62)):
            MarkRow.objects.create(
                year=YEAR,
                term=1,
                class_subject=cast.maths,
                student=student,
                school=cast.school,
                province=cast.department,
                average=average,
            )
        StudentResult.objects.create(
            year=YEAR,
            school_class=cast.school_class,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            learning1=1,
            conduct1=0,
        )
    return cast


def lock(cast: Cast) -> None:
    set_scope(scope_of(cast.mai.actor))
    lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=1)


def see(cast: Cast, person: Person) -> list[SendingClass]:
    set_scope(scope_of(person.actor))
    return sending_classes(person.actor, cast.school.pk, YEAR, 1, NOW, diacritics=False)


def send(cast: Cast, person: Person, **more: Any) -> ResultsSent:
    set_scope(scope_of(person.actor))
    given: dict[str, Any] = {
        "actor": person.actor,
        "now": NOW,
        "school_id": cast.school.pk,
        "year": YEAR,
        "term": 1,
        "class_ids": [cast.school_class.pk],
        "by_sms": False,
        "diacritics": False,
    }
    return send_results(**given | more)


def read(cast: Cast, name: str = "lan") -> list[str]:
    with scoped(EVERYTHING):
        rows = table("contactbook.Receipt").objects.filter(account=cast.people[name].account)
        return [one.text for one in rows.order_by("id")]


def test_nothing_goes_out_before_it_is_approved(marked: Cast) -> None:
    line = next(one for one in see(marked, marked.mai) if one.name == "8A")
    assert "chưa duyệt" in line.why_not
    assert send(marked, marked.mai) == ResultsSent(0, 0, ("8A",))
    assert read(marked) == []


def test_a_family_reads_its_own_child_only(marked: Cast) -> None:
    lock(marked)
    assert send(marked, marked.binh) == ResultsSent(1, 1, ())
    assert read(marked) == [
        "Trường THCS Sao Khuê: kết quả học kì I của em Triệu Quang Minh, lớp 8A: Toán 8,5. "
        "Học tập Khá, rèn luyện Tốt."
    ]
    with scoped(EVERYTHING):
        sent = table("contactbook.Notice").objects.get()
        lines = table("ledger.Entry").objects.filter(subject=f"notice:{sent.pk}")
        assert [one.actor_name for one in lines] == [marked.binh.name]


def test_the_same_results_are_not_sent_again_and_changed_ones_are(marked: Cast) -> None:
    lock(marked)
    send(marked, marked.mai)
    assert send(marked, marked.mai) == ResultsSent(0, 0, ("8A",))
    assert len(read(marked)) == 1
    with scoped(EVERYTHING):
        MarkRow.objects.filter(student=marked.minh.student).update(average=90)
    assert send(marked, marked.mai) == ResultsSent(1, 1, ())
    assert "Toán 9,0" in read(marked)[-1]


def test_cost_is_told_before_and_a_spent_budget_sends_nothing(
    marked: Cast, settings: Settings
) -> None:
    settings.MESSAGING = TRIAL
    lock(marked)
    line = next(one for one in see(marked, marked.mai) if one.name == "8A")
    assert (line.estimate.messages, line.estimate.segments, line.estimate.cost) == (1, 1, 300)
    with scoped(EVERYTHING):
        table("messaging.Budget").objects.create(
            school_id=marked.school.pk,
            province_id=marked.department.pk,
            month=date(2026, 11, 1),
            limit=0,
        )
    with pytest.raises(OrderRefused):
        send(marked, marked.mai, by_sms=True)


def test_by_telephone_once_for_each_contact(marked: Cast, settings: Settings) -> None:
    settings.MESSAGING = TRIAL
    lock(marked)
    send(marked, marked.mai, by_sms=True)
    with scoped(EVERYTHING):
        assert table("messaging.Message").objects.filter(channel="sms").count() == 1


@pytest.mark.parametrize("name", ["hoa", "nam", "dung", "ha", "lan", "minh", "stranger"])
def test_others_do_not_send(marked: Cast, name: str) -> None:
    lock(marked)
    with pytest.raises((OutsidePlace, Refused)):
        send(marked, marked.people[name])
    assert read(marked) == []


def test_one_approved_class_goes_while_another_waits(marked: Cast) -> None:
    with scoped(EVERYTHING):
        for book in (marked.maths, marked.literature, marked.sports):
            BookState.objects.create(
                class_subject=book,
                school=marked.school,
                province=marked.department,
                period=1,
                year=YEAR,
                state="principal_approved",
                changed_by=marked.mai.name,
                changed_at=NOW,
            )
    both = [marked.school_class.pk, marked.sister_class.pk]
    assert send(marked, marked.mai, class_ids=both) == ResultsSent(1, 1, ("8B",))


def test_the_words_of_a_year(marked: Cast) -> None:
    told = ResultTold(
        "Trường A",
        "Lê Văn B",
        "9C",
        2,
        [("Toán", "Toán", 85), ("Giáo dục thể chất", "GDTC", -1), ("Tin học", "Tin", None)],
        Level.KHA,
        Level.TOT,
        Level.TOT,
        Level.TOT,
        "Được lên lớp",
        "Học sinh Giỏi",
    )
    assert long_text(told).endswith(
        "Học tập Khá, rèn luyện Tốt. "
        "Cả năm: học tập Tốt, rèn luyện Tốt, được lên lớp, Học sinh Giỏi."
    )
    assert short_text(told).startswith("Trường A: kết quả học kì II của Lê Văn B 9C: Toán 8,5,")
    assert "Tin" not in long_text(told)
