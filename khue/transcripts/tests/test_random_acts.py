"""People do anything in any order: no version ever skips a state, nothing published changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from khue.access.api import Refused
from khue.gradebook.tests.yearwork import JUNE
from khue.signing.tests.pki import Pki
from khue.transcripts.models import Version
from khue.transcripts.rules.states import ENDED, LINE, OUT, STEPS, Act, State
from khue.transcripts.services.correcting import (
    CorrectionFacts,
    begin_correction,
    cancel_version,
    give_up,
)
from khue.transcripts.services.holding import TranscriptRefused
from khue.transcripts.tests.yearbook import (
    Signing,
    act,
    change_mark,
    compose,
    confirm_class,
    finish_class,
    newest,
    publish_class,
    pupils_of,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

ACTS_OF_A_STORY = 45
TOLD = CorrectionFacts("Ghi nhầm", "Cô Hoa", "Cô Mai", "1/QĐ")


def acts_of(cast: Cast, people: Signing, random: Random) -> list[Callable[[], Any]]:
    """What somebody may try at any moment; signing and going on are tried more often."""
    pupil = random.choice(pupils_of(cast))
    forward: list[Callable[[], Any]] = [
        lambda: compose(cast),
        lambda: act(cast, "binh", Act.COMPLETE),
        lambda: act(cast, "thu", Act.VERIFY),
        lambda: act(cast, "thu", Act.RECONCILE),
        lambda: confirm_class(cast),
        lambda: people.sign(random.choice(["binh", "mai"])),
        lambda: people.sign("binh"),
        lambda: people.sign("mai"),
        lambda: people.sign("thu", seal=True),
        lambda: publish_class(cast),
    ]
    return [
        *forward,
        *forward,
        lambda: change_mark(cast, pupil, random.choice([70, 80, 90])),
        lambda: with_newest(pupil, lambda pk: correct(cast, pk)),
        lambda: with_newest(pupil, lambda pk: cancel(cast, pk)),
        lambda: give_one_up(cast, pupil),
        lambda: act(cast, "hoa", Act.COMPLETE),
    ]


def with_newest(pupil: Any, do: Callable[[int], Any]) -> Any:
    with scoped(EVERYTHING):
        return do(newest(pupil).pk)


def correct(cast: Cast, version_id: int) -> int:
    return begin_correction(actor=cast.thu.actor, now=JUNE, version_id=version_id, facts=TOLD)


def cancel(cast: Cast, version_id: int) -> None:
    cancel_version(actor=cast.mai.actor, now=JUNE, version_id=version_id, reason="Nhầm")


def give_one_up(cast: Cast, pupil: Any) -> Any:
    with scoped(EVERYTHING):
        return give_up(
            actor=cast.mai.actor,
            now=JUNE,
            class_id=cast.school_class.pk,
            student_ids=[pupil.pk],
            reason="Làm lại",
        )


def told_states() -> dict[str, list[State]]:
    """By version: the states that the history tells of, one after another."""
    found: dict[str, list[State]] = defaultdict(list)
    rows = table("ledger.Entry").objects.filter(subject__startswith="transcript:").order_by("pk")
    for subject, new in rows.values_list("subject", "new"):
        if isinstance(new, dict) and "state" in new:
            found[subject].append(State(new["state"]))
    return found


def is_step(earlier: State, later: State) -> bool:
    return any(step.after is later for step in STEPS[earlier].values())


@pytest.mark.parametrize("seed", range(3))
def test_no_story_skips_a_state(cast: Cast, pki: Pki, settings: Any, seed: int) -> None:
    settings.TRANSCRIPT_SIGNERS = ["homeroom", "principal"]
    finish_class(cast)
    random, people = Random(seed), Signing(cast, pki)
    kept: dict[int, tuple[str, bytes]] = {}
    for _ in range(ACTS_OF_A_STORY):
        try:
            random.choice(acts_of(cast, people, random))()
        except (TranscriptRefused, Refused, IndexError):
            continue
        with scoped(EVERYTHING):
            for row in Version.objects.filter(state__in=[*OUT, State.WITHDRAWN]):
                now = (row.body_digest, bytes(row.file or b""))
                assert kept.setdefault(row.pk, now) == now
    with scoped(EVERYTHING):
        for passed in told_states().values():
            assert passed[0] is State.DRAFT
            assert all(map(is_step, passed, passed[1:])), passed
            assert not any(state in ENDED for state in passed[:-1]), passed
            reached = [state for state in LINE if state in passed]
            assert reached == list(LINE[: len(reached)])
