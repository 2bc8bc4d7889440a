"""States of a request, the pauses of the job, and the picture in the documentation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from khue.signing.models import Request
from khue.signing.rules.documents import format_of, new_verify_code, wrap_xml, xml_place
from khue.signing.rules.requests import (
    OPEN,
    STATE_NAMES,
    TRANSITIONS,
    State,
    diagram,
    may_become,
    wait_before_attempt,
)
from khue.signing.rules.xml_safe import UnsafeXml, parse_xml

DOCS = Path(__file__).parents[3] / "docs" / "explanation" / "signing.md"


def test_the_documentation_shows_the_states_as_they_are() -> None:
    assert diagram() in DOCS.read_text()


def test_the_table_keeps_exactly_these_states() -> None:
    assert {one.value for one in Request.State} == {one.value for one in State}
    assert set(STATE_NAMES) == set(State) == set(TRANSITIONS)


def test_nothing_leaves_an_end_and_every_state_can_end() -> None:
    ends = set(State) - set(OPEN)
    assert ends == {State.SIGNED, State.REFUSED, State.WITHDRAWN}
    assert all(may_become(one, State.WITHDRAWN) for one in OPEN)


def test_nothing_blocked_is_signed_before_it_opens() -> None:
    assert not may_become(State.BLOCKED, State.SIGNED)
    assert not may_become(State.BLOCKED, State.PREPARED)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (50, 60)]
)
def test_the_job_waits_longer_each_time_and_an_hour_at_most(attempts: int, minutes: int) -> None:
    assert wait_before_attempt(attempts) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("media_type", "wanted"),
    [("application/pdf", "pades"), ("application/xml", "xades"), ("text/plain", "cms")],
)
def test_a_file_is_signed_as_its_kind_allows(media_type: str, wanted: str) -> None:
    assert format_of(media_type) == wanted


def test_an_xml_file_is_wrapped_whole_and_a_dangerous_one_is_refused() -> None:
    made = parse_xml(wrap_xml(b"<a><b/></a>"))
    assert [one.get("Id") for one in made] == ["noi-dung", "chu-ky"]
    with pytest.raises(UnsafeXml):
        wrap_xml(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')


def test_each_signature_covers_those_before_it() -> None:
    assert xml_place(3, "").covers == ("noi-dung", "ky-1-value", "ky-2-value")


def test_codes_are_typed_without_doubt() -> None:
    codes = {new_verify_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(len(one) == 16 and not set(one) & set("018") for one in codes)
