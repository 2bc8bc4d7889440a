"""Rules of the gate over many days: verdicts, direction, clocks, presence."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from khue.attendance.rules.cards import (
    ALPHABET,
    CODE_LENGTH,
    hint_of,
    new_code,
    plain_code,
    shown_code,
)
from khue.attendance.rules.gate import (
    COUNTED,
    IN,
    LATE,
    OUT,
    STALE,
    GateDay,
    Hours,
    Judged,
    Passed,
    Tap,
    clock_off,
    clock_sentence,
    corrected,
    judge,
    presence,
)
from khue.attendance.rules.gate_lists import gate_list
from tests.cast import TODAY
from tests.gate_places import vn

MORNING = Hours("am", time(6), time(7), time(11, 30), late_after=5, absent_after=45)
AFTERNOON = Hours("pm", time(13), time(13, 30), time(17), late_after=5)
GATE = GateDay(TODAY, (MORNING, AFTERNOON))
seconds = st.integers(0, 24 * 3600 - 1)
moments = seconds.map(lambda one: vn(0) + timedelta(seconds=one))
asked = st.sampled_from(["in", "out", "auto"])


def run(taps: list[Tap], gate: GateDay = GATE) -> list[Judged]:
    """A day of one card, in the order given."""
    past: list[Passed] = []
    found = []
    for tap in taps:
        judged = judge(tap, past, gate, tap.at)
        if judged.verdict in COUNTED:
            past.append(Passed(judged.direction, tap.at))
        found.append(judged)
    return found


@given(st.lists(st.tuples(moments, asked), max_size=12, unique_by=lambda one: one[0]))
def test_counted_passings_of_a_card_stand_apart(given: list[tuple[datetime, str]]) -> None:
    taps = [Tap(at, way, staff=True) for at, way in sorted(given)]
    judged = run(taps)
    counted = [(tap, one) for tap, one in zip(taps, judged, strict=True) if one.verdict in COUNTED]
    for (first, before), (second, after) in pairwise(counted):
        gap = (second.at - first.at).total_seconds()
        assert gap > GATE.twice_seconds
        assert before.direction != after.direction or gap > GATE.borrowed_seconds


@given(st.lists(moments, max_size=12, unique=True))
def test_without_a_way_given_who_is_inside_goes_out(times: list[datetime]) -> None:
    taps = [Tap(at, "auto", staff=True) for at in sorted(times)]
    ways = [
        (tap.at, one.direction)
        for tap, one in zip(taps, run(taps, GateDay(TODAY, known=False)), strict=True)
        if one.verdict in COUNTED
    ]
    assert [way for _, way in ways] == [IN if place % 2 == 0 else OUT for place in range(len(ways))]


@given(moments, st.integers(-86_400, 86_400))
def test_a_clock_that_is_off_changes_nothing(at: datetime, off: int) -> None:
    shift = timedelta(seconds=off)
    received = at + timedelta(minutes=3)
    assert corrected(at + shift, device_now=received + shift, received=received) == at
    assert clock_off(received + shift, received) == off
    assert bool(clock_sentence(off)) is (abs(off) > 120)


@given(moments, st.integers(3, 3 * 24 * 60))
def test_a_passing_of_the_future_never_counts(at: datetime, minutes: int) -> None:
    tap = Tap(at + timedelta(minutes=minutes), "in", sessions=("am", "pm"))
    assert judge(tap, [], GATE, at).verdict == STALE


@given(moments)
def test_a_pupil_comes_in_only_while_the_gate_is_open(at: datetime) -> None:
    judged = judge(Tap(at, "in", sessions=("am", "pm")), [], GATE, at)
    clock = at - vn(0)
    inside = any(
        timedelta(hours=first) <= clock < timedelta(hours=last)
        for first, last in [(6, 11.5), (13, 17)]
    )
    assert (judged.verdict in COUNTED) is inside
    late = timedelta(hours=7, minutes=5) < clock < timedelta(hours=11.5) or timedelta(
        hours=13, minutes=35
    ) < clock < timedelta(hours=17)
    assert (judged.verdict == LATE) is late


def test_late_minutes_are_counted_from_the_beginning() -> None:
    told = [judge(Tap(at, "in", sessions=("am",)), [], GATE, at) for at in (vn(7, 5), vn(7, 6))]
    assert [(one.verdict, one.minutes) for one in told] == [("good", 0), ("late", 6)]


def test_a_class_of_the_afternoon_is_not_late_in_the_morning() -> None:
    judged = judge(Tap(vn(9), "in", sessions=("pm",)), [], GATE, vn(9))
    assert judged.verdict == "good"


def test_who_came_in_time_and_comes_again_is_not_late() -> None:
    past = [Passed(IN, vn(6, 50)), Passed(OUT, vn(8))]
    assert judge(Tap(vn(8, 20), "auto", sessions=("am",)), past, GATE, vn(8, 20)).verdict == "good"


def test_a_second_reading_before_the_bell_still_comes_in() -> None:
    past = [Passed(IN, vn(6, 40))]
    assert judge(Tap(vn(6, 55), "auto"), past, GATE, vn(6, 55)).direction == IN
    assert judge(Tap(vn(9), "auto"), past, GATE, vn(9)).direction == OUT


def test_the_first_passing_after_school_goes_out() -> None:
    assert judge(Tap(vn(17, 10), "auto"), [], GATE, vn(17, 10)).direction == OUT


days = st.lists(st.tuples(st.sampled_from([IN, OUT]), moments), max_size=10)


@given(days, st.randoms())
def test_presence_does_not_know_the_order_of_arrival(
    given: list[tuple[str, datetime]], rnd: object
) -> None:
    passed = [Passed(way, at) for way, at in given]
    mixed = list(passed)
    rnd.shuffle(mixed)  # type: ignore[attr-defined]
    assert presence(MORNING, TODAY, passed) == presence(MORNING, TODAY, mixed)


@given(days)
def test_presence_agrees_with_a_day_walked_minute_by_minute(
    given: list[tuple[str, datetime]],
) -> None:
    """An oracle that knows no sorting: who is inside at a moment is told by the newest before."""
    passed = [Passed(way, at) for way, at in given]

    def inside(at: datetime) -> bool:
        before = sorted((one.at, one.direction) for one in passed if one.at <= at)
        return bool(before) and before[-1][1] == IN

    found = presence(MORNING, TODAY, passed)
    in_time = inside(vn(7, 5))
    came = [one.at for one in passed if one.direction == IN and vn(7, 5) < one.at < vn(11, 30)]
    assert (found.kind in ("here", "early")) is in_time
    if not in_time:
        assert found.kind == ("late" if came else "missing")
        assert found.at == (min(came) if came else None)


@given(st.dictionaries(st.integers(1, 20), days, max_size=20), moments)
def test_nobody_without_a_card_is_proposed(
    given: dict[int, list[tuple[str, datetime]]], now: datetime
) -> None:
    passed = {key: [Passed(way, at) for way, at in day] for key, day in given.items()}
    carrying = {key for key in passed if key % 2}
    found = gate_list(MORNING, TODAY, now, passed, carrying)
    assert set(found.marks) <= carrying
    if now < vn(7, 45) or not found.trusted:
        assert all(mark.kind != "k" for mark in found.marks.values())


def test_codes_are_long_and_read_the_same_from_every_reader() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert len(ALPHABET) ** CODE_LENGTH >= 2**80
    code = codes.pop()
    assert plain_code(f" {shown_code(code).lower()}\n") == code
    assert plain_code("04:a2:2b:9c") == "04A22B9C"
    assert len(hint_of("muối", code)) == 32
