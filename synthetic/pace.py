"""How fast a school closes its books this year: last year's are all approved.

Only states are written; a signed paper would need a real signature, so none is made.
"""

from __future__ import annotations

from khue.gradebook.rules.states import State
from synthetic.chance import stream
from synthetic.plan import YEAR, PlannedClass
from synthetic.year_frame import Frame

PROMPT, HALFWAY = 0.55, 0.85
# Of the classes of a school that is halfway, and of one that is behind: rising shares.
STEPS = (
    ((0.5, State.PRINCIPAL_APPROVED), (0.8, State.HOMEROOM_CONSOLIDATED), (1, State.TEACHER_DONE)),
    ((0.25, State.HOMEROOM_CONSOLIDATED), (0.65, State.TEACHER_DONE), (1, State.OPEN)),
)


def is_prompt(frame: Frame) -> bool:
    """Whether everything of the school is approved, so that its terms are locked."""
    return frame.year != YEAR or _pace(frame) < PROMPT


def _pace(frame: Frame) -> float:
    return stream(frame.seed, "pace", frame.school.outline.code).random()


def state_of(frame: Frame, one: PlannedClass, period: int) -> State:
    """The state of the books of a class at the end of a term or at a point."""
    if is_prompt(frame):
        return State.PRINCIPAL_APPROVED
    drawn = stream(frame.seed, "pace", frame.key_of(one), period).random()
    steps = STEPS[_pace(frame) >= HALFWAY]
    return next(state for share, state in steps if drawn < share)
