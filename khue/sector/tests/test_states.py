"""Trạng thái đẩy và chuỗi duyệt; the answers of the gateway; settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.sector.queries.gateways import GatewayAddress
from khue.sector.rules.answers import read_answer, sentence_of
from khue.sector.rules.masks import masked_name
from khue.sector.rules.periods import Period, Window, closed_sentence, window_refusals
from khue.sector.rules.retries import LONGEST_WAIT, MOST_ATTEMPTS, gives_up, wait_after
from khue.sector.rules.states import (
    HALTED,
    PUSH_NAMES,
    PUSH_TRANSITIONS,
    RECEIVED,
    STAGE_TRANSITIONS,
    Push,
    Stage,
    may_push_become,
    next_approval,
    state_after_push,
    worst_of,
)


def test_the_codes_are_those_of_the_gateway() -> None:
    assert sorted(Push) == [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13]
    assert set(PUSH_NAMES) == set(Push) == set(PUSH_TRANSITIONS)


def test_every_state_can_be_left_and_every_one_reached() -> None:
    assert all(PUSH_TRANSITIONS[one] for one in Push)
    assert {to for one in Push for to in PUSH_TRANSITIONS[one]} == set(Push)


def test_nothing_is_received_without_having_been_pushed() -> None:
    assert not any(may_push_become(Push.WAITING, one) for one in RECEIVED)
    assert all(may_push_become(one, Push.WAITING) for one in HALTED)


@pytest.mark.parametrize(
    ("refused", "held_back", "state"),
    [(0, 0, Push.SUCCESS), (0, 3, Push.AGAIN), (1, 0, Push.WRONG_CONTENT), (1, 3, 7)],
)
def test_what_a_push_ends_as(refused: int, held_back: int, state: int) -> None:
    assert state_after_push(refused=refused, held_back=held_back) == state


@settings(deadline=None)
@given(st.sets(st.sampled_from(list(Push)), min_size=1))
def test_a_school_is_known_by_its_worst_state(states: set[Push]) -> None:
    worst = worst_of(states)
    assert worst in states
    assert (worst in HALTED) == bool(states & HALTED)


def test_the_commune_comes_first_where_it_manages_the_school() -> None:
    assert next_approval(Stage.SUBMITTED, by_commune=True) == Stage.COMMUNE
    assert next_approval(Stage.SUBMITTED, by_commune=False) == Stage.APPROVED
    assert next_approval(Stage.COMMUNE, by_commune=True) == Stage.APPROVED
    assert next_approval(Stage.DRAFT, by_commune=True) is None
    assert not STAGE_TRANSITIONS[Stage.APPROVED]


WINDOW = Window(Period.START, 2026, date(2026, 9, 15), date(2026, 10, 31), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 9, 14), "chưa mở"),
        (date(2026, 9, 15), ""),
        (date(2026, 10, 31), ""),
        (date(2026, 11, 1), "đã đóng ngày 31/10/2026"),
    ],
)
def test_both_days_of_a_window_belong_to_it(day: date, said: str) -> None:
    sentence = closed_sentence(WINDOW, day)
    assert said in sentence
    assert bool(sentence) == bool(said)


def test_a_window_that_cannot_stand() -> None:
    late = Window(Period.START, 2026, date(2026, 10, 31), date(2026, 9, 15), date(2026, 12, 1))
    assert [field for field, _ in window_refusals(late)] == ["closes_on", "as_of"]
    other = Window(Period.START, 2026, date(2029, 1, 1), date(2029, 2, 1), date(2029, 1, 1))
    assert [field for field, _ in window_refusals(other)] == ["opens_on"]
    assert window_refusals(WINDOW) == ()


def test_waits_grow_and_end() -> None:
    waits = [wait_after(attempt) for attempt in range(1, 20)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert wait_after(1, 600) == timedelta(seconds=600)
    assert wait_after(1, 10**9) == timedelta(hours=1)
    assert gives_up(MOST_ATTEMPTS)
    assert not gives_up(MOST_ATTEMPTS - 1)


def test_names_outside_the_school_are_first_letters() -> None:
    assert masked_name("Nông Thị Hoa") == "N. T. H."
    assert masked_name("") == ""


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["KetQua", "MaBienNhan", "Loi", "x"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_the_gateway_answers_is_read_or_refused(told: Any) -> None:
    answer = read_answer(told)
    assert answer is None or answer.rows == ()


def test_an_answer_with_an_unknown_verdict_is_not_believed() -> None:
    row = {"IdBanGhi": "a", "PhienBan": 1, "TrangThai": "OK"}
    assert read_answer({"KetQua": [row]}) is None
    held = read_answer({"MaBienNhan": "B1", "KetQua": [{**row, "TrangThai": "BO_QUA"}]})
    assert held is not None
    assert held.rows[0].is_held
    assert "XYZ" in sentence_of("XYZ")


def test_a_gateway_is_printed_without_its_password() -> None:
    shown = repr(GatewayAddress("https://a", "so", "bí mật", 1, 1, 1))
    assert "bí mật" not in shown
