"""Các bước trước khi ký: complete, verified, reconciled; for a class or for those ticked.

Before every step the version is compared with the books and the files as they stand now: what is
no longer the same is composed anew and begins again, so that no step rests on old values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor
from khue.gradebook.api import BookState, StandingClass, classes_standing, is_book_at_least
from khue.ledger.api import append_changes
from khue.transcripts.models import Version
from khue.transcripts.permissions import COMPOSE, VERIFY
from khue.transcripts.rules.completeness import missing
from khue.transcripts.rules.facts import PRIMARY
from khue.transcripts.rules.states import Act, State, target_of, why_not
from khue.transcripts.services.composing import Composed, Work, compose, open_work
from khue.transcripts.services.holding import (
    Held,
    change_of,
    in_work,
    operation_of,
    rows_of,
    save,
)

PERMISSIONS: Mapping[Act, str] = {
    Act.COMPLETE: COMPOSE,
    Act.VERIFY: VERIFY,
    Act.RECONCILE: VERIFY,
}
# The last book of the year: term II, or point 4 in primary.
LAST_PERIODS: Mapping[bool, tuple[int, ...]] = {True: (4,), False: (1, 2)}
CHANGED = "Sổ hoặc hồ sơ đã thay đổi sau khi lập; học bạ đã được lập lại, hãy làm lại từ bước đầu."
NOT_COMPOSED = "Học bạ năm học này của em chưa được lập. Hãy bấm “Lập học bạ” trước."
PUBLISHED = "Học bạ năm học này của em đã phát hành; cần sửa thì lập bản chỉnh sửa."


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one pupil's version did not take the step."""

    student_id: int
    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step did: pupils whose version took it, and the others with the reason."""

    act: Act
    done: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


Check = Callable[[Work, Held], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The versions that stand where an act begins, the same as the books say; and the others."""

    ready: list[Held]
    stepped: Stepped


@transaction.atomic
def take_step(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    act: Act,
    student_ids: Sequence[int] | None = None,
) -> Stepped:
    """Đủ dữ liệu, kiểm tra, đối soát: one step of a class, or of those ticked.

    Law: NĐ 88/2026/NĐ-CP, Điều 15
    """
    work = open_work(actor, now, class_id, PERMISSIONS[act], student_ids)
    found = candidates(work, act, only=student_ids)
    check = _CHECKS[act](work)
    passed = [one for one in found.ready if not _refuse(found.stepped, one, check(work, one))]
    move_all(work, passed, act, found.stepped)
    save([one for one in found.ready if one not in passed])
    return found.stepped


def candidates(work: Work, act: Act, *, only: Sequence[int] | None) -> Candidates:
    """Who can take the step; of those ticked by hand every other one is told why not."""
    rows = rows_of(work.year, work.fresh.facts)
    working, stepped = in_work(rows), Stepped(act)
    composed = compose_changed(work, rows, working)
    changed = {*composed.renewed, *composed.stale}
    published = {row.student_id for row in rows if row.state == State.PUBLISHED}
    ready = []
    for student, facts in work.fresh.facts.items():
        held = working.get(student)
        if held is not None and student not in changed and not why_not(held.state, act):
            ready.append(held)
        elif student in changed:
            stepped.refused.append(Refusal(student, facts.pupil.name, (CHANGED,)))
        elif only is not None:
            why = _why(held, act, published=student in published)
            stepped.refused.append(Refusal(student, facts.pupil.name, (why,)))
    return Candidates(ready, stepped)


def _why(held: Held | None, act: Act, *, published: bool) -> str:
    if held is not None:
        return why_not(held.state, act)
    return PUBLISHED if published else NOT_COMPOSED


def compose_changed(work: Work, rows: Sequence[Version], working: Mapping[int, Held]) -> Composed:
    """Versions in work that differ from the books are composed anew; nobody else gets one."""
    narrowed = {student: work.fresh.facts[student] for student in working}
    fresh = replace(work.fresh, facts=narrowed)
    return compose(replace(work, fresh=fresh), rows, working)


def _refuse(stepped: Stepped, held: Held, sentences: Sequence[str]) -> bool:
    held.row.findings = list(sentences)
    if sentences:
        stepped.refused.append(Refusal(held.row.student_id, held.name, tuple(sentences)))
    return bool(sentences)


def move_all(work: Work, held: Sequence[Held], act: Act, stepped: Stepped) -> None:
    """Everyone of these takes the step; one entry in the history for each."""
    told = []
    for one in held:
        old = one.row.state
        one.move(target_of(act), work.actor, work.now)
        told.append(change_of(one, act.value, old=old))
        stepped.done.append(one.row.student_id)
    save(held)
    append_changes(operation_of(work.actor, work.now), told)


def _complete(_: Work) -> Check:
    return lambda _work, held: missing(held.facts)


def _verified(work: Work) -> Check:
    """The books must be approved; their values are the same, or nobody came this far."""
    sentences = unapproved(work)
    return lambda _work, _held: sentences


def _reconciled(_: Work) -> Check:
    """The identity is the file's, or nobody came this far: nothing more to ask."""
    return lambda _work, _held: ()


_CHECKS: Mapping[Act, Callable[[Work], Check]] = {
    Act.COMPLETE: _complete,
    Act.VERIFY: _verified,
    Act.RECONCILE: _reconciled,
}


def unapproved(work: Work) -> list[str]:
    """Sổ chưa được duyệt: a sentence for each period whose books have not come far enough."""
    least = BookState(settings.TRANSCRIPT_BOOKS)
    sentences = []
    for period in LAST_PERIODS[work.card.level == PRIMARY]:
        for room in classes_standing([work.card.id], period):
            sentences += _behind(room, period, least)
    return sentences


def _behind(room: StandingClass, period: int, least: BookState) -> list[str]:
    if room.lock is not None:
        return []
    books = [b.short_name for b in room.books if not is_book_at_least(b.standing.state, least)]
    if not books:
        return []
    when = "cuối năm" if room.primary else f"học kì {'I' * period}"
    return [f"Sổ {when} chưa đến bước “{least.name_vi}”: {', '.join(books)}."]
