"""Phong bì bản ghi: versions only rise, and a receiver may be spoken to twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from khue.sector.rules.envelopes import (
    NEVER_SENT,
    Event,
    Known,
    Step,
    digest_of,
    next_step,
    record_id,
)

MESSAGES = st.one_of(
    st.none(),
    st.fixed_dictionaries({"HoTen": st.sampled_from(["An", "Bình", "Chi"]), "KhoiHoc": st.just(8)}),
)


@dataclass
class Receiver:
    """The rule of the National Data Centre, written by itself: the oracle of these tests."""

    version: int = 0
    event: str = ""
    history: list[int] = field(default_factory=list)

    def take(self, event: str, version: int) -> bool:
        if version == 0 or version <= self.version:
            return False
        self.version, self.event = version, event
        self.history.append(version)
        return True


def known_after(known: Known, step: Step | None) -> Known:
    return known if step is None else Known(step.version, step.event, step.digest)


def test_the_first_version_is_one_and_new() -> None:
    step = next_step(NEVER_SENT, {"HoTen": "An"})
    assert step is not None
    assert (step.event, step.version) == (Event.NEW, 1)


def test_unchanged_content_is_not_sent_again() -> None:
    message: dict[str, object] = {"HoTen": "An", "KhoiHoc": 8}
    known = known_after(NEVER_SENT, next_step(NEVER_SENT, message))
    assert next_step(known, {"KhoiHoc": 8, "HoTen": "An"}) is None


def test_changed_content_is_an_update_with_the_next_version() -> None:
    known = known_after(NEVER_SENT, next_step(NEVER_SENT, {"HoTen": "An"}))
    step = next_step(known, {"HoTen": "Ân"})
    assert step is not None
    assert (step.event, step.version) == (Event.UPDATE, 2)


def test_a_record_that_is_gone_is_cancelled_once_under_a_higher_version() -> None:
    known = known_after(NEVER_SENT, next_step(NEVER_SENT, {"HoTen": "An"}))
    step = next_step(known, None)
    assert step is not None
    assert (step.event, step.version) == (Event.CANCEL, 2)
    assert next_step(known_after(known, step), None) is None


def test_a_record_that_comes_back_is_new_again_and_never_falls_back() -> None:
    known = Known(2, Event.CANCEL, "")
    step = next_step(known, {"HoTen": "An"})
    assert step is not None
    assert (step.event, step.version) == (Event.NEW, 3)


def test_what_was_never_there_is_never_cancelled() -> None:
    assert next_step(NEVER_SENT, None) is None


@settings(deadline=None)
@given(st.lists(MESSAGES, max_size=12))
def test_every_story_rises_by_one_and_the_receiver_follows(
    story: list[dict[str, object] | None],
) -> None:
    known, receiver = NEVER_SENT, Receiver()
    for message in story:
        step = next_step(known, message)
        if step is None:
            continue
        assert step.version == known.version + 1
        assert receiver.take(step.event, step.version)
        assert not receiver.take(step.event, step.version)
        known = known_after(known, step)
    assert receiver.history == list(range(1, receiver.version + 1))
    expected = story[-1] if story else None
    assert (receiver.event in {"", "CANCEL"}) == (expected is None)


@settings(deadline=None)
@given(st.permutations([1, 2, 3]))
def test_in_whatever_order_versions_come_the_greatest_stays(order: list[int]) -> None:
    receiver = Receiver()
    for version in [*order, *order, 0]:
        receiver.take("UPDATE", version)
    assert receiver.version == 3


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=6))
def test_a_digest_knows_content_and_not_order(message: dict[str, object]) -> None:
    assert digest_of(message) == digest_of(dict(reversed(list(message.items()))))
    assert digest_of(message) != digest_of({**message, "thêm": 1, "nữa": "x"})


def test_the_identity_of_a_record_fits_and_names_nobody() -> None:
    made = record_id("20001A", "student", 9_223_372_036_854_775_807)
    assert made == "20001A.student.9223372036854775807"
    assert len(made) <= 150
