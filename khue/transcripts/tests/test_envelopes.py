"""Messages to the National Data Centre: rising numbers, and the columns of its tables."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.transcripts.rules.envelopes import (
    Event,
    NumberRefused,
    Sent,
    is_news,
    message,
    next_event,
    next_number,
    record_of,
)
from khue.transcripts.rules.facts import Terms, YearFacts
from khue.transcripts.tests.centre import Centre
from khue.transcripts.tests.samples import AT, PRIMARY_YEAR, SECONDARY


def sent(number: int, event: Event = Event.UPDATE, facts: YearFacts = SECONDARY) -> Sent:
    return Sent(record_of(facts), event, number, AT)


def test_three_then_two_leaves_three_and_three_twice_is_nothing() -> None:
    centre = Centre()
    assert centre.receive(message(sent(3), SECONDARY))
    assert not centre.receive(message(sent(2), SECONDARY))
    assert not centre.receive(message(sent(3), SECONDARY))
    assert centre.held[record_of(SECONDARY)]["PhienBan"] == 3


def test_a_cancel_needs_a_higher_number_and_zero_is_refused() -> None:
    centre = Centre()
    centre.receive(message(sent(1, Event.NEW), SECONDARY))
    assert not centre.receive(message(sent(1, Event.CANCEL), SECONDARY))
    assert centre.state(record_of(SECONDARY)) == "NEW"
    assert centre.receive(message(sent(2, Event.CANCEL), SECONDARY))
    assert centre.state(record_of(SECONDARY)) == "CANCEL"
    with pytest.raises(NumberRefused):
        centre.receive(message(sent(0), SECONDARY))
    with pytest.raises(NumberRefused):
        is_news(None, 0)


@given(st.lists(st.integers(1, 30), min_size=1))
def test_whatever_the_order_the_greatest_number_stays(numbers: list[int]) -> None:
    centre = Centre()
    for number in numbers:
        held = centre.held.get(record_of(SECONDARY), {}).get("PhienBan")
        assert centre.receive(message(sent(number), SECONDARY)) == is_news(held, number)
    assert centre.held[record_of(SECONDARY)]["PhienBan"] == max(numbers)


def test_events_follow_each_other() -> None:
    first = Sent("HB-1-2026", next_event(None, cancels=False), next_number(None), AT)
    assert (first.event, first.number) == (Event.NEW, 1)
    assert next_event(first, cancels=False) is Event.UPDATE
    assert next_event(first, cancels=True) is Event.CANCEL
    assert next_number(first) == 2


def test_a_year_of_lower_secondary_in_the_words_of_the_centre() -> None:
    told = message(sent(1, Event.NEW), SECONDARY)
    assert told["bang"] == "thongtinsohocbasothcsthpt"
    assert told["IdBanGhi"] == "HB-7KQ2M9XA4T-2026"
    assert told["ThoiGianCapNhat"] == "2027-05-28T09:30:00"
    assert (told["gioitinh"], told["dantoc"], told["duoclenlop"]) == ("1", "09", 1)
    assert (told["hocky1"], told["hocky2"], told["canam"]) == ("K", "Đ", "K")
    marks = {one["tenmonhoc"]: one for one in told["thongtinsohocbasothcsthpt_bangdiem"]}
    assert marks["Toán"]["diemcanam"] == "4.8"
    assert marks["Toán"]["diemdanhgialai"] == "6.0"
    assert marks["Nghệ thuật"]["diemcanam"] == "Đ"
    course = told["thongtinsohocbasothcsthpt_quatrinhhoctap"]
    assert [one["tenlop"] for one in course] == ["8A"]


def test_results_may_be_missing_when_a_disabled_pupil_is_not_assessed() -> None:
    told = message(sent(1), replace(SECONDARY, learning=Terms(), not_assessed=True))
    assert told["cokhuyettatkhongdanhgia"] == 1
    assert not {"hocky1", "hocky2", "canam"} & set(told)


def test_a_year_of_primary_in_the_words_of_the_centre() -> None:
    told = message(sent(1, Event.NEW, PRIMARY_YEAR), PRIMARY_YEAR)
    assert told["bang"] == "thongtinsohocbasotieuhoc"
    assert (told["dahthanhctrinhlophoc"], told["dahthanhctrinhtieuhoc"]) == (1, 1)
    strands = [one for one in told["thongtinsohocbasotieuhoc_dsbangdiem"] if "machoc" in one]
    assert [(one["machoc"], one["mucdatduoc"]) for one in strands] == [
        ("Tin học", "T"),
        ("Công nghệ", "H"),
    ]


def test_no_personal_number_stands_in_the_name_of_a_record() -> None:
    assert SECONDARY.pupil.personal_number not in record_of(SECONDARY)
