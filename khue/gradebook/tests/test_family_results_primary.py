"""Approved levels of a primary class go to its families: in words, never as marks."""

from __future__ import annotations

import pytest

from khue.access.api import scope_of
from khue.gradebook.queries.family_texts import sending_classes
from khue.gradebook.rules.family_texts import YoungTold, young_short_text
from khue.gradebook.services import lock_term
from khue.gradebook.services.family_results import ResultsSent, send_results
from khue.gradebook.tests.primary_cast import Primary, make_primary
from khue.records.api import GuardianFacts, add_guardian
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, YEAR, Cast, table


@pytest.fixture
def filled(cast: Cast) -> Primary:
    """The first pupil of 4A has everything at the end of the year, and a mother with a phone."""
    with scoped(EVERYTHING):
        primary = make_primary(cast)
        primary.fill(primary.pupils[0])
        facts = GuardianFacts(name="Cam Thị Lý", relation="mother", phone="0912000077")
        add_guardian(actor=cast.thu.actor, now=NOW, student_id=primary.pupils[0].pk, facts=facts)
    return primary


def send(primary: Primary) -> ResultsSent:
    cast = primary.cast
    set_scope(scope_of(cast.mai.actor))
    return send_results(
        actor=cast.mai.actor,
        now=NOW,
        school_id=cast.school.pk,
        year=YEAR,
        term=2,
        class_ids=[primary.room.pk],
        by_sms=False,
        diacritics=False,
    )


def lock(cast: Cast) -> None:
    set_scope(scope_of(cast.mai.actor))
    lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=2)


def test_nothing_before_approval_then_once(filled: Primary) -> None:
    assert send(filled) == ResultsSent(0, 0, ("4A",))
    lock(filled.cast)
    assert send(filled) == ResultsSent(1, 1, ())
    assert send(filled) == ResultsSent(0, 0, ("4A",))
    with scoped(EVERYTHING):
        text = table("contactbook.Receipt").objects.get(student=filled.pupils[0]).text
    assert "đánh giá cuối năm học của em Cam Thị An, lớp 4A. Toán: Hoàn thành tốt;" in text
    assert "Cả năm: " in text
    assert "9" not in text


def test_what_each_family_would_read_is_shown_before(filled: Primary) -> None:
    lock(filled.cast)
    set_scope(scope_of(filled.cast.binh.actor))
    rows = sending_classes(
        filled.cast.binh.actor, filled.cast.school.pk, YEAR, 2, NOW, diacritics=False
    )
    line = next(one for one in rows if one.name == "4A")
    assert [one.name for one in line.due] == ["Cam Thị An"]
    assert "Tin học T, Công nghệ T" in line.due[0].short


def test_a_letter_says_what_it_means() -> None:
    levels = [("Toán", "Hoàn thành tốt"), ("Tiếng Anh", "Chưa hoàn thành")]
    told = YoungTold("Trường B", "Vi An", "4A", "cuối học kì I", levels)
    assert young_short_text(told) == (
        "Trường B: đánh giá cuối học kì I của Vi An 4A: Toán T, Tiếng Anh C"
        " (T hoàn thành tốt, C chưa hoàn thành)."
    )
