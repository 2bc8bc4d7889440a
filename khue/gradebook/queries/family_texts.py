"""Kết quả học kì để gửi cho gia đình: which classes may, what each family would read, the cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, reach
from khue.contactbook.api import estimate_posting, posted_at, posted_texts
from khue.gradebook.queries.class_results import ClassResults, PupilResults, read_class_results
from khue.gradebook.queries.primary_texts import primary_told
from khue.gradebook.queries.states import StandingClass, classes_standing
from khue.gradebook.rules.family_texts import (
    ResultTold,
    long_text,
    short_text,
    young_long_text,
    young_short_text,
)
from khue.gradebook.rules.states import State, is_at_least
from khue.gradebook.rules.year_reasons import award_text, outcome_text
from khue.messaging.api import Estimate
from khue.organisations.api import ClassCard, classes_in_reach, classes_of, grade_number
from khue.records.api import family_members
from kit.dates import vietnam_day

SEND = "gradebook.send_results"
NOT_APPROVED = "Lãnh đạo trường chưa duyệt."
ALL_SENT = "Không còn gia đình nào chưa nhận kết quả này."


@dataclass(frozen=True, slots=True)
class TextLine:
    """What the family of one pupil would read."""

    student_id: int
    name: str
    text: str
    short: str
    sent: bool
    nobody: bool = False
    """No guardian and no account that could read it."""


@dataclass(frozen=True, slots=True)
class SendingClass:
    """Một lớp: whether its results may go out, to how many families, for how much by SMS."""

    id: int
    name: str
    school_id: int
    province_id: int
    year: int
    why_not: str
    texts: tuple[TextLine, ...]
    sent_at: datetime | None
    estimate: Estimate

    @property
    def due(self) -> list[TextLine]:
        """Who has not read exactly this yet."""
        return [one for one in self.texts if not one.sent and not one.nobody]


def series_of(class_id: int, term: int) -> str:
    """How the postings of a class and term begin their key."""
    return f"results:{class_id}:{term}:"


def sending_classes(
    actor: Actor,
    school_id: int,
    year: int,
    term: int,
    now: datetime,
    *,
    diacritics: bool,
    only: Sequence[int] | None = None,
) -> list[SendingClass]:
    """The classes of a school that this person may send for, with what would be sent."""
    cards = classes_in_reach(actor, SEND, classes_of(school_id, year))
    paths = reach(actor, SEND).paths
    mine = [one for one in cards if any(one.place.startswith(path) for path in paths)]
    chosen = {one.id: one for one in mine if only is None or one.id in only}
    return [
        _class(actor, chosen[one.id], one, term, now, diacritics=diacritics)
        for one in _standing(list(chosen), term)
    ]


def _standing(class_ids: Sequence[int], term: int) -> list[StandingClass]:
    """In the order of the school; a primary class stands at the point that ends the term."""
    of_points = {one.id: one for one in classes_standing(class_ids, 2 * term)}
    found = classes_standing(class_ids, term)
    return [of_points[one.id] if one.primary else one for one in found]


def _class(
    actor: Actor,
    card: ClassCard,
    standing: StandingClass,
    term: int,
    now: datetime,
    *,
    diacritics: bool,
) -> SendingClass:
    why_not = _why_not(standing)
    found = [] if why_not else _found(actor, standing, term, now)
    texts = _lines(found, series_of(card.id, term), now)
    due = {one.student_id: one.short for one in texts if not one.sent and not one.nobody}
    cost = estimate_posting(texts=due, school_id=card.school_id, now=now, diacritics=diacritics)
    return SendingClass(
        card.id,
        card.name,
        card.school_id,
        card.province_id,
        card.year,
        why_not or ("" if due else ALL_SENT),
        texts,
        posted_at(series_of(card.id, term)),
        cost,
    )


def _why_not(standing: StandingClass) -> str:
    approved = standing.books and is_at_least(standing.state, State.PRINCIPAL_APPROVED)
    return "" if approved else NOT_APPROVED


Found = list[tuple[int, str, str, str]]
"""Pupil, name, the text to read, the text for a telephone."""


def _found(actor: Actor, standing: StandingClass, term: int, now: datetime) -> Found:
    if standing.primary:
        told = primary_told(actor, standing.id, 2 * term, vietnam_day(now))
        return [
            (one, kept.name, young_long_text(kept), young_short_text(kept)) for one, kept in told
        ]
    return _of_marks(read_class_results(standing.id), term)


def _of_marks(found: ClassResults, term: int) -> Found:
    told = [(one, _told(found, one, term)) for one in found.pupils if not one.left]
    return [
        (one.student_id, one.name, long_text(words), short_text(words))
        for one, words in told
        if any(mark is not None for _, _, mark in words.marks)
    ]


def _lines(found: Found, series: str, now: datetime) -> tuple[TextLine, ...]:
    ids = [one[0] for one in found]
    sent = posted_texts(series, ids)
    reached = {one.student_id for one in family_members(ids, vietnam_day(now))}
    return tuple(
        TextLine(one, name, text, short, sent.get(one) == text, one not in reached)
        for one, name, text, short in found
    )


def _told(found: ClassResults, pupil: PupilResults, term: int) -> ResultTold:
    kept, whole = pupil.decisions, term == 2
    return ResultTold(
        found.school_name,
        pupil.name,
        found.class_name,
        term,
        _marks(found, pupil, term),
        kept.level(f"learning{term}"),
        kept.level(f"conduct{term}"),
        kept.level("learning_year") if whole else None,
        kept.level("conduct_year") if whole else None,
        outcome_text(kept.final_outcome, grade_number(pupil.grade)) if whole else "",
        award_text(kept.award, kept.regime) if whole else "",
    )


def _marks(
    found: ClassResults, pupil: PupilResults, term: int
) -> list[tuple[str, str, int | None]]:
    subjects = [one for one in found.subjects if one.is_taught_in(term)]
    lines = [(one, pupil.subjects.get(one.id)) for one in subjects]
    return [(one.name, one.short_name or one.name, line.term(term)) for one, line in lines if line]
