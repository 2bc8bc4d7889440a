"""Một bước của một lớp: the one way in for pages and long work, whatever the step is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from khue.access.api import Actor
from khue.transcripts.permissions import COMPOSE, CONFIRM, PUBLISH, VERIFY
from khue.transcripts.rules.states import Act
from khue.transcripts.services.composing import compose_class
from khue.transcripts.services.confirming import confirm
from khue.transcripts.services.publishing import publish
from khue.transcripts.services.steps import Refusal, Stepped, take_step

# The steps that a person takes for a class, in their order; signing happens in the inbox.
CLASS_ACTS = (
    Act.RECOMPOSE,
    Act.COMPLETE,
    Act.VERIFY,
    Act.RECONCILE,
    Act.CONFIRM,
    Act.PUBLISH,
)
PERMISSIONS: Mapping[Act, str] = {
    Act.RECOMPOSE: COMPOSE,
    Act.COMPLETE: COMPOSE,
    Act.VERIFY: VERIFY,
    Act.RECONCILE: VERIFY,
    Act.CONFIRM: CONFIRM,
    Act.PUBLISH: PUBLISH,
}


def take_class_step(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    act: Act,
    student_ids: Sequence[int] | None = None,
    substitutes: Mapping[str, int] | None = None,
) -> Stepped:
    """Lập, kiểm, đối soát, xác nhận hoặc phát hành: one step of a class, or of those ticked."""
    if act is Act.RECOMPOSE:
        return _compose(actor, now, class_id, student_ids)
    if act is Act.CONFIRM:
        return confirm(
            actor=actor,
            now=now,
            class_id=class_id,
            student_ids=student_ids,
            substitutes=substitutes,
        )
    if act is Act.PUBLISH:
        return publish(actor=actor, now=now, class_id=class_id, student_ids=student_ids)
    return take_step(actor=actor, now=now, class_id=class_id, act=act, student_ids=student_ids)


def _compose(
    actor: Actor, now: datetime, class_id: int, student_ids: Sequence[int] | None
) -> Stepped:
    made = compose_class(actor=actor, now=now, class_id=class_id, student_ids=student_ids)
    refused = [Refusal(0, name, (why,)) for name, why in made.left_out.items()]
    return Stepped(Act.RECOMPOSE, [*made.made, *made.renewed, *made.stale], refused)
