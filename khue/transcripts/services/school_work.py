"""Một bước của cả trường: class by class in the background, with progress."""

from __future__ import annotations

from typing import Any

from khue.background.api import Work, WorkRefused, register_work
from khue.organisations.api import ClassCard, classes_of
from khue.transcripts.queries.composition import PRESCHOOL
from khue.transcripts.rules.states import Act, title_of
from khue.transcripts.services.acting import take_class_step
from khue.transcripts.services.holding import TranscriptRefused

SCHOOL_WORK = "transcripts.school_step"
MOST_TOLD = 8


def register() -> None:
    register_work(SCHOOL_WORK, step_of_school)


def classes_to_step(school_id: int, year: int) -> list[ClassCard]:
    """The classes that have transcripts."""
    return [one for one in classes_of(school_id, year) if one.level != PRESCHOOL]


def step_of_school(work: Work) -> dict[str, Any]:
    """The step in every class of a school; the page of the task tells how many and why not."""
    given = work.arguments
    act = Act(given["act"])
    done, told = 0, []
    cards = classes_to_step(int(given["school"]), int(given["year"]))
    work.progress.begin(len(cards), title_of(act))
    for number, card in enumerate(cards):
        work.progress.step(number, f"{title_of(act)}: lớp {card.name}")
        try:
            stepped = take_class_step(actor=work.actor, now=work.now, class_id=card.id, act=act)
        except TranscriptRefused as refused:
            raise WorkRefused(refused.sentence) from refused
        done += len(stepped.done)
        if stepped.refused:
            told.append(f"{card.name}: {len(stepped.refused)} em chưa qua.")
    text = f"{title_of(act)}: đã xong {done} học bạ."
    return {"text": " ".join([text, *told[:MOST_TOLD]])}
