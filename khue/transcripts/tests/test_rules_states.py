"""States of a transcript: no path skips one, nothing that was published goes back."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.transcripts.rules.states import (
    ENDED,
    LINE,
    OUT,
    STATES,
    STEPS,
    Act,
    State,
    before,
    diagram,
    step_of,
    target_of,
    title_of,
    why_not,
)


def walk(acts: list[Act]) -> list[State]:
    """The states that a version passes when these acts are tried one after another."""
    passed = [State.DRAFT]
    for act in acts:
        step = step_of(passed[-1], act)
        if step is not None:
            passed.append(step.after)
    return passed


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_whatever_people_do_no_state_is_skipped(acts: list[Act]) -> None:
    passed = walk(acts)
    reached = {state: passed.index(state) for state in passed}
    line = [state for state in LINE if state in reached]
    assert line == list(LINE[: len(line)])
    assert [reached[state] for state in line] == sorted(reached[state] for state in line)


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_what_is_published_never_goes_back(acts: list[Act]) -> None:
    passed = walk(acts)
    for earlier, later in pairwise(passed):
        if earlier in OUT:
            assert later in {State.SUPERSEDED, State.CANCELLED}
        assert earlier not in ENDED


def test_every_state_has_a_name_and_a_place_in_the_dictionary() -> None:
    assert set(STATES) == set(STEPS) == set(State)
    assert all(STATES[state] for state in State)


def test_an_act_leads_to_one_place_from_everywhere() -> None:
    for act in Act:
        assert before(act)
        assert {STEPS[state][act].after for state in before(act)} == {target_of(act)}
        assert title_of(act)


def test_the_refusal_names_where_the_act_begins() -> None:
    sentence = why_not(State.DRAFT, Act.PUBLISH)
    assert "“Phát hành”" in sentence
    assert State.SIGNED_ORG.name_vi in sentence
    assert State.DRAFT.name_vi in sentence
    assert why_not(State.SIGNED_ORG, Act.PUBLISH) == ""


def test_the_table_knows_the_same_steps() -> None:
    kept = import_module("khue.transcripts.migrations.0003_nothing_published_changes").STEPS
    told = {
        (state.value, step.after.value)
        for state, steps in STEPS.items()
        for step in steps.values()
        if step.after is not state
    }
    assert set(kept) == told


@pytest.mark.parametrize("state", list(State))
def test_the_diagram_draws_every_state(state: State) -> None:
    assert f'state "{state.name_vi}" as {state.name}' in diagram()


def test_the_documentation_shows_the_dictionary() -> None:
    page = Path(__file__).parents[3] / "docs/explanation/transcript.md"
    assert diagram() in page.read_text()
